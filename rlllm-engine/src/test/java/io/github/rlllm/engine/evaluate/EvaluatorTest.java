package io.github.rlllm.engine.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.evaluate.Outcome.Reason;
import io.github.rlllm.engine.run.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
    private static final Limits SHORT = new Limits(Duration.ofSeconds(5), 100, 64L << 20);

    private static InProcess executor(int threads) {
        return new InProcess(threads, Tasks.of(new TrialTask()), System::nanoTime, Duration.ofMillis(200));
    }

    private static Evaluations evaluate(int threads, Limits limits, List<Job> jobs) {
        return new Evaluator(executor(threads), Journal.none(), Progress.none())
                .evaluate(new Batch("trial", jobs, limits), Control.none());
    }

    private static Outcome.Failed failure(String payload, Limits limits) {
        return evaluate(1, limits, List.of(new Job("one", 1, payload)))
                .of("one", 1)
                .failure()
                .orElseThrow();
    }

    private static List<Job> jobs(int candidates, int seeds) {
        List<Job> jobs = new ArrayList<>();
        for (int c = 0; c < candidates; c++) {
            for (int s = 0; s < seeds; s++) {
                jobs.add(new Job("c" + c, s, "run " + c));
            }
        }
        return jobs;
    }

    @Test
    void figuresAndOrderDependOnTheJobsAlone() {
        List<Job> jobs = jobs(12, 3);
        List<Evaluation> one = evaluate(1, SHORT, jobs).all();
        assertEquals(one, evaluate(4, SHORT, jobs).all());
        assertEquals(
                jobs.stream().map(Job::id).toList(),
                one.stream().map(Evaluation::id).toList());
        assertEquals(
                36,
                one.stream()
                        .map(e -> e.outcome().figures().orElseThrow().metric("score"))
                        .distinct()
                        .count());
    }

    @Test
    void eachFailureHasItsReason() {
        assertEquals(
                new Outcome.Failed(Reason.REJECTED, 0, "", "1:4 unknown name 'x' (expected: a declared input)"),
                failure("reject", SHORT));
        assertEquals(
                new Outcome.Failed(Reason.DIVERGED, 17, "loss", "loss: NaN at step 17 (expected: a finite number)"),
                failure("diverge", SHORT));
        Outcome.Failed nan = failure("nan", SHORT);
        assertEquals(List.of(Reason.DIVERGED, 6L, "score"), List.of(nan.reason(), nan.step(), nan.subject()));
        assertEquals(
                new Outcome.Failed(Reason.CRASHED, 0, "java.lang.IllegalStateException", "no such state"),
                failure("crash", SHORT));
        assertEquals("java.lang.StackOverflowError", failure("overflow", SHORT).subject());
        assertEquals(
                new Outcome.Failed(Reason.OUT_OF_STEPS, 100, "", "more than 100 steps (expected: at most that many)"),
                failure("endless", SHORT));
        assertEquals(Reason.OUT_OF_STEPS, failure("stubborn", SHORT).reason());
        assertEquals(
                Reason.OUT_OF_MEMORY,
                failure("hoard", SHORT.withSteps(Long.MAX_VALUE)).reason());
        assertEquals(Reason.OUT_OF_MEMORY, failure("hoard-uncounted", SHORT).reason());
        assertEquals(
                Reason.OUT_OF_MEMORY,
                failure("exhaust", SHORT.withAllocatedBytes(Long.MAX_VALUE)).reason());
        assertEquals(
                new Outcome.Failed(Reason.TIMED_OUT, 0, "", "more than PT0.05S of wall time (expected: at most that)"),
                failure("sleep", SHORT.withTime(Duration.ofMillis(50))));
    }

    @Test
    void failuresAndHangsTouchNoOther() {
        List<Job> alone = jobs(6, 1);
        List<Job> among = new ArrayList<>();
        String[] bad = {"crash", "diverge", "exhaust", "overflow", "hang 2000", "reject"};
        for (int i = 0; i < alone.size(); i++) {
            among.add(new Job("bad" + i, 0, bad[i]));
            among.add(alone.get(i));
        }
        Limits limits = new Limits(Duration.ofMillis(300), 1000, Long.MAX_VALUE);
        InProcess executor = executor(2);
        Evaluations all = new Evaluator(executor, Journal.none(), Progress.none())
                .evaluate(new Batch("trial", among, limits), Control.none());
        for (Evaluation expected : evaluate(1, SHORT, alone).all()) {
            assertEquals(expected.outcome(), all.of(expected.candidate(), expected.seed()));
        }
        assertEquals(Reason.TIMED_OUT, all.of("bad4", 0).failure().orElseThrow().reason());
        assertEquals(List.of("evaluate bad4#0"), executor.abandoned());
    }

    @Test
    void moreHangsThanTheBoundEndTheBatchAndNotTheProcess() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < InProcess.MAX_ABANDONED + 2; i++) {
            jobs.add(new Job("hang" + i, 0, "hang 6000"));
        }
        jobs.add(new Job("late", 0, "run"));
        Limits limits = SHORT.withTime(Duration.ofMillis(200));
        Batch batch = new Batch("trial", jobs, limits);
        InProcess two = executor(2);
        Evaluations all = new Evaluator(two, Journal.none(), Progress.none()).evaluate(batch, Control.none());
        assertEquals(
                Reason.WORKER_LOST, all.of("late", 0).failure().orElseThrow().reason());
        assertEquals(6, two.abandoned().size());
        InProcess three = executor(3);
        all = new Evaluator(three, Journal.none(), Progress.none()).evaluate(batch, Control.none());
        assertTrue(all.of("late", 0).figures().isPresent(), "of three threads one is left");
    }

    @Test
    void cancellingTellsOfEveryJobAndKeepsWhatEnded() {
        AtomicBoolean cancelled = new AtomicBoolean();
        Progress progress = (task, done, total) -> cancelled.set(done >= 2);
        List<Job> jobs = List.of(
                new Job("a", 0, "run"), new Job("b", 0, "run"), new Job("c", 0, "sleep"), new Job("d", 0, "run"));
        Evaluations all = new Evaluator(executor(1), Journal.none(), progress)
                .evaluate(new Batch("trial", jobs, SHORT), cancelled::get);
        assertEquals(
                2,
                all.all().stream()
                        .filter(e -> e.outcome().figures().isPresent())
                        .count());
        assertEquals(Reason.CANCELLED, all.of("c", 0).failure().orElseThrow().reason());
        assertEquals(Reason.CANCELLED, all.of("d", 0).failure().orElseThrow().reason());
    }

    @Test
    void aResumedBatchRunsOnlyWhatIsLeft(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("journal.jsonl");
        List<Job> jobs = jobs(5, 2);
        AtomicInteger runs = new AtomicInteger();
        Task counted = new Task() {
            @Override
            public String name() {
                return "trial";
            }

            @Override
            public Figures run(Job job, Meter meter) throws Exception {
                runs.incrementAndGet();
                return new TrialTask().run(job, meter);
            }
        };
        InProcess executor = new InProcess(2, Tasks.of(counted), System::nanoTime);
        List<Evaluation> first;
        try (Journal journal = Journal.open(file)) {
            Evaluator evaluator = new Evaluator(executor, journal, Progress.none());
            evaluator.evaluate(new Batch("trial", jobs.subList(0, 4), SHORT), Control.none());
            assertEquals(4, runs.get());
            assertThrows(IOException.class, () -> Journal.open(file), "in use");
        }
        // What a kill leaves: half a line.
        byte[] whole = Files.readAllBytes(file);
        Files.writeString(file, "{\"sum\":\"0123", StandardOpenOption.APPEND);
        try (Journal journal = Journal.open(file)) {
            assertEquals(4, journal.size());
            assertEquals(whole.length, Files.size(file));
            first = new Evaluator(executor, journal, Progress.none())
                    .evaluate(new Batch("trial", jobs, SHORT), Control.none())
                    .all();
            assertEquals(10, runs.get());
        }
        assertEquals(evaluate(1, SHORT, jobs).all(), first);
        // What a bad disk leaves: a line of which a digit changed.
        String text = Files.readString(file);
        int digit = text.indexOf("\"score\":0.") + 12;
        Files.write(
                file,
                (text.substring(0, digit) + (text.charAt(digit) == '1' ? '2' : '1') + text.substring(digit + 1))
                        .getBytes(StandardCharsets.UTF_8));
        try (Journal journal = Journal.open(file)) {
            assertEquals(1, journal.damaged());
            assertEquals(
                    first,
                    new Evaluator(executor, journal, Progress.none())
                            .evaluate(new Batch("trial", jobs, SHORT), Control.none())
                            .all());
            assertEquals(11, runs.get());
        }
    }

    @Test
    void aJournalNeverCreditsAnotherCandidate(@TempDir Path folder) throws IOException {
        Job job = new Job("a", 0, "run");
        Batch batch = new Batch("trial", List.of(job), SHORT);
        try (Journal journal = Journal.open(folder.resolve("journal.jsonl"))) {
            Evaluation kept = evaluate(1, SHORT, List.of(job)).all().get(0);
            journal.add(batch, job, kept);
            assertEquals(kept, journal.find(batch, job).orElseThrow());
            for (Job other : List.of(new Job("b", 0, "run"), new Job("a", 1, "run"), new Job("a", 0, "run 2"))) {
                assertTrue(journal.find(batch, other).isEmpty(), other.toString());
            }
            assertTrue(
                    journal.find(new Batch("other", List.of(job), SHORT), job).isEmpty());
            Batch longer = new Batch("trial", List.of(job), SHORT.withSteps(200));
            assertEquals(kept, journal.find(longer, job).orElseThrow(), "it ended within both limits");
            Job endless = new Job("e", 0, "endless");
            journal.add(
                    batch, endless, evaluate(1, SHORT, List.of(endless)).all().get(0));
            assertTrue(journal.find(batch, endless).isPresent());
            assertTrue(journal.find(longer, endless).isEmpty(), "with more steps it might end");
        }
    }

    @Test
    void jsonKeepsEveryBit() {
        List<Job> jobs =
                List.of(new Job("a", Long.MIN_VALUE, "run \u00e4\n\"\\ \ud83d\ude00"), new Job("b", 2, "diverge"));
        for (Evaluation evaluation : evaluate(1, SHORT, jobs).all()) {
            assertEquals(evaluation, JobJson.evaluation(JobJson.write(evaluation)));
        }
        for (Job job : jobs) {
            assertEquals(job, JobJson.job(JobJson.write(job)));
        }
        assertEquals(Limits.defaults(), JobJson.limits(JobJson.write(Limits.defaults())));
        for (String broken : List.of("", "{", "[]", "{\"candidate\":\"a\"}", JobJson.write(jobs.get(0)) + " x")) {
            assertThrows(IllegalArgumentException.class, () -> JobJson.job(broken), broken);
            assertThrows(IllegalArgumentException.class, () -> JobJson.evaluation(broken), broken);
        }
    }

    @Test
    void theDoorSaysWhatIsExpected() {
        Job job = new Job("a", 0, "");
        assertNotEquals(job, new Job("a", 1, ""));
        assertEquals(
                "jobs: a#0 twice (expected: each candidate once under a seed)",
                assertThrows(IllegalArgumentException.class, () -> new Batch("t", List.of(job, job), SHORT))
                        .getMessage());
        assertEquals(
                "candidate: 'a b' (expected: 1 to 200 visible ASCII characters)",
                assertThrows(IllegalArgumentException.class, () -> new Job("a b", 0, ""))
                        .getMessage());
        assertEquals(
                "task: 'other' (expected: one of [trial])",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> executor(1).run(new Batch("other", List.of(job), SHORT), e -> {}, Control.none()))
                        .getMessage());
    }
}
