package io.github.rlllm.examples.robot;

import io.github.rlllm.examples.robot.RobotBridge.Outcome.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A robot with two wheels and a gripper, simulated: its control loop runs at 20 Hz in a thread of its own, and talks to the
 * outside by messages alone, which get lost while the connection is. It stops by itself where it has heard nothing for 0.3 s,
 * remembers how goals ended, and answers for them when the connection is back. Thread-safe.
 */
final class SimulatedRobot implements RobotBridge, AutoCloseable {
    /** The time of a control step. */
    static final Duration PERIOD = Duration.ofMillis(50);

    private static final double DT = PERIOD.toMillis() / 1e3;
    private static final int WATCHDOG = 6;
    private static final int GRIPPING = 10;
    private static final double NEAR = 0.03;
    private static final double AT = 0.15;

    private final Map<String, double[]> places;
    private final RandomGenerator rng;
    private final double slip;
    private final Executor callbacks;
    private final long periodNanos;
    private final Thread thread = new Thread(this::loop, "robot-control");
    private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final Map<String, SentGoal> sent = new ConcurrentHashMap<>();
    private volatile boolean connected = true;
    private volatile boolean closed;
    private volatile RobotState truth;
    private volatile RobotState reported;

    // The control thread's own from here on.
    private final DifferentialDrive drive = new DifferentialDrive(0, 0, 0);
    private final Map<String, String> things;
    private final Map<String, Outcome> ended = new HashMap<>();
    private @Nullable RunningGoal running;
    private long tick;
    private long heard;

    /** A goal as the robot has it. */
    private static final class RunningGoal {
        final String action;
        final String argument;
        final String key;
        int gripped;

        @Nullable
        Outcome stopping;

        RunningGoal(String action, String argument, String key) {
            this.action = action;
            this.argument = argument;
            this.key = key;
        }
    }

    /** A goal as its sender has it. */
    private final class SentGoal implements Goal {
        private final String key;
        private final Consumer<String> feedback;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private volatile boolean cancelled;

        SentGoal(String key, Consumer<String> feedback) {
            this.key = key;
            this.feedback = feedback;
        }

        @Override
        public CompletionStage<Outcome> outcome() {
            return outcome;
        }

