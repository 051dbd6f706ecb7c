package io.github.rlllm.engine.world.serving;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * A pool of inference servers whose size is decided every few seconds. Requests arrive by {@link Arrivals}, wait in one queue,
 * and take a slot of a server for as long as their tokens need. A server that is asked for takes its time to start and costs
 * from then on; one that is given up takes no further request and costs until its last is answered.
 *
 * <p>Actions: 0 two servers less, 1 one less, 2 as it is, 3 one more, 4 two more. Observations: {@code float[8]}, each from 0
 * to 1, by the constants of this class. The reward is given once, at the end: minus the dollars of the episode, for servers and
 * for requests that waited longer than the patience, those that still wait at the end included. Cost and lateness are told
 * apart by {@link #cost} and {@link #onTime}. An episode is truncated after its decisions: the servers go on. Confined to one
 * thread.
 */
public final class Autoscaling implements Environment<float[], Integer> {
    /** Element: servers that run, of the most there may be. */
    public static final int RUNNING = 0;
    /** Element: servers that are starting, of the most there may be. */
    public static final int STARTING = 1;
    /** Element: busy slots of those that run. */
    public static final int UTILISATION = 2;
    /** Element: waiting requests, of {@link #MOST_QUEUE}. */
    public static final int QUEUE = 3;
    /** Element: the longest present wait in patiences, of {@link #MOST_WAIT}. */
    public static final int WAIT = 4;
    /** Element: server seconds of work that arrived a second since the last decision, of the most servers. */
    public static final int DEMAND = 5;
    /** Element: the same over the last {@link #TREND_DECISIONS} decisions. */
    public static final int TREND = 6;
    /** Element: of the requests that began since the last decision, or have waited too long, those that are late. */
    public static final int LATE = 7;

    /** What {@link #QUEUE} is a share of; more is shown as 1. */
    public static final int MOST_QUEUE = 100;
    /** What {@link #WAIT} is a share of, in patiences; more is shown as 1. */
    public static final int MOST_WAIT = 10;
    /** Decisions that {@link #TREND} looks back. */
    public static final int TREND_DECISIONS = 8;

    private static final int[] CHANGES = {-2, -1, 0, 1, 2};
    private static final Space.Discrete ACTIONS = Space.discrete(CHANGES.length);
    private static final Space.Box OBSERVATIONS = Space.box(0, 1, 8);

    private final ServingConfig config;
    private final Arrivals arrivals;

    private Load load = new Load(new double[0], new int[0], new int[0]);
    /** When the request of each busy slot is answered. */
    private final PriorityQueue<Double> busy = new PriorityQueue<>();
    /** When each server that is starting will run, in order. */
    private final PriorityQueue<Double> starting = new PriorityQueue<>();

    private final double[] demands = new double[TREND_DECISIONS];
    private int running;
    private int arrived;
    private int begun;
    private int beganSince;
    private int lateSince;
    private long late;
    private double serverSeconds;
    private int decision;
    private boolean open;

    /**
     * A pool.
     *
     * @param config the figures
     * @param arrivals the requests of an episode
     */
    public Autoscaling(ServingConfig config, Arrivals arrivals) {
        this.config = config;
        this.arrivals = arrivals;
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    /** Begins an episode with three servers that run and nothing to do. */
    @Override
    public float[] reset(long seed) {
        load = arrivals.episode(seed, config.control() * config.decisions());
        busy.clear();
        starting.clear();
        Arrays.fill(demands, 0);
        running = Math.min(3, config.mostServers());
        arrived = 0;
        begun = 0;
        beganSince = 0;
        lateSince = 0;
        late = 0;
        serverSeconds = 0;
        decision = 0;
        open = true;
        return observation(0);
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (action < 0 || action >= CHANGES.length) {
            throw new IllegalArgumentException(
                    "Autoscaling.step: action " + action + " (expected: 0 .. " + (CHANGES.length - 1) + ")");
        }
        if (!open) {
            throw new IllegalStateException("Autoscaling.step: no episode is running (expected: reset first)");
        }
        double now = decision * config.control();
        resize(CHANGES[action], now);
        double until = now + config.control();
        beganSince = 0;
        lateSince = 0;
        double work = advance(now, until);
        demands[decision % TREND_DECISIONS] = work / config.slots() / config.control();
        decision++;
        open = decision < config.decisions();
        if (!open) {
            late += overdue(until);
        }
        return new Step<>(observation(until), open ? 0 : -dollars(), open ? Ending.NONE : Ending.TRUNCATED);
    }

    private void resize(int change, double now) {
        for (int i = change; i < 0; i++) {
            if (!starting.isEmpty()) {
                // the one that would run last is called off first
                double last =
                        starting.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
                starting.remove(last);
            } else if (running > 1) {
                running--;
            }
        }
        for (int i = 0; i < change; i++) {
            if (running + starting.size() < config.mostServers()) {
                starting.add(now + config.startSeconds());
            }
        }
    }

    /** Lets time pass; answers the slot seconds of work that arrived. */
    private double advance(double from, double to) {
        double now = from;
        double work = 0;
        while (now < to) {
            double next = to;
            next = Math.min(next, starting.isEmpty() ? to : starting.element());
            next = Math.min(next, busy.isEmpty() ? to : busy.element());
            next = Math.min(next, arrived < load.size() ? load.seconds()[arrived] : to);
            serverSeconds += (next - now) * billed();
            now = next;
            while (!starting.isEmpty() && starting.element() <= now) {
                starting.remove();
                running++;
            }
            while (!busy.isEmpty() && busy.element() <= now) {
                busy.remove();
            }
            while (arrived < load.size() && load.seconds()[arrived] <= now) {
                work += service(arrived);
                arrived++;
            }
            begin(now);
        }
        return work;
    }

    /** Servers that cost: those that run, start, or still answer after they were given up. */
    private int billed() {
        int needed = (busy.size() + config.slots() - 1) / config.slots();
        return Math.max(running, needed) + starting.size();
    }

    private void begin(double now) {
        while (begun < arrived && busy.size() < running * config.slots()) {
            if (now - load.seconds()[begun] > config.patience()) {
                late++;
                lateSince++;
            }
            beganSince++;
            busy.add(now + service(begun));
            begun++;
        }
    }

    private double service(int request) {
        return load.tokensIn()[request] / config.speed().read()
                + load.tokensOut()[request] / config.speed().write();
    }

    /** Waiting requests that have waited too long. */
    private int overdue(double now) {
        int count = 0;
        while (begun + count < arrived && now - load.seconds()[begun + count] > config.patience()) {
            count++;
        }
        return count;
    }

    private float[] observation(double now) {
        double trend = 0;
        for (double demand : demands) {
            trend += demand / TREND_DECISIONS;
        }
        int waiting = arrived - begun;
        double longest = waiting == 0 ? 0 : now - load.seconds()[begun];
        int overdue = overdue(now);
        double seen = beganSince + overdue;
        float[] observation = new float[8];
        observation[RUNNING] = share(running, config.mostServers());
        observation[STARTING] = share(starting.size(), config.mostServers());
        observation[UTILISATION] = share(busy.size(), running * config.slots());
        observation[QUEUE] = share(waiting, MOST_QUEUE);
        observation[WAIT] = share(longest, config.patience() * MOST_WAIT);
        observation[DEMAND] = share(demands[Math.floorMod(decision - 1, TREND_DECISIONS)], config.mostServers());
        observation[TREND] = share(trend, config.mostServers());
        observation[LATE] = seen == 0 ? 0 : share(lateSince + overdue, seen);
        return observation;
    }

    private static float share(double part, double whole) {
        return (float) Math.max(0, Math.min(1, part / whole));
    }

    private double dollars() {
        return cost() + late * config.prices().late();
    }

    /**
     * What the servers of the episode have cost so far.
     *
     * @return dollars
     */
    public double cost() {
        return serverSeconds / 3600 * config.prices().serverHour();
    }

    /**
     * The share of the requests so far that were within the objective; once the episode is over, those that still wait and
     * are late counted as late.
     *
     * @return 0 to 1; 1 before the first request
     */
    public double onTime() {
        return arrived == 0 ? 1 : 1 - (double) late / arrived;
    }

    /**
     * The figures.
     *
     * @return what it was made with
     */
    public ServingConfig config() {
        return config;
    }
}
