package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A plan that is killed with SIGKILL at any moment, over a world that writes down every effect with its key. */
class PlanKillTest {
    private static final int STEPS = 12;

    @TempDir
    Path folder;

    /** Takes so many things, one after the other; says a line at every event and around every effect. */
    static final class Robot {
        private static void say(String line) {
            System.out.println(line);
        }

        private static boolean done(Path world, String key) {
            try {
                return Files.exists(world)
                        && Files.readAllLines(world).stream().anyMatch(line -> line.endsWith(" " + key));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public static void main(String[] args) throws IOException {
            Path journal = Path.of(args[0]);
            Path world = Path.of(args[1]);
            List<String> things =
                    IntStream.range(0, STEPS).mapToObj(i -> "thing" + i).toList();
            Skill<String> take = Skill.<String>named("take", "thing").does((call, control) -> {
                say("begin");
                try {
                    Files.writeString(
                            world,
                            call.arguments().get(0) + " " + control.key() + "\n",
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND,
                            StandardOpenOption.DSYNC);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                say("effect");
                return new SkillResult(SkillResult.Status.SUCCESS, "");
            });
            Planner<String> planner = context -> {
                Set<SkillCall> taken = new HashSet<>();
                context.history().forEach(e -> {
                    if (e.call() != null && e.result().success()) {
                        taken.add(e.call());
                    }
                });
                return context.allowed().stream()
                        .filter(call -> !taken.contains(call))
                        .findFirst()
                        .map(Directive::invoke)
                        .orElseGet(Directive::done);
            };
            Supervisor remembers = new Supervisor() {
                @Override
                public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                    return CompletableFuture.completedFuture(true);
                }

                @Override
                public CompletionStage<String> answer(String question) {
                    return CompletableFuture.completedFuture("");
                }

                @Override
                public CompletionStage<Effect> effect(SkillCall call, String key) {
                    say("asked");
                    return CompletableFuture.completedFuture(
                            done(world, key) ? Effect.HAPPENED : Effect.DID_NOT_HAPPEN);
                }
            };
            PlanOptions<String> options = PlanOptions.<String>defaults()
                    .withLimits(Limits.defaults().withBudget(Budget.ofCalls(1000)))
                    .withApproval(hazard -> true)
                    .withSupervisor(remembers)
                    .withTrace(event -> say(event.text()))
                    .withJournal(journal);
            ExecutorService executor = Executors.newCachedThreadPool();
            PlanRunner<String> runner = new PlanRunner<>(
                    new SkillLibrary<>(Map.of("thing", things), Set.of(), List.of(take)),
                    planner,
                    () -> "state",
                    executor,
                    System::nanoTime);
            // A journal in which not even the first line is whole is that of a run that did nothing.
            boolean begun = Files.exists(journal) && Files.readString(journal).contains("\n");
            if (!begun) {
                Files.deleteIfExists(journal);
            }
            PlanRun run = begun ? runner.resume(options) : runner.execute("take all", options);
            PlanReport report = run.join();
            executor.shutdown();
            if (report.ending() != PlanEnding.DONE) {
                System.exit(3);
            }
        }
    }

    private void kill(int kills, TestReporter reporter) throws Exception {
        SplittableRandom rng = new SplittableRandom(kills);
        int killed = 0;
        int stories = 0;
        int asked = 0;
        while (killed < kills) {
            Path journal = folder.resolve("run" + stories + ".jsonl");
            Path world = folder.resolve("world" + stories + ".txt");
            boolean ended = false;
            while (!ended) {
                int lines = killed < kills ? 1 + rng.nextInt(12) : Integer.MAX_VALUE;
                ended = KilledJvm.run(Robot.class, lines, journal.toString(), world.toString())
                        .ended();
                killed += ended ? 0 : 1;
            }
            stories++;
            List<String> effects = Files.readAllLines(world);
            List<String> things = new ArrayList<>();
            Set<String> keys = new HashSet<>();
            for (String effect : effects) {
                things.add(effect.split(" ")[0]);
                assertTrue(keys.add(effect.split(" ")[1]), "a key twice: " + effects);
            }
            // None repeated, none lost, in the order of the plan.
            assertEquals(IntStream.range(0, STEPS).mapToObj(i -> "thing" + i).toList(), things);
            List<RunEvent> events =
                    Files.readAllLines(journal).stream().map(RunEventJson::read).toList();
            for (int i = 0; i < events.size(); i++) {
                assertEquals(i, events.get(i).number());
                asked += events.get(i) instanceof RunEvent.EffectTold ? 1 : 0;
            }
        }
        reporter.publishEntry(
                "kills", killed + " in " + stories + " plans; 0 effects repeated, 0 lost; asked about " + asked);
    }

    @Test
    void noEffectIsRepeatedOrLost(TestReporter reporter) throws Exception {
        kill(3, reporter);
    }

    @Test
    @Tag("slow")
    void noEffectIsRepeatedOrLostOverManyKills(TestReporter reporter) throws Exception {
        kill(220, reporter);
    }
}
