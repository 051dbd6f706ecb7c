package io.github.rlllm.engine.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search killed with SIGKILL at random moments: no job whose end was told of runs again, and all ends as unbroken. */
class KilledEvaluationTest {
    @TempDir
    private Path folder;

    @Test
    void killedThreeTimesItRepeatsNothing() throws Exception {
        killed(3, 20);
    }

    @Test
    @Tag("slow")
    void killedFiftyTimesItRepeatsNothing() throws Exception {
        killed(50, 200);
    }

    private void killed(int kills, int candidates) throws Exception {
        Path journal = folder.resolve("journal.jsonl");
        SeededRandom moments = SeededRandom.of(kills, "kills");
        Set<String> kept = new HashSet<>();
        for (int kill = 0; kill <= kills; kill++) {
            int lines = kill < kills ? 1 + moments.nextInt(3 * candidates / kills) : Integer.MAX_VALUE;
            KilledJvm.Ran ran = KilledJvm.run(Child.class, lines, journal.toString(), Integer.toString(candidates));
            assertEquals(kill == kills, ran.ended(), "kill " + kill);
            List<String> said = ran.lines();
            for (String line : said.subList(0, ran.ended() ? said.size() : said.size() - 1)) {
                if (line.startsWith("begin ")) {
                    assertTrue(!kept.contains(line.substring(6)), line + " again");
                } else {
                    kept.add(line.substring(5));
                }
            }
        }
        List<Evaluation> whole =
                Child.evaluate(Journal.none(), candidates, id -> {}).all();
        try (Journal last = Journal.open(journal)) {
            assertEquals(2 * candidates, last.size());
            assertEquals(0, last.damaged());
            assertEquals(
                    whole,
                    Child.evaluate(last, candidates, id -> assertTrue(false, id + " again"))
                            .all());
        }
    }

    /** The process that is killed: a line where a job begins, and one where it is kept. */
    static final class Child {
        private Child() {}

        static Evaluations evaluate(Journal journal, int candidates, Consumer<String> begun) {
            return evaluate(journal, candidates, begun, id -> {});
        }

        private static Evaluations evaluate(
                Journal journal, int candidates, Consumer<String> begun, Consumer<String> kept) {
            Task task = new Task() {
                @Override
                public String name() {
                    return "trial";
                }

                @Override
                public Figures run(Job job, Meter meter) throws Exception {
                    begun.accept(job.id());
                    Thread.sleep(2);
                    return new TrialTask().run(job, meter);
                }
            };
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < candidates; i++) {
                jobs.add(new Job("c" + i, 1, "run"));
                jobs.add(new Job("c" + i, 2, i % 3 == 0 ? "crash" : "run"));
            }
            InProcess threads = new InProcess(2, Tasks.of(task), System::nanoTime);
            JobExecutor executor = (batch, done, control) -> threads.run(
                    batch,
                    evaluation -> {
                        done.accept(evaluation);
                        kept.accept(evaluation.id());
                    },
                    control);
            return new Evaluator(executor, journal, Progress.none())
                    .evaluate(
                            new Batch("trial", jobs, Limits.defaults().withTime(Duration.ofSeconds(20))),
                            Control.none());
        }

        public static void main(String[] args) throws IOException {
            try (Journal journal = Journal.open(Path.of(args[0]))) {
                evaluate(
                        journal,
                        Integer.parseInt(args[1]),
                        id -> System.out.println("begin " + id),
                        id -> System.out.println("kept " + id));
            }
        }
    }
}
