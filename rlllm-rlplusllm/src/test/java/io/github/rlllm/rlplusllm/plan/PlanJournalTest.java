package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanJournalTest {
    private static final Duration AT = Duration.ofNanos(1_234_567_890_123L);
    private static final SkillCall CALL = SkillCall.of("put", "red \"ball\"\n", "blå box");
    private static final ModelUsage SPENT = new ModelUsage(1, 20, 3, 4_000, Duration.ofMillis(5));

    @TempDir
    Path folder;

    private static List<RunEvent> one(int from) {
        List<RunEvent> all = new ArrayList<>(List.of(
                new RunEvent.Started(0, AT, "tidy up", -7, "id"),
                new RunEvent.Planned(1, AT, Directive.invoke(CALL), SPENT),
                new RunEvent.Planned(2, AT, Directive.ask("which?"), SPENT),
                new RunEvent.Planned(3, AT, Directive.done(), SPENT),
                new RunEvent.Planned(4, AT, Directive.giveUp("no"), SPENT),
                new RunEvent.ApprovalAsked(5, AT, CALL, Hazard.DANGEROUS),
                new RunEvent.ApprovalGiven(6, AT, CALL),
                new RunEvent.ApprovalRefused(7, AT, CALL),
                new RunEvent.SkillStarted(8, AT, CALL, "id-8"),
                new RunEvent.StopAsked(9, AT, CALL, "id-8", RunEvent.StopReason.REPLAN),
                new RunEvent.SkillEnded(10, AT, CALL, "id-8", new SkillResult(SkillResult.Status.FAILED, "slipped")),
                new RunEvent.EffectTold(11, AT, CALL, "id-8", Supervisor.Effect.UNKNOWN),
                new RunEvent.NotStopped(12, AT, CALL, "id-8", Set.of("arm", "base")),
                new RunEvent.Cleared(13, AT, "arm", "Ada"),
                new RunEvent.Asked(14, AT, "which?"),
                new RunEvent.Answered(15, AT, "the left one"),
                new RunEvent.Amended(16, AT, "the cup is hot"),
                new RunEvent.Preempted(17, AT, "come home"),
                new RunEvent.Paused(18, AT),
                new RunEvent.Resumed(19, AT),
                new RunEvent.Recovered(20, AT),
                new RunEvent.Finished(21, AT, PlanEnding.NOT_STOPPED, "put did not stop", SPENT)));
        return all.subList(from, all.size());
    }

    @Test
    void everyKindOfEventIsReadAsItWasWritten() {
        Set<String> kinds = new TreeSet<>();
        for (RunEvent event : one(0)) {
            String line = RunEventJson.write(event);
            assertEquals(event, RunEventJson.read(line));
            assertEquals(-1, line.indexOf('\n'), line);
            assertEquals(-1, event.text().indexOf('\n'), event.text());
            kinds.add(event.getClass().getSimpleName());
        }
        RunEvent.PlanningFailed failed =
                new RunEvent.PlanningFailed(3, AT, new PlannerFailed(new IllegalStateException("no\nmodel")), SPENT);
        RunEvent.PlanningFailed read = (RunEvent.PlanningFailed) RunEventJson.read(RunEventJson.write(failed));
        assertEquals(
                "java.lang.IllegalStateException: no\nmodel",
                read.failure().cause().getMessage());
        assertEquals(SPENT, read.spent());
        kinds.add("PlanningFailed");
        assertEquals(
                Arrays.stream(RunEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toCollection(TreeSet::new)),
                kinds);
        assertEquals(
                "{\"number\":8,\"at\":1234567890123,\"event\":\"SkillStarted\",\"skill\":\"go\",\"arguments\":[\"a\"],\"key\":\"k\"}",
                RunEventJson.write(new RunEvent.SkillStarted(8, AT, SkillCall.of("go", "a"), "k")));
    }

    private Path written() throws IOException {
        Path file = Files.createTempFile(folder, "run", ".jsonl");
        PlanJournal journal = PlanJournal.create(file);
        one(0).forEach(journal::append);
        journal.close();
        return file;
    }

    @Test
    void aTornLastLineIsDroppedAndOtherDamageIsNamed() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 1; cut < 120; cut++) {
            Files.write(file, Arrays.copyOf(whole, whole.length - cut));
            PlanJournal journal = PlanJournal.open(file);
            List<RunEvent> events = journal.read();
            assertEquals(one(0).subList(0, events.size()), events);
            assertTrue(events.size() >= 20, cut + ": " + events.size());
            journal.append(one(0).get(events.size()));
            journal.close();
            PlanJournal again = PlanJournal.open(file);
            assertEquals(events.size() + 1, again.read().size());
            again.close();
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(written()));
        lines.remove(4);
        assertTrue(damage(lines).contains("line 5: number: 5 (expected: 4)"), damage(lines));
        lines.set(2, "{\"number\":2");
        assertTrue(damage(lines).contains("line 3: no JSON"), damage(lines));
        lines.set(2, "{\"number\":2,\"at\":0,\"event\":\"Flew\"}");
        assertTrue(damage(lines).contains("line 3: event: Flew"), damage(lines));
        assertTrue(damage(List.of()).contains("no event"));
    }

    private String damage(List<String> lines) throws IOException {
        Path file = Files.createTempFile(folder, "bad", ".jsonl");
        Files.write(file, lines);
        PlanJournal journal = PlanJournal.open(file);
        return assertThrows(IllegalArgumentException.class, journal::read).getMessage();
    }

    @Test
    void aJournalHasOneWriterAndIsNotBegunTwice() throws IOException {
        Path file = written();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PlanJournal.create(file))
                .getMessage()
                .contains("expected: a new or empty file"));
        PlanJournal open = PlanJournal.open(file);
        assertThrows(UncheckedIOException.class, () -> PlanJournal.open(file));
        open.close();
        assertThrows(UncheckedIOException.class, () -> PlanJournal.open(folder.resolve("none")));
        PlanOptions<String> none = PlanOptions.defaults();
        assertThrows(
                IllegalArgumentException.class, () -> new Story(Map.of(), none, new ArrayList<>()).runner.resume(none));
    }

    /** Takes four things in turn, with a question and an approval, and keeps what it did by key. */
    private static final class Story {
        final Map<String, SkillCall> done;
        final List<String> asked;
        final PlanRunner<String> runner;
        final PlanOptions<String> options;

        Story(Map<String, SkillCall> doneBefore, PlanOptions<String> options, List<String> asked) {
            this.done = new LinkedHashMap<>(doneBefore);
            this.asked = asked;
            Skill<String> take = Skill.<String>named("take", "thing")
                    .hazard(Hazard.IRREVERSIBLE)
                    .does((call, control) -> {
                        done.put(control.key(), call);
                        return new SkillResult(SkillResult.Status.SUCCESS, "");
                    });
            Planner<String> planner = context -> {
                long answers = context.history().stream()
                        .filter(e -> e.text().startsWith("answer"))
                        .count();
                if (answers == 0 && context.rng().nextInt() != 0) {
                    return Directive.ask("all of them?");
                }
                List<SkillCall> succeeded = context.history().stream()
                        .filter(e -> e.call() != null && e.result().success())
                        .map(e -> e.call())
                        .toList();
                for (String thing : List.of("a", "b", "c", "d")) {
                    if (!succeeded.contains(SkillCall.of("take", thing))) {
                        return Directive.invoke(SkillCall.of("take", thing));
                    }
                }
                return Directive.done();
            };
            this.options = options.withSupervisor(new Supervisor() {
                @Override
                public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                    return CompletableFuture.completedFuture(true);
                }

                @Override
                public CompletionStage<String> answer(String question) {
                    return CompletableFuture.completedFuture("yes");
                }

                @Override
                public CompletionStage<Effect> effect(SkillCall call, String key) {
                    asked.add(key);
                    return CompletableFuture.completedFuture(
                            done.containsKey(key) ? Effect.HAPPENED : Effect.DID_NOT_HAPPEN);
                }
            });
            this.runner = new PlanRunner<>(
                    new SkillLibrary<>(Map.of("thing", List.of("a", "b", "c", "d")), Set.of(), List.of(take)),
                    planner,
                    () -> "state",
                    Runnable::run,
                    () -> 0L);
        }
    }

    /** Broken off after every event, before and after what the event announces: the end is the same, nothing is done twice. */
    @Test
    void whereverItIsBrokenOffItGoesOnToTheSameEnd() throws IOException {
        Path file = folder.resolve("whole.jsonl");
        PlanOptions<String> limits = PlanOptions.<String>defaults().withJournal(file);
        Story whole = new Story(Map.of(), limits, new ArrayList<>());
        PlanReport unbroken = whole.runner.execute("take all", whole.options).join();
        assertEquals(PlanEnding.DONE, unbroken.ending());
        List<String> lines = Files.readAllLines(file);
        List<RunEvent> events = lines.stream().map(RunEventJson::read).toList();
        int askedAbout = 0;
        for (int kept = 1; kept <= lines.size(); kept++) {
            for (boolean effectFirst : List.of(false, true)) {
                Map<String, SkillCall> world = new LinkedHashMap<>();
                RunEvent.SkillStarted open = null;
                for (RunEvent event : events.subList(0, kept)) {
                    if (event instanceof RunEvent.SkillEnded ended) {
                        world.put(ended.key(), ended.call());
                    }
                    open = event instanceof RunEvent.SkillStarted started ? started : null;
                }
                if (effectFirst && open != null) {
                    world.put(open.key(), open.call());
                }
                Path cut = folder.resolve(kept + "-" + effectFirst + ".jsonl");
                String torn = kept < lines.size() ? lines.get(kept).substring(0, 9) : "";
                Files.writeString(cut, String.join("\n", lines.subList(0, kept)) + "\n" + torn);
                List<String> asked = new ArrayList<>();
                Story again = new Story(world, PlanOptions.<String>defaults().withJournal(cut), asked);
                PlanReport report = again.runner.resume(again.options).join();
                assertEquals(PlanEnding.DONE, report.ending());
                assertEquals(unbroken.directives() + asked.size() * (effectFirst ? 0 : 1), report.directives());
                assertEquals(List.copyOf(whole.done.values()), List.copyOf(again.done.values()));
                assertEquals(open == null ? List.of() : List.of(open.key()), asked);
                askedAbout += asked.size();
                List<RunEvent> all =
                        Files.readAllLines(cut).stream().map(RunEventJson::read).toList();
                for (int i = 0; i < all.size(); i++) {
                    assertEquals(i, all.get(i).number());
                }
                assertEquals(4, new HashSet<>(again.done.values()).size());
            }
        }
        assertEquals(8, askedAbout);
    }

    @Test
    void anEffectThatNobodyKnowsIsNotTriedAgain() throws IOException {
        Path file = folder.resolve("unknown.jsonl");
        Files.writeString(
                file,
                RunEventJson.write(new RunEvent.Started(0, Duration.ZERO, "take all", 0, "id")) + "\n"
                        + RunEventJson.write(
                                new RunEvent.SkillStarted(1, Duration.ZERO, SkillCall.of("take", "a"), "id-1"))
                        + "\n");
        Story story = new Story(Map.of(), PlanOptions.<String>defaults().withJournal(file), new ArrayList<>());
        Supervisor nobody = Supervisor.absent();
        PlanReport report =
                story.runner.resume(story.options.withSupervisor(nobody)).join();
        assertEquals(
                "take(a): broken off; nobody knows whether it was done",
                report.history().get(0).text());
        assertEquals(PlanEnding.PLANNING_FAILED, report.ending()); // it insists on what is masked
        assertEquals(Map.of(), story.done);
        // A run that was over gives its report again.
        PlanReport same = story.runner.resume(story.options).join();
        assertEquals(report.ending(), same.ending());
        assertEquals(report.reason(), same.reason());
        assertEquals(report.directives(), same.directives());
        assertEquals(report.history().subList(0, 2), same.history().subList(0, 2));
    }

    @Test
    void whatIsSpentAndTheTimeGoOnAfterACrash() throws IOException {
        Path file = folder.resolve("spent.jsonl");
        Files.writeString(
                file,
                RunEventJson.write(new RunEvent.Started(0, Duration.ZERO, "take all", 0, "id")) + "\n"
                        + RunEventJson.write(new RunEvent.Planned(1, Duration.ofSeconds(9), Directive.ask("?"), SPENT))
                        + "\n" + RunEventJson.write(new RunEvent.Asked(2, Duration.ofSeconds(9), "?")) + "\n"
                        + RunEventJson.write(new RunEvent.Answered(3, Duration.ofSeconds(10), "a")) + "\n");
        Limits limits = Limits.defaults().withBudget(new io.github.rlllm.api.Budget(20, 1000, Duration.ofSeconds(10)));
        Story story = new Story(
                Map.of(), PlanOptions.<String>defaults().withLimits(limits).withJournal(file), new ArrayList<>());
        PlanReport report = story.runner.resume(story.options).join();
        assertEquals("used up: time", report.reason());
        assertEquals(SPENT, report.spent());
        assertEquals(1, report.directives());
    }

    @Test
    void aNewTaskBeforeThePersonHasToldDoesNotLoseTheQuestion() throws Exception {
        Path file = folder.resolve("asked.jsonl");
        Files.writeString(
                file,
                RunEventJson.write(new RunEvent.Started(0, Duration.ZERO, "take all", 0, "id")) + "\n"
                        + RunEventJson.write(
                                new RunEvent.SkillStarted(1, Duration.ZERO, SkillCall.of("take", "a"), "id-1"))
                        + "\n");
        List<CompletableFuture<Supervisor.Effect>> questions = new ArrayList<>();
        Supervisor slow = new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return CompletableFuture.completedFuture("yes");
            }

            @Override
            public CompletionStage<Effect> effect(SkillCall call, String key) {
                assertEquals("id-1", key);
                questions.add(new CompletableFuture<>());
                return questions.get(questions.size() - 1);
            }
        };
        Story story = new Story(Map.of(), PlanOptions.<String>defaults().withJournal(file), new ArrayList<>());
        PlanRun run = story.runner.resume(story.options.withSupervisor(slow));
        run.preempt("take all again");
        assertEquals(2, questions.size());
        assertEquals(Map.of(), story.done);
        questions.get(0).complete(Supervisor.Effect.DID_NOT_HAPPEN); // too late
        assertEquals(Map.of(), story.done);
        questions.get(1).complete(Supervisor.Effect.HAPPENED);
        assertEquals(PlanEnding.DONE, run.join().ending());
        assertEquals(
                List.of("b", "c", "d"),
                story.done.values().stream()
                        .map(call -> call.arguments().get(0))
                        .toList());
    }

    @Test
    void everyResourceIsClearedByItself() throws IOException {
        Path file = written();
        PlanRunner<String> runner = new Story(Map.of(), PlanOptions.defaults(), new ArrayList<>()).runner;
        PlanReport report =
                runner.resume(PlanOptions.<String>defaults().withJournal(file)).join();
        assertEquals(PlanEnding.NOT_STOPPED, report.ending());
        assertEquals(Set.of("base"), runner.blocked()); // Ada has cleared the arm
        assertEquals(5, report.spent().calls());
    }
}
