package io.github.rlllm.examples.robot;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanRun;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.plan.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A robot that fetches things: three skills over a bridge, a planner, and a stop button. {@link #main} runs it against
 * {@link SimulatedRobot} in real time.
 */
final class FetchRobot implements AutoCloseable {
    static final Map<String, double[]> PLACES =
            Map.of("shelf", new double[] {1.5, 1}, "table", new double[] {-0.5, 1.5}, "dock", new double[] {0, 0});
    static final List<String> THINGS = List.of("cup", "plate");

    private final BridgedSkill bridged;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PlanRunner<RobotState> runner;
    private final AtomicReference<@Nullable PlanRun> current = new AtomicReference<>();

    /**
     * A robot behind a bridge.
     *
     * @param bridge to the robot
     * @param state what it last reported
     * @param timeout of every skill
     * @param stopTimeout within which it has to stand still after a stop
     * @param feedback is told how far it is
     */
    FetchRobot(
            RobotBridge bridge,
            Supplier<RobotState> state,
            Duration timeout,
            Duration stopTimeout,
            Consumer<String> feedback) {
        this.bridged = new BridgedSkill(bridge, feedback);
        Skill<RobotState> driveTo = Skill.<RobotState>named("drive to", "place")
                .yields(Map.of("at {place}", 1))
                .timeout(timeout)
                .stopTimeout(stopTimeout)
                .starts(bridged);
        Skill<RobotState> pick = Skill.<RobotState>named("pick", "thing")
                .requires(Map.of("gripper free", 1))
                .yields(Map.of("gripper free", -1, "holding {thing}", 1))
                .affordance((now, thing) -> here(now, thing.get(0)) && now.gripperFree() ? 0.9 : 0)
                .timeout(timeout)
                .stopTimeout(stopTimeout)
                .starts(bridged);
        Skill<RobotState> place = Skill.<RobotState>named("place", "thing")
                .requires(Map.of("holding {thing}", 1))
                .yields(Map.of("holding {thing}", -1, "gripper free", 1))
                .affordance(
                        (now, thing) -> RobotState.GRIPPER.equals(now.things().get(thing.get(0)))
                                        && !now.at().isEmpty()
                                ? 0.99
                                : 0)
                .hazard(Hazard.REVERSIBLE)
                .timeout(timeout)
                .stopTimeout(stopTimeout)
                .starts(bridged);
        SkillLibrary<RobotState> library = new SkillLibrary<>(
                Map.of("place", List.copyOf(PLACES.keySet()), "thing", THINGS),
                Set.of("at {place}", "holding {thing}", "gripper free"),
                List.of(driveTo, pick, place),
                Map.of("gripper free", 1));
        this.runner = new PlanRunner<>(library, new Fetch(), state, threads, System::nanoTime);
    }

    private static boolean here(RobotState now, String thing) {
        return !now.at().isEmpty() && now.at().equals(now.things().get(thing));
    }

    /**
     * Stands for a language model, and reads sentences of one form: {@code bring the THING to the PLACE}. It looks at the
     * state before every skill, so that what slipped is picked up again.
     */
    static final class Fetch implements Planner<RobotState> {
        @Override
        public Directive next(PlanContext<RobotState> context) {
            String[] words = context.task().split(" ");
            if (!context.task().matches("bring the \\w+ to the \\w+")) {
                return Directive.ask("What shall I bring where?");
            }
            String thing = words[2];
            String goal = words[5];
            RobotState now = context.state();
            String where = now.things().get(thing);
            if (where == null) {
                return Directive.giveUp("no " + thing);
            }
            boolean held = where.equals(RobotState.GRIPPER);
            if (where.equals(goal)) {
                return Directive.done();
            }
            String target = held ? goal : where;
            if (!now.at().equals(target)) {
                return Directive.invoke(SkillCall.of("drive to", target));
            }
            return Directive.invoke(SkillCall.of(held ? "place" : "pick", thing));
        }
    }

    PlanRun execute(String task, PlanOptions<RobotState> options) {
        PlanRun run = runner.execute(task, options);
        current.set(run);
        return run;
    }

    /** The stop button: completes when the robot stands still, or has not answered in its time. */
    CompletionStage<Stop> stop() {
        PlanRun run = current.get();
        if (run == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("run: none (expected: one to stop)"));
        }
        return run.cancel();
    }

    PlanRunner<RobotState> runner() {
        return runner;
    }

    @Override
    public void close() {
        bridged.close();
        threads.shutdown();
    }

    /**
     * Brings the cup to the table, with the connection lost for a second on the way.
     *
     * @param arguments none
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        try (SimulatedRobot robot = new SimulatedRobot(
                        PLACES,
                        Map.of("cup", "shelf", "plate", "table"),
                        0.3,
                        new SplittableRandom(1),
                        SimulatedRobot.PERIOD,
                        callbacks);
                FetchRobot fetch = new FetchRobot(
                        robot,
                        robot::state,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        text -> System.out.println("  robot: " + text))) {
            PlanRun run = fetch.execute(
                    "bring the cup to the table",
                    PlanOptions.<RobotState>defaults().withTrace(event -> System.out.println(event.text())));
            Thread.sleep(1_500);
            robot.connected(false);
            System.out.println("-- the connection is lost");
            Thread.sleep(1_000);
            System.out.println("-- the connection is back");
            robot.connected(true);
            System.out.println(run.join().ending());
        } finally {
            callbacks.shutdown();
        }
    }
}
