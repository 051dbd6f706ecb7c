package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/planner-api.md shows is what is compiled and run here. */
class PlannerGuideTest {
    private static final Pattern REGION =
            Pattern.compile("^( *)// region (\\w+)\\n(.*?)^ *// endregion", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    private record State(boolean charged) {
        boolean inDock() {
            return charged;
        }
    }

    /** Stands for a robot's driver. */
    private static final class Driver {
        CompletionStage<SkillResult> goTo(String place, String key, Control stop) {
            return CompletableFuture.completedFuture(new SkillResult(SkillResult.Status.SUCCESS, ""));
        }

        State sense() {
            return new State(false);
        }

        boolean knows(String key) {
            return false;
        }
    }

    private static final class Person {
        CompletionStage<Boolean> allows(String what) {
            return CompletableFuture.completedFuture(true);
        }

        CompletionStage<String> asks(String question) {
            return CompletableFuture.completedFuture("the left one");
        }
    }

    private static void show(String line) {
        assertTrue(!line.isBlank());
    }

    @Test
    void aRobotIsDriven() throws Exception {
        Driver driver = new Driver();
        Person person = new Person();
        Path file = folder.resolve("run.jsonl");
        ExecutorService executor = Executors.newCachedThreadPool();
        Planner<State> planner = context ->
                context.history().isEmpty() ? Directive.invoke(SkillCall.of("drive to", "kitchen")) : Directive.done();
        // region Skills
        Skill<State> drive = Skill.<State>named("drive to", "place")
                .timeout(Duration.ofMinutes(2))
                .stopTimeout(Duration.ofMillis(500))
                .resources("wheels")
                .hazard(Hazard.REVERSIBLE)
                .starts((call, control) -> driver.goTo(call.arguments().get(0), control.key(), control));
        SkillLibrary<State> library =
                new SkillLibrary<>(Map.of("place", List.of("dock", "kitchen")), Set.of(), List.of(drive));
        PlanRunner<State> runner = new PlanRunner<>(library, planner, driver::sense, executor, System::nanoTime);
        // endregion
        // region Options
        PlanOptions<State> options = PlanOptions.<State>defaults()
                .withLimits(Limits.defaults()
                        .withBudget(new Budget(30, 200_000, Duration.ofMinutes(15)))
                        .withMoney(0.50)
                        .withFloor(0.2)
                        .withRepeats(3)
                        .withPatience(4))
                .withForbidden(call -> call.arguments().contains("stairs"))
                .withApproval(hazard -> hazard == Hazard.IRREVERSIBLE || hazard == Hazard.DANGEROUS)
                .withGoal(State::inDock)
                .withSupervisor(new Supervisor() {
                    @Override
                    public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                        return person.allows(call + ", which is " + hazard);
                    }

                    @Override
                    public CompletionStage<String> answer(String question) {
                        return person.asks(question);
                    }

                    @Override
                    public CompletionStage<Effect> effect(SkillCall call, String key) {
                        return CompletableFuture.completedFuture(
                                driver.knows(key) ? Effect.HAPPENED : Effect.DID_NOT_HAPPEN);
                    }
                })
                .withJournal(file);
        // endregion
        // region Run
        PlanRun run = runner.execute("Bring me the cup.", options);
        run.events().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(RunEvent event) {
                show(event.number() + " " + event.text());
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        });
        run.amend("The cup is hot.");
        PlanReport report = run.join();
        // endregion
        assertEquals(PlanEnding.DONE, report.ending());
        // region Cancel
        run.cancel().thenAccept(stop -> {
            if (stop instanceof Stop.NotStopped not) {
                show(not.call() + " may still act on " + not.resources());
                // once a person has looked: runner.clear("wheels", "Ada")
            }
        });
        // endregion
        // region Resume
        PlanReport again = runner.resume(options).join();
        // endregion
        assertEquals(report.ending(), again.ending());
        assertInstanceOf(Stop.Stopped.class, run.cancel().toCompletableFuture().get(5, TimeUnit.SECONDS));
        executor.shutdown();
    }

    @Test
    void thePageShowsWhatIsRunHere() throws IOException {
        Matcher regions = REGION.matcher(
                Files.readString(Path.of("src/test/java/io/github/rlllm/rlplusllm/plan/PlannerGuideTest.java")));
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("../docs/planner-api.md")));
        int shown = 0;
        while (blocks.find()) {
            assertTrue(regions.find(), "a block without a region: " + blocks.group(1));
            String indent = regions.group(1);
            assertEquals(regions.group(3).replaceAll("(?m)^" + indent, ""), blocks.group(1), regions.group(2));
            shown++;
        }
        assertEquals(5, shown);
    }
}
