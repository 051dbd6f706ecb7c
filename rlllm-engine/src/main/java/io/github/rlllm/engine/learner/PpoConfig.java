package io.github.rlllm.engine.learner;

import io.github.rlllm.engine.nn.AdamConfig;
import java.util.List;

/**
 * How {@link Ppo} learns.
 *
 * @param hidden the widths of the hidden tanh layers of policy and value network, which share nothing; each at least 1
 * @param gamma the discount, from 0 to 1
 * @param lambda the trace decay of the advantages, from 0 to 1
 * @param rollout how experience is collected
 * @param loss what is minimised
 * @param updates how often
 * @param annealing what falls linearly to 0 over the budget
 * @param adam the optimiser; its gradient is clipped over both networks together
 */
public record PpoConfig(
        List<Integer> hidden,
        double gamma,
        double lambda,
        Rollout rollout,
        Loss loss,
        Updates updates,
        Annealing annealing,
        AdamConfig adam) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a figure is outside its range, or the batch does not divide a rollout
     */
    public PpoConfig {
        hidden = List.copyOf(hidden);
        for (int width : hidden) {
            Require.that(width >= 1, "hidden", hidden, "each >= 1");
        }
        Require.that(gamma >= 0 && gamma <= 1, "gamma", gamma, "from 0 to 1");
        Require.that(lambda >= 0 && lambda <= 1, "lambda", lambda, "from 0 to 1");
        int size = rollout.environments() * rollout.steps();
        Require.that(
                updates.batch() <= size && size % updates.batch() == 0,
                "batch",
                updates.batch(),
                "a divisor of " + size + ", the steps of a rollout");
    }

    /**
     * How experience is collected.
     *
     * @param environments how many step together, at least 1
     * @param steps how many steps each goes before the networks are updated, at least 1
     * @param budget environment steps in all, over which annealing runs, at least 1
     */
    public record Rollout(int environments, int steps, long budget) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Rollout {
            Require.that(environments >= 1, "environments", environments, ">= 1");
            Require.that(steps >= 1, "steps", steps, ">= 1");
            Require.that((long) environments * steps <= 1 << 24, "steps", steps, "environments * steps <= 16777216");
            Require.that(budget >= 1, "budget", budget, ">= 1");
        }
    }

    /** The squared error of the values, without a factor 1/2. */
    public enum ValueLoss {
        /** {@code mean((V - R)^2)}. */
        SQUARED,
        /** Of the clipped prediction alone, as in Stable-Baselines3. */
        CLIPPED,
        /** The larger of the clipped and the free prediction's error, as in OpenAI's baselines and CleanRL. */
        PESSIMISTIC
    }

    /**
     * What is minimised: {@code policy loss - entropyCoefficient entropy + valueCoefficient value loss}.
     *
     * @param clip the clip range of the probability ratio, above 0
     * @param entropyCoefficient at least 0
     * @param valueCoefficient at least 0
     * @param valueLoss the form of the value loss
     * @param valueClip the clip range of the value where the form has one, above 0, in the unit of the returns
     * @param normaliseAdvantages whether each batch's advantages get mean 0 and standard deviation 1
     */
    public record Loss(
            double clip,
            double entropyCoefficient,
            double valueCoefficient,
            ValueLoss valueLoss,
            double valueClip,
            boolean normaliseAdvantages) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Loss {
            Require.that(clip > 0, "clip", clip, "> 0");
            Require.that(entropyCoefficient >= 0, "entropyCoefficient", entropyCoefficient, ">= 0");
            Require.that(valueCoefficient >= 0, "valueCoefficient", valueCoefficient, ">= 0");
            Require.that(valueClip > 0, "valueClip", valueClip, "> 0");
        }
    }

    /**
     * How often the networks are updated after each rollout.
     *
     * @param epochs passes over the rollout, at least 1
     * @param batch samples an update, at least 2, a divisor of the rollout's
     * @param maxKl ends the passes as soon as the estimated KL from the policy that acted is above it, in nats, above 0;
     *     infinity for never
     */
    public record Updates(int epochs, int batch, double maxKl) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Updates {
            Require.that(epochs >= 1, "epochs", epochs, ">= 1");
            Require.that(batch >= 2, "batch", batch, ">= 2");
            Require.that(maxKl > 0, "maxKl", maxKl, "> 0");
        }
    }

    /**
     * What falls linearly to 0 over the budget.
     *
     * @param learningRate whether the learning rate does
     * @param clip whether the clip range does
     */
    public record Annealing(boolean learningRate, boolean clip) {}

    /**
     * The settings of Schulman et al. 2017, table 3 (one environment, 2,048 steps, 10 epochs of batches of 64, gamma .99,
     * lambda .95, clip .2, Adam at 3e-4), with the gradient norm .5 and epsilon 1e-5 of its published code and a budget of
     * 1,000,000 steps.
     *
     * @return the configuration
     */
    public static PpoConfig defaults() {
        return new PpoConfig(
                List.of(64, 64),
                0.99,
                0.95,
                new Rollout(1, 2048, 1_000_000),
                new Loss(0.2, 0, 0.5, ValueLoss.SQUARED, 0.2, true),
                new Updates(10, 64, Double.POSITIVE_INFINITY),
                new Annealing(false, false),
                AdamConfig.defaults().withLearningRate(3e-4).withEpsilon(1e-5).withMaxGradientNorm(0.5));
    }

    /**
     * Other hidden layers.
     *
     * @param widths each at least 1
     * @return a changed copy
     */
    public PpoConfig withHidden(Integer... widths) {
        return new PpoConfig(List.of(widths), gamma, lambda, rollout, loss, updates, annealing, adam);
    }

    /**
     * Other discounts.
     *
     * @param discount gamma, from 0 to 1
     * @param decay lambda, from 0 to 1
     * @return a changed copy
     */
    public PpoConfig withDiscounts(double discount, double decay) {
        return new PpoConfig(hidden, discount, decay, rollout, loss, updates, annealing, adam);
    }

    /**
     * Another rollout with other updates, which have to fit each other.
     *
     * @param collection the rollout
     * @param passes the updates
     * @return a changed copy
     */
    public PpoConfig withRollout(Rollout collection, Updates passes) {
        return new PpoConfig(hidden, gamma, lambda, collection, loss, passes, annealing, adam);
    }

    /**
     * Another loss.
     *
     * @param value the loss
     * @return a changed copy
     */
    public PpoConfig withLoss(Loss value) {
        return new PpoConfig(hidden, gamma, lambda, rollout, value, updates, annealing, adam);
    }

    /**
     * Another annealing.
     *
     * @param value what falls
     * @return a changed copy
     */
    public PpoConfig withAnnealing(Annealing value) {
        return new PpoConfig(hidden, gamma, lambda, rollout, loss, updates, value, adam);
    }

    /**
     * Another optimiser.
     *
     * @param value its figures
     * @return a changed copy
     */
    public PpoConfig withAdam(AdamConfig value) {
        return new PpoConfig(hidden, gamma, lambda, rollout, loss, updates, annealing, value);
    }
}
