package io.github.rlllm.examples.robot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRun;
import io.github.rlllm.rlplusllm.plan.RunEvent;
import io.github.rlllm.rlplusllm.plan.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The robot's loop runs 25 times faster here than in earnest, but for the test of its rate. */
@Timeout(30)
class FetchRobotTest {
    private static final Duration FAST = Duration.ofMillis(2);

    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final ConcurrentLinkedQueue<RunEvent> events = new ConcurrentLinkedQueue<>();

    @AfterEach
    void shutdown() {
        callbacks.shutdownNow();
    }

    private SimulatedRobot robot(double slip, long seed) {
        return new SimulatedRobot(
                FetchRobot.PLACES,
                Map.of("cup", "shelf", "plate", "table"),
                slip,
                new SplittableRandom(seed),
                FAST,
                callbacks);
    }

    private FetchRobot fetch(SimulatedRobot robot, Duration stopTimeout) {
        return new FetchRobot(robot, robot::state, Duration.ofSeconds(20), stopTimeout, text -> {});
    }

    private PlanOptions<RobotState> options() {
        return PlanOptions.<RobotState>defaults().withTrace(events::add);
    }

    private static void await(SimulatedRobot robot, Predicate<RobotState> state) throws InterruptedException {
        while (!state.test(robot.truth())) {
            Thread.sleep(1);
        }
    }

    @Test
    void theCupIsBrought() throws Exception {
        try (SimulatedRobot robot = robot(0, 1);
                FetchRobot fetch = fetch(robot, Duration.ofSeconds(2))) {
            PlanReport report =
                    fetch.execute("bring the cup to the table", options()).join();
            assertEquals(PlanEnding.DONE, report.ending());
            assertEquals(
                    List.of("drive to(shelf)", "pick(cup)", "drive to(table)", "place(cup)"),
                    report.succeeded().stream().map(Object::toString).toList());
            assertEquals(Map.of("cup", "table", "plate", "table"), robot.truth().things());
            int number = 0;
            for (RunEvent event : events) {
                assertEquals(number++, event.number());
            }
        }
    }

    @Test
    void whatSlipsIsPickedUpAgain() throws Exception {
        // With this seed the first grasp slips and the second does not.
        try (SimulatedRobot robot = robot(0.5, 4);
                FetchRobot fetch = fetch(robot, Duration.ofSeconds(2))) {
            PlanReport report =
                    fetch.execute("bring the cup to the dock", options()).join();
            assertEquals(PlanEnding.DONE, report.ending());
            assertEquals(
                    List.of("drive to(shelf)", "pick(cup)", "pick(cup)", "drive to(dock)", "place(cup)"),
                    report.executed().stream().map(Object::toString).toList());
            assertEquals("dock", robot.truth().things().get("cup"));
        }
    }

    @Test
    void theStopButtonEndsWithStandingWheels() throws Exception {
        try (SimulatedRobot robot = robot(0, 1);
                FetchRobot fetch = fetch(robot, Duration.ofSeconds(2))) {
            PlanRun run = fetch.execute("bring the cup to the table", options());
            await(robot, state -> !state.still());
            Stop stop = fetch.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
            RobotState stopped = robot.truth();
            assertInstanceOf(Stop.Stopped.class, stop);
            assertTrue(stopped.still());
            assertEquals(PlanEnding.CANCELLED, run.join().ending());
            await(robot, state -> state.tick() > stopped.tick() + 20);
            assertEquals(stopped.x(), robot.truth().x());
            assertEquals(stopped.y(), robot.truth().y());
        }
    }

    @Test
    void aShortLossOfTheConnectionIsSurvived() throws Exception {
        try (SimulatedRobot robot = robot(0, 1);
                FetchRobot fetch = fetch(robot, Duration.ofSeconds(2))) {
            PlanRun run = fetch.execute("bring the cup to the table", options());
            await(robot, state -> !state.still());
            robot.connected(false);
            await(robot, RobotState::still); // by its own watchdog
            assertFalse(robot.state().still(), "nobody outside knows yet");
            assertFalse(run.completion().toCompletableFuture().isDone());
            robot.connected(true);
            PlanReport report = run.join();
            assertEquals(PlanEnding.DONE, report.ending());
            assertEquals(
                    List.of("drive to(shelf)", "drive to(shelf)", "pick(cup)", "drive to(table)", "place(cup)"),
                    report.executed().stream().map(Object::toString).toList());
            assertTrue(
                    report.history().get(0).text().contains("connection lost; stopped by the watchdog"),
                    report.history().get(0).text());
        }
    }

    @Test
    void aStopThatNobodyCanConfirmWaitsForAPerson() throws Exception {
        try (SimulatedRobot robot = robot(0, 1);
                FetchRobot fetch = fetch(robot, Duration.ofMillis(200))) {
            PlanRun run = fetch.execute("bring the cup to the table", options());
            await(robot, state -> !state.still());
            robot.connected(false);
            Stop stop = fetch.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertEquals(
                    Set.of("robot"),
                    assertInstanceOf(Stop.NotStopped.class, stop).resources());
            run.join();
            // Nothing is invoked until a person has looked.
            PlanReport refused =
                    fetch.execute("bring the cup to the table", options()).join();
            assertEquals(PlanEnding.UNAVAILABLE, refused.ending());
            assertEquals(List.of(), refused.executed());
            await(robot, RobotState::still);
            robot.connected(true);
            assertTrue(fetch.runner().clear("robot", "Ada"));
            assertEquals(
                    PlanEnding.DONE,
                    fetch.execute("bring the cup to the table", options())
                            .join()
                            .ending());
            assertEquals("table", robot.truth().things().get("cup"));
        }
    }

    @Test
    void aGoalThatNeverArrivedIsNotBegunLater() throws Exception {
        try (SimulatedRobot robot = robot(0, 1)) {
            robot.connected(false);
            RobotBridge.Goal goal = robot.send("drive to", List.of("shelf"), "key-1", text -> {});
            await(robot, state -> state.tick() > 20);
            assertFalse(goal.outcome().toCompletableFuture().isDone());
            robot.connected(true);
            assertEquals(
                    new RobotBridge.Outcome(RobotBridge.Outcome.Kind.REJECTED, "the goal never arrived"),
                    goal.outcome().toCompletableFuture().get(10, TimeUnit.SECONDS));
            long now = robot.truth().tick();
            await(robot, state -> state.tick() > now + 20);
            assertEquals("dock", robot.truth().at());
        }
    }

    @Test
    void theControlLoopRunsTwentyTimesASecond() throws Exception {
        try (SimulatedRobot robot = new SimulatedRobot(
                FetchRobot.PLACES, Map.of(), 0, new SplittableRandom(1), SimulatedRobot.PERIOD, callbacks)) {
            await(robot, state -> state.tick() >= 2);
            long begin = System.nanoTime();
            long first = robot.truth().tick();
            await(robot, state -> state.tick() >= first + 20);
            double seconds = (System.nanoTime() - begin) / 1e9;
            // Never faster; on a busy machine a step may be late.
            assertTrue(seconds > 0.85 && seconds < 5, "20 steps in " + seconds + " s");
        }
    }
}
