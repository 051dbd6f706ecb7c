package io.github.rlllm.engine.learner;

import io.github.rlllm.engine.nn.AdamConfig;
import java.util.List;

/**
 * How {@link Dqn} learns.
 *
 * @param hidden the widths of the hidden layers, each at least 1; none makes the values linear
 * @param gamma the discount, from 0 to 1
 * @param doubleQ whether the online network chooses the next action (van Hasselt et al. 2016)
 * @param nStep over how many steps a return runs before it is bootstrapped, at least 1
 * @param huberDelta where the loss turns linear, above 0, in the unit of the returns
 * @param schedule what happens when, in environment steps
 * @param exploration how often the action is random
 * @param adam the optimiser
 */
public record DqnConfig(
        List<Integer> hidden,
        double gamma,
        boolean doubleQ,
        int nStep,
        double huberDelta,
        Schedule schedule,
        Exploration exploration,
        AdamConfig adam) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a figure is outside its range
     */
    public DqnConfig {
        hidden = List.copyOf(hidden);
        for (int width : hidden) {
            Require.that(width >= 1, "hidden", hidden, "each >= 1");
        }
        Require.that(gamma >= 0 && gamma <= 1, "gamma", gamma, "from 0 to 1");
        Require.that(nStep >= 1, "nStep", nStep, ">= 1");
        Require.that(huberDelta > 0, "huberDelta", huberDelta, "> 0");
    }

    /**
     * What happens when.
     *
     * @param steps the budget in environment steps, at least 1
     * @param learningStarts the steps with random actions before the first update, at least 0
     * @param trainEvery environment steps from one update to the next, at least 1
     * @param targetEvery environment steps from one copy into the target network to the next, at least 1
     * @param batch transitions an update, at least 1
     * @param replay transitions kept, at least 1
     */
    public record Schedule(long steps, int learningStarts, int trainEvery, int targetEvery, int batch, int replay) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Schedule {
            Require.that(steps >= 1, "steps", steps, ">= 1");
            Require.that(learningStarts >= 0, "learningStarts", learningStarts, ">= 0");
            Require.that(trainEvery >= 1, "trainEvery", trainEvery, ">= 1");
            Require.that(targetEvery >= 1, "targetEvery", targetEvery, ">= 1");
            Require.that(batch >= 1, "batch", batch, ">= 1");
            Require.that(replay >= 1, "replay", replay, ">= 1");
        }
    }

    /**
     * How often the action is random: from {@code start} linearly to {@code end} over the first {@code fraction} of the
     * budget, then {@code end}.
     *
     * @param start the first probability, from 0 to 1
     * @param end the last probability, from 0 to 1
     * @param fraction of the budget, from 0 to 1
     */
    public record Exploration(double start, double end, double fraction) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a figure is outside its range
         */
        public Exploration {
            Require.that(start >= 0 && start <= 1, "start", start, "from 0 to 1");
            Require.that(end >= 0 && end <= 1, "end", end, "from 0 to 1");
            Require.that(fraction >= 0 && fraction <= 1, "fraction", fraction, "from 0 to 1");
        }

        /**
         * The probability of a random action.
         *
         * @param step the environment step, from 0
         * @param steps the budget
         * @return from 0 to 1
         */
        public double epsilon(long step, long steps) {
            double reached = step / (fraction * steps);
            return reached < 1 ? start + reached * (end - start) : end;
        }
    }

    /**
     * Settings for small worlds: two hidden layers of 64, gamma .99, one-step targets, smooth L1 loss, 100,000 steps, an
     * update of 64 every 4 steps after 1,000, target copied every 500, epsilon from 1 to .05 over the first half, Adam at
     * 1e-3 with the gradient clipped to norm 10.
     *
     * @return the configuration
     */
    public static DqnConfig defaults() {
        return new DqnConfig(
                List.of(64, 64),
                0.99,
                false,
                1,
                1,
                new Schedule(100_000, 1_000, 4, 500, 64, 100_000),
                new Exploration(1, 0.05, 0.5),
                AdamConfig.defaults().withMaxGradientNorm(10));
    }

    /**
     * Other hidden layers.
     *
     * @param widths each at least 1
     * @return a changed copy
     */
    public DqnConfig withHidden(Integer... widths) {
        return new DqnConfig(List.of(widths), gamma, doubleQ, nStep, huberDelta, schedule, exploration, adam);
    }

    /**
     * Another discount.
     *
     * @param value from 0 to 1
     * @return a changed copy
     */
    public DqnConfig withGamma(double value) {
        return new DqnConfig(hidden, value, doubleQ, nStep, huberDelta, schedule, exploration, adam);
    }

    /**
     * Double Q-learning or not.
     *
     * @param value whether the online network chooses the next action
     * @return a changed copy
     */
    public DqnConfig withDoubleQ(boolean value) {
        return new DqnConfig(hidden, gamma, value, nStep, huberDelta, schedule, exploration, adam);
    }

    /**
     * Returns over another number of steps.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public DqnConfig withNStep(int value) {
        return new DqnConfig(hidden, gamma, doubleQ, value, huberDelta, schedule, exploration, adam);
    }

    /**
     * Another bound of the loss's slope.
     *
     * @param value above 0
     * @return a changed copy
     */
    public DqnConfig withHuberDelta(double value) {
        return new DqnConfig(hidden, gamma, doubleQ, nStep, value, schedule, exploration, adam);
    }

    /**
     * Another schedule.
     *
     * @param value the schedule
     * @return a changed copy
     */
    public DqnConfig withSchedule(Schedule value) {
        return new DqnConfig(hidden, gamma, doubleQ, nStep, huberDelta, value, exploration, adam);
    }

    /**
     * Another exploration.
     *
     * @param value the exploration
     * @return a changed copy
     */
    public DqnConfig withExploration(Exploration value) {
        return new DqnConfig(hidden, gamma, doubleQ, nStep, huberDelta, schedule, value, adam);
    }

    /**
     * Another optimiser.
     *
     * @param value its figures
     * @return a changed copy
     */
    public DqnConfig withAdam(AdamConfig value) {
        return new DqnConfig(hidden, gamma, doubleQ, nStep, huberDelta, schedule, exploration, value);
    }
}
