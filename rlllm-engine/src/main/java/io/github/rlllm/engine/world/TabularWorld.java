package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A finite Markov decision process given by its table: states {@code 0 .. n-1} are the observations, actions
 * {@code 0 .. m-1}. {@link #transitions} shows the table, so that exact values can be computed beside learned ones.
 *
 * <p>Every step takes one uniform draw u in [0, 1) and follows the first transition whose cumulative probability exceeds
 * u, in the table's order. Confined to one thread.
 */
public final class TabularWorld implements Environment<Integer, Integer>, Snapshot {
    /** The {@code maxSteps} of a world whose episodes are never truncated. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int SNAPSHOT_BYTES = Long.BYTES + 4 * Integer.BYTES;
    private static final int MAGIC = 0x7AB00001;

    private final String name;
    private final Transition[][][] table;
    private final double[] start;
    private final int maxSteps;
    private final Space.Discrete observations;
    private final Space.Discrete actions;

    private long seed;
    private SplittableRandom rng = new SplittableRandom(0);
    private int state;
    private int steps;
    private boolean running;

    /**
     * A world from its table.
     *
     * @param name what it is called in messages
     * @param table the transitions as {@code [state][action][k]}; the probabilities of a pair sum to 1 within 1e-9
     * @param start the probability of each state at the beginning, summing to 1 within 1e-9
     * @param maxSteps the number of steps after which an episode is truncated, at least 1, or {@link #UNLIMITED}
     * @throws IllegalArgumentException if the table is empty, ragged, leads out of itself or does not sum to 1
     */
    public TabularWorld(String name, Transition[][][] table, double[] start, int maxSteps) {
        if (table.length == 0 || table[0].length == 0) {
            throw new IllegalArgumentException("table: no states or actions (expected: at least one of each)");
        }
        if (start.length != table.length) {
            throw new IllegalArgumentException(
                    "start: length " + start.length + " (expected: " + table.length + ", the number of states)");
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps: " + maxSteps + " (expected: >= 1)");
        }
        this.name = name;
        this.table = new Transition[table.length][][];
        for (int s = 0; s < table.length; s++) {
            this.table[s] = checkedRow(table, s);
        }
        this.start = start.clone();
        double sum = 0;
        for (double p : start) {
            if (!(p >= 0)) {
                throw new IllegalArgumentException("start: " + p + " (expected: probabilities >= 0)");
            }
            sum += p;
        }
        checkSum("start", sum);
        this.maxSteps = maxSteps;
        this.observations = Space.discrete(table.length);
        this.actions = Space.discrete(table[0].length);
    }

    private static Transition[][] checkedRow(Transition[][][] table, int s) {
        if (table[s].length != table[0].length) {
            throw new IllegalArgumentException("table[" + s + "]: " + table[s].length + " actions (expected: "
                    + table[0].length + ", as in state 0)");
        }
        Transition[][] row = new Transition[table[s].length][];
        for (int a = 0; a < row.length; a++) {
            double sum = 0;
            for (Transition t : table[s][a]) {
                sum += t.probability();
                if (t.next() >= table.length) {
                    throw new IllegalArgumentException("table[" + s + "][" + a + "]: next state " + t.next()
                            + " (expected: below " + table.length + ")");
                }
            }
            checkSum("table[" + s + "][" + a + "]", sum);
            row[a] = table[s][a].clone();
        }
        return row;
    }

    private static void checkSum(String what, double sum) {
        if (!(Math.abs(sum - 1) <= 1e-9)) {
            throw new IllegalArgumentException(what + ": probabilities sum to " + sum + " (expected: 1)");
        }
    }

    @Override
    public Space<Integer> observationSpace() {
        return observations;
    }

    @Override
    public Space<Integer> actionSpace() {
        return actions;
    }

    /**
     * The number of states.
     *
     * @return n
     */
    public int states() {
        return table.length;
    }

    /**
     * The number of actions.
     *
     * @return m
     */
    public int actions() {
        return actions.n();
    }

    /**
     * The number of steps after which an episode is truncated.
     *
     * @return the limit, or {@link #UNLIMITED}
     */
    public int maxSteps() {
        return maxSteps;
    }

    /**
     * How the world answers an action.
     *
     * @param state a state
     * @param action an action
     * @return the possible transitions in the order in which they are drawn
     * @throws IndexOutOfBoundsException if there is no such state or action
     */
    public List<Transition> transitions(int state, int action) {
        return List.of(table[state][action]);
    }

    /**
     * How probable each state is at the beginning of an episode.
     *
     * @return a copy, one probability a state
     */
    public double[] startDistribution() {
        return start.clone();
    }

    @Override
    public Integer reset(long seed) {
        rng = new SplittableRandom(seed);
        this.seed = seed;
        double u = rng.nextDouble();
        int first = 0;
        double cumulative = 0;
        for (int s = 0; s < start.length; s++) {
            if (start[s] > 0) {
                first = s; // the last possible state catches what rounding leaves over
                cumulative += start[s];
                if (cumulative > u) {
                    break;
                }
            }
        }
        return begin(first);
    }

    /** Begins an episode in a given state; later draws continue the present seed's stream. */
    Integer begin(int first) {
        state = first;
        steps = 0;
        running = true;
        return state;
    }

    @Override
    public Step<Integer> step(Integer action) {
        Limits.check(name, action, actions.n(), running);
        return step(action, rng.nextDouble());
    }

    /** The step with its uniform draw, so that recorded episodes replay. */
    Step<Integer> step(int action, double u) {
        Limits.check(name, action, actions.n(), running);
        Transition[] possible = table[state][action];
        Transition taken = possible[possible.length - 1];
        double cumulative = 0;
        for (Transition t : possible) {
            cumulative += t.probability();
            if (cumulative > u) {
                taken = t;
                break;
            }
        }
        state = taken.next();
        steps++;
        Ending ending = Limits.ending(taken.terminated(), steps, maxSteps);
        running = ending == Ending.NONE;
        return new Step<>(state, taken.reward(), ending);
    }

    @Override
    public byte[] save() {
        return ByteBuffer.allocate(SNAPSHOT_BYTES)
                .putInt(MAGIC)
                .putLong(seed)
                .putInt(state)
                .putInt(steps)
                .putInt(running ? 1 : 0)
                .array();
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open(name, saved, SNAPSHOT_BYTES, MAGIC);
        seed = in.getLong();
        state = in.getInt();
        steps = in.getInt();
        running = in.getInt() != 0;
        // The generator's position follows from the seed: one draw at the reset and one a step.
        rng = new SplittableRandom(seed);
        for (int draws = 0; draws <= steps; draws++) {
            rng.nextDouble();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
