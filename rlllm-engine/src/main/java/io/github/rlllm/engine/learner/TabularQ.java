package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Q-learning with a table (Watkins 1989; Sutton and Barto, "Reinforcement Learning", 2nd ed., section 6.5):
 *
 * <pre>{@code
 * Q(s, a) += rate * (r + gamma * max_a' Q(s', a') - Q(s, a))      no max term after a termination
 * }</pre>
 *
 * <p>A truncated episode is bootstrapped, a terminated one is not. Equal seeds give equal tables. Confined to one thread,
 * with its environment, which it does not close.
 */
public final class TabularQ implements Snapshot {
    /**
     * How it learns.
     *
     * @param steps the budget in environment steps, at least 1
     * @param rate the learning rate, above 0 and at most 1
     * @param gamma the discount, from 0 to 1
     * @param initial the value of every pair at the beginning, finite; one above what can be earned makes the learner try
     *     everything
     * @param exploration how often the action is random
     */
    public record Config(long steps, double rate, double gamma, double initial, DqnConfig.Exploration exploration) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Config {
            Require.that(steps >= 1, "steps", steps, ">= 1");
            Require.that(rate > 0 && rate <= 1, "rate", rate, "above 0, at most 1");
            Require.that(gamma >= 0 && gamma <= 1, "gamma", gamma, "from 0 to 1");
            Require.that(Double.isFinite(initial), "initial", initial, "a finite number");
        }

        /**
         * 100,000 steps, rate .1, gamma .99, values beginning at 0, epsilon from 1 to .05 over the first half.
         *
         * @return the configuration
         */
        public static Config defaults() {
            return new Config(100_000, 0.1, 0.99, 0, new DqnConfig.Exploration(1, 0.05, 0.5));
        }

        /**
         * Another budget.
         *
         * @param value at least 1
         * @return a changed copy
         */
        public Config withSteps(long value) {
            return new Config(value, rate, gamma, initial, exploration);
        }

        /**
         * Another learning rate.
         *
         * @param value above 0 and at most 1
         * @return a changed copy
         */
        public Config withRate(double value) {
            return new Config(steps, value, gamma, initial, exploration);
        }

        /**
         * Another discount.
         *
         * @param value from 0 to 1
         * @return a changed copy
         */
        public Config withGamma(double value) {
            return new Config(steps, rate, value, initial, exploration);
        }

        /**
         * Another value at the beginning.
         *
         * @param value finite
         * @return a changed copy
         */
        public Config withInitial(double value) {
            return new Config(steps, rate, gamma, value, exploration);
        }

        /**
         * Another exploration.
         *
         * @param value the exploration
         * @return a changed copy
         */
        public Config withExploration(DqnConfig.Exploration value) {
            return new Config(steps, rate, gamma, initial, value);
        }
    }

    private final Config config;
    private final Environment<Integer, Integer> environment;
    private final List<Integer> actions;
    private final double[][] q;
    private final SeededRandom rng;

    private long step;
    private @Nullable Integer state;
    private long episodeSeed;
    private int[] episodeActions = new int[64];
    private int episodeLength;

    /**
     * A learner before its first step.
     *
     * @param config the figures
     * @param environment with states {@code 0 .. m-1} and actions {@code 0 .. n-1}
     * @param seed decides exploration and episodes
     * @throws IllegalArgumentException if the spaces are not discrete
     */
    public TabularQ(Config config, Environment<Integer, Integer> environment, long seed) {
        int states = count(environment.observationSpace(), "observationSpace");
        int choices = count(environment.actionSpace(), "actionSpace");
        this.config = config;
        this.environment = environment;
        actions = IntStream.range(0, choices).boxed().toList();
        q = new double[states][choices];
        for (double[] row : q) {
            Arrays.fill(row, config.initial());
        }
        rng = SeededRandom.of(seed, "tabular q");
    }

    private static int count(Space<Integer> space, String name) {
        if (space instanceof Space.Discrete discrete) {
            return discrete.n();
        }
        throw new IllegalArgumentException(name + ": " + space + " (expected: discrete)");
    }

    /**
     * Learns until its budget is spent, it is cancelled, or it has gone a number of steps; may be called again.
     *
     * @param steps the most environment steps of this call, at least 0
     * @param progress is told how far it is
     * @param control is looked at before every step
     * @return the environment steps so far, over all calls
     * @throws io.github.rlllm.engine.run.NotFiniteException if a value becomes NaN or infinite
     */
    public long learn(long steps, Progress progress, Control control) {
        long until = Math.min(config.steps(), step + steps);
        while (step < until && !control.cancelled()) {
            int current = state != null ? state : begin();
            boolean explores = rng.nextDouble() < config.exploration().epsilon(step, config.steps());
            int action = explores ? rng.nextInt(actions.size()) : best(q[current]);
            Step<Integer> answer = environment.step(actions.get(action));
            step++;
            int next = answer.observation();
            double bootstrap = answer.ending() == Ending.TERMINATED ? 0 : q[next][best(q[next])];
            double error = answer.reward() + config.gamma() * bootstrap - q[current][action];
            q[current][action] = Checks.finite("q", q[current][action] + config.rate() * error, step);
            follow(action, answer);
            progress.update("tabular q", step, config.steps());
        }
        return step;
    }

    private int begin() {
        episodeSeed = rng.nextLong();
        episodeLength = 0;
        Integer first = environment.reset(episodeSeed);
        state = first;
        return first;
    }

    private void follow(int action, Step<Integer> answer) {
        if (episodeLength == episodeActions.length) {
            episodeActions = Arrays.copyOf(episodeActions, 2 * episodeLength);
        }
        episodeActions[episodeLength++] = action;
        state = answer.ending().over() ? null : answer.observation();
    }

    /**
     * The greedy policy of the present table, of which it takes a copy. Thread-safe.
     *
     * @return all probability on the action of the highest value, the first of equals
     */
    public Policy<Integer, Integer> greedy() {
        List<Finite<Integer>> answers = Arrays.stream(q)
                .map(row -> {
                    double[] weights = new double[row.length];
                    weights[best(row)] = 1;
                    return Finite.of(actions, weights);
                })
                .toList();
        return answers::get;
    }

    /**
     * The present table.
     *
     * @return {@code [states][actions]}, a copy, in the unit of the returns
     */
    public double[][] values() {
        return Arrays.stream(q).map(double[]::clone).toArray(double[][]::new);
    }

    /** Everything that decides what comes next: the table, the randomness, the running episode's seed and actions. */
    @Override
    public byte[] save() {
        return new Checkpoint.Builder()
                .doubles("q", Arrays.stream(q).flatMapToDouble(Arrays::stream).toArray())
                .bytes("rng", rng.save())
                .longs("counters", step, state == null ? 0 : 1, episodeSeed)
                .longs(
                        "actions",
                        Arrays.stream(episodeActions, 0, episodeLength)
                                .asLongStream()
                                .toArray())
                .build()
                .encode();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Steps the environment through the running episode again. The learner must have been made with the same
     * configuration and kind of environment; after a failure it is unusable.
     */
    @Override
    public void restore(byte[] saved) {
        Checkpoint from = Checkpoint.ofState(saved);
        double[] table = from.doubles("q");
        if (table.length != q.length * actions.size()) {
            throw new IllegalArgumentException(
                    "q: " + table.length + " values (expected: " + q.length + " x " + actions.size() + ")");
        }
        for (int s = 0; s < q.length; s++) {
            System.arraycopy(table, s * actions.size(), q[s], 0, actions.size());
        }
        rng.restore(from.bytes("rng"));
        long[] counters = from.longs("counters");
        step = counters[0];
        episodeSeed = counters[2];
        state = null;
        episodeLength = 0;
        if (counters[1] == 1) {
            state = environment.reset(episodeSeed);
            for (long action : from.longs("actions")) {
                follow((int) action, environment.step((int) action));
            }
        }
    }

    private static int best(double[] values) {
        int best = 0;
        for (int a = 1; a < values.length; a++) {
            if (values[a] > values[best]) {
                best = a;
            }
        }
        return best;
    }
}
