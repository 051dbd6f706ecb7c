package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * REINFORCE (Williams 1992) for episodes that are judged once, when they are over:
 *
 * <pre>{@code
 * play:   a_t ~ pi(. | s_t) until the episode ends after T steps
 * learn:  G_t = gamma^(T-1-t) R;   Adam on -mean_t (G_t - b) log pi(a_t | s_t) - c mean_t H(pi(. | s_t))
 *         b = decay b + (1 - decay) R
 * }</pre>
 *
 * <p>{@link #play} and {@link #learn} are called by turns; an episode that nobody can judge is simply not learned from.
 * Equal seeds give equal weights, bit for bit, on one machine and JVM. Confined to one thread, with its environment,
 * which it does not close.
 */
public final class Reinforce {
    private final Config config;
    private final Environment<float[], Integer> environment;
    private final Mlp policy;
    private final Adam adam;
    private final CategoricalHead head;
    private final MlpBatch batch;
    private final SeededRandom acting;
    private final float[][] observations;
    private final float[][] actions;
    private final double[] logProbs;
    private final double[] entropies;
    private final double[] byLogProb;
    private int length;
    private long episodes;
    private double baseline;

    /**
     * How it learns.
     *
     * @param hidden the widths of the hidden layers (tanh), each at least 1
     * @param gamma the discount, from 0 to 1
     * @param entropy the entropy bonus c, at least 0
     * @param baselineDecay how slowly the baseline follows the rewards, in [0, 1)
     * @param longest the most steps of an episode, at least 1
     * @param adam the optimiser
     */
    public record Config(
            List<Integer> hidden, double gamma, double entropy, double baselineDecay, int longest, AdamConfig adam) {
        /**
         * Checks and copies.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Config {
            hidden = List.copyOf(hidden);
            for (int width : hidden) {
                Require.that(width >= 1, "hidden", hidden, "each >= 1");
            }
            Require.that(gamma >= 0 && gamma <= 1, "gamma", gamma, "from 0 to 1");
            Require.that(entropy >= 0 && entropy < 1e6, "entropy", entropy, ">= 0, finite");
            Require.that(baselineDecay >= 0 && baselineDecay < 1, "baselineDecay", baselineDecay, "in [0, 1)");
            Require.that(longest >= 1, "longest", longest, ">= 1");
        }

        /**
         * One hidden layer of 64, gamma .95, entropy bonus .02, baseline decay .95, at most 100 steps, Adam at .003 with
         * the gradient clipped to norm 1.
         *
         * @return the configuration
         */
        public static Config defaults() {
            return new Config(
                    List.of(64),
                    0.95,
                    0.02,
                    0.95,
                    100,
                    AdamConfig.defaults().withLearningRate(3e-3).withMaxGradientNorm(1));
        }

        /**
         * The same with another discount.
         *
         * @param value from 0 to 1
         * @return a changed copy
         */
        public Config withGamma(double value) {
            return new Config(hidden, value, entropy, baselineDecay, longest, adam);
        }

        /**
         * The same with another optimiser.
         *
         * @param value its figures
         * @return a changed copy
         */
        public Config withAdam(AdamConfig value) {
            return new Config(hidden, gamma, entropy, baselineDecay, longest, value);
        }
    }

    /**
     * A learner before its first episode.
     *
     * @param config the figures
     * @param environment with flat observations and the actions {@code 0 .. n-1}
     * @param seed decides weights, actions and episodes
     * @throws IllegalArgumentException if the spaces are not a box and a discrete one
     */
    public Reinforce(Config config, Environment<float[], Integer> environment, long seed) {
        if (!(environment.observationSpace() instanceof Space.Box box)) {
            throw new IllegalArgumentException(
                    "observationSpace: " + environment.observationSpace() + " (expected: a box)");
        }
        this.config = config;
        this.environment = environment;
        head = CategoricalHead.of(environment.actionSpace(), config.longest());
        int[] sizes = IntStream.concat(
                        IntStream.concat(
                                IntStream.of(box.size()),
                                config.hidden().stream().mapToInt(Integer::intValue)),
                        IntStream.of(head.outputs()))
                .toArray();
        policy = Mlp.orthogonal(
                SeededRandom.of(seed, "reinforce weights"), Mlp.Activation.TANH, Math.sqrt(2), 0.01, sizes);
        adam = new Adam(config.adam(), policy);
        batch = new MlpBatch(policy, config.longest());
        acting = SeededRandom.of(seed, "reinforce acting");
        observations = new float[config.longest()][];
        actions = new float[config.longest()][1];
        logProbs = new double[config.longest()];
        entropies = new double[config.longest()];
        byLogProb = new double[config.longest()];
    }

    /**
     * Plays one episode with the present policy and remembers it until the next.
     *
     * @return the sum of the environment's own rewards
     * @throws IllegalStateException if the episode is longer than the configuration allows
     */
    public double play() {
        float[] seen = environment.reset(acting.nextLong());
        double sum = 0;
        length = 0;
        while (true) {
            if (length == config.longest()) {
                throw new IllegalStateException("episode: not over after " + length + " steps (expected: at most "
                        + config.longest() + ", the configuration's longest)");
            }
            Checks.finite("reinforce observation", seen, episodes);
            observations[length] = seen;
            head.sample(policy.forward(seen), acting, actions[length]);
            Step<float[]> step = environment.step(head.action(actions[length]));
            length++;
            sum += step.reward();
            if (step.ending() != Ending.NONE) {
                return sum;
            }
            seen = step.observation();
        }
    }

    /**
     * Learns from the episode that was played last.
     *
     * @param reward the one reward R of the whole episode, finite
     * @throws IllegalStateException before the first {@link #play}
     * @throws io.github.rlllm.engine.run.NotFiniteException if the gradient is NaN or infinite; the weights are then as
     *     before
     */
    public void learn(double reward) {
        if (length == 0) {
            throw new IllegalStateException("learn: no episode (expected: play before)");
        }
        Checks.finite("reinforce reward", reward, episodes);
        double discounted = reward;
        for (int t = length - 1; t >= 0; t--) {
            byLogProb[t] = -(discounted - baseline) / length;
            discounted *= config.gamma();
        }
        baseline = config.baselineDecay() * baseline + (1 - config.baselineDecay()) * reward;
        float[][] outputs = batch.forward(observations, length);
        head.evaluate(outputs, actions, length, logProbs, entropies);
        head.gradient(length, byLogProb, -config.entropy() / length, batch.outputGradient());
        batch.backward();
        Checks.finite("reinforce gradient norm", adam.step(), episodes);
        episodes++;
    }

    /**
     * The present policy, of which it takes a copy. Thread-safe.
     *
     * @return pi; its distributions are {@link io.github.rlllm.api.Finite}
     */
    public Policy<float[], Integer> policy() {
        Mlp frozen = policy.copy();
        Function<float[], Distribution<Integer>> distributions = head.distributions();
        return seen -> distributions.apply(frozen.forward(seen));
    }

    /**
     * The episodes that were learned from.
     *
     * @return at least 0
     */
    public long episodes() {
        return episodes;
    }

    /**
     * The weights, in the network's order.
     *
     * @return a copy
     */
    public float[] weights() {
        return Arrays.copyOf(policy.parameters(), policy.parameterCount());
    }
}