        @Override
        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                toRobot(() -> stop(key, new Outcome(Kind.CANCELLED, "stopped")));
            }
        }
    }

    /**
     * A robot at (0, 0), whose loop begins at once.
     *
     * @param places name to x and y in metres
     * @param things thing to its place
     * @param slip the probability that a grasp slips
     * @param rng of the grasps
     * @param period of the loop; {@link #PERIOD}, or less to simulate faster than real time
     * @param callbacks runs what its senders do with feedback and outcomes, never the control thread
     */
    SimulatedRobot(
            Map<String, double[]> places,
            Map<String, String> things,
            double slip,
            RandomGenerator rng,
            Duration period,
            Executor callbacks) {
        this.places = Map.copyOf(places);
        this.things = new TreeMap<>(things);
        this.slip = slip;
        this.rng = rng;
        this.periodNanos = period.toNanos();
        this.callbacks = callbacks;
        this.truth = look();
        this.reported = truth;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Goal send(String action, List<String> arguments, String key, Consumer<String> feedback) {
        SentGoal goal = new SentGoal(key, feedback);
        sent.put(key, goal);
        toRobot(() -> accept(action, arguments.get(0), key));
        return goal;
    }

    /** What the robot last reported; older where the connection is lost. */
    RobotState state() {
        return reported;
    }

    /** What is really so, which nobody outside knows while the connection is lost. */
    RobotState truth() {
        return truth;
    }

    /** Cuts the connection, or restores it; then the robot is asked how the open goals ended. */
    void connected(boolean value) {
        connected = value;
        if (value) {
            sent.forEach((key, goal) -> toRobot(() -> {
                if (goal.cancelled) {
                    stop(key, new Outcome(Kind.CANCELLED, "stopped"));
                }
                boolean known = ended.containsKey(key) || running != null && running.key.equals(key);
                if (!known) { // the goal itself was lost: begun now, it would come as a surprise
                    ended.put(key, new Outcome(Kind.REJECTED, "the goal never arrived"));
                }
            }));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        LockSupport.unpark(thread);
        thread.join(2_000);
    }

    /** A message to the robot; lost without a connection. */
    private void toRobot(Runnable message) {
        if (connected) {
            mailbox.add(message);
        }
    }

    private void loop() {
        long next = System.nanoTime();
        while (!closed) {
            step();
            next += periodNanos;
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                next -= wait; // late: go on from here instead of hurrying after
            }
        }
    }

    private void step() {
        tick++;
        if (connected) {
            heard = tick;
        }
        for (Runnable message = mailbox.poll(); message != null; message = mailbox.poll()) {
            message.run();
        }
        RunningGoal goal = running;
        if (goal != null && tick - heard > WATCHDOG) {
            stop(goal.key, new Outcome(Kind.ABORTED, "connection lost; stopped by the watchdog"));
        }
        if (goal == null) {
            drive.brake(DT);
        } else if (goal.stopping != null) {
            drive.brake(DT);
            if (drive.still()) {
                end(goal.stopping);
            }
        } else if (goal.action.equals("drive to")) {
            driveTo(goal);
        } else {
            drive.brake(DT);
            grip(goal);
        }
        truth = look();
        if (connected) {
            report();
        }
    }

    private void driveTo(RunningGoal goal) {
        double[] place = places.get(goal.argument);
        if (place == null) {
            end(new Outcome(Kind.REJECTED, "no such place"));
        } else if (drive.distance(place[0], place[1]) > NEAR) {
            drive.approach(place[0], place[1], DT);
            if (tick % 10 == 0) {
                feedback(goal.key, Math.round(100 * drive.distance(place[0], place[1])) + " cm to " + goal.argument);
            }
        } else {
            goal.stopping = new Outcome(Kind.SUCCEEDED, "");
        }
    }

    private void grip(RunningGoal goal) {
        boolean picks = goal.action.equals("pick");
        String where = things.getOrDefault(goal.argument, "");
        String here = look().at();
        boolean possible = picks
                ? where.equals(here) && !here.isEmpty() && !things.containsValue(RobotState.GRIPPER)
                : where.equals(RobotState.GRIPPER) && !here.isEmpty();
        if (!possible) {
            end(new Outcome(Kind.REJECTED, goal.argument + " is at '" + where + "', the robot at '" + here + "'"));
        } else if (++goal.gripped >= GRIPPING) {
            if (picks && rng.nextDouble() < slip) {
                end(new Outcome(Kind.ABORTED, goal.argument + " slipped"));
            } else {
                things.put(goal.argument, picks ? RobotState.GRIPPER : here);
                end(new Outcome(Kind.SUCCEEDED, ""));
            }
        }
    }

    private void accept(String action, String argument, String key) {
        if (running != null) {
            ended.put(key, new Outcome(Kind.REJECTED, "busy with " + running.action));
        } else if (!ended.containsKey(key)) {
            running = new RunningGoal(action, argument, key);
        }
    }

    /** The goal ends so as soon as the wheels stand; the first reason counts. */
    private void stop(String key, Outcome outcome) {
        if (running != null && running.key.equals(key) && running.stopping == null) {
            running.stopping = outcome;
        }
    }

    private void end(Outcome outcome) {
        if (running != null) {
            ended.put(running.key, outcome);
            running = null;
        }
    }

    private void feedback(String key, String text) {
        SentGoal goal = sent.get(key);
        if (connected && goal != null) {
            callbacks.execute(() -> goal.feedback.accept(text));
        }
    }

    /** Telemetry, and the outcomes that somebody waits for: the state first, since whoever hears of an end looks at it. */
    private void report() {
        reported = truth;
        sent.forEach((key, goal) -> {
            Outcome outcome = ended.get(key);
            if (outcome != null) {
                sent.remove(key);
                callbacks.execute(() -> goal.outcome.complete(outcome));
            }
        });
    }

    private RobotState look() {
        String at = "";
        for (Map.Entry<String, double[]> place : places.entrySet()) {
            if (drive.still() && drive.distance(place.getValue()[0], place.getValue()[1]) < AT) {
                at = place.getKey();
            }
        }
        return new RobotState(tick, drive.x(), drive.y(), drive.still(), at, things);
    }
}
