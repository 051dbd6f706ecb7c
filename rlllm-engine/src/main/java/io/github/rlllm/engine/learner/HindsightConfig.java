package io.github.rlllm.engine.learner;

/**
 * How {@link HindsightDqn} learns.
 *
 * @param width units of each of the two hidden layers, at least 1
 * @param gamma discount a step, in (0, 1)
 * @param learningRate of Adam at the start, falling linearly to a tenth, &gt; 0
 * @param batch transitions an update, at least 1
 * @param updates updates in all, at least 1
 * @param worlds worlds in step; each is stepped once an update, at least 1
 * @param replay transitions that are kept, at least 100 a world
 * @param hindsight share of the transitions whose goal is one that was reached later on, from 0 to 1
 */
public record HindsightConfig(
        int width,
        double gamma,
        double learningRate,
        int batch,
        int updates,
        int worlds,
        int replay,
        double hindsight) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public HindsightConfig {
        Require.that(width >= 1, "width", width, ">= 1");
        Require.that(gamma > 0 && gamma < 1, "gamma", gamma, "in (0, 1)");
        Require.that(learningRate > 0 && learningRate < 1, "learningRate", learningRate, "in (0, 1)");
        Require.that(batch >= 1, "batch", batch, ">= 1");
        Require.that(updates >= 1, "updates", updates, ">= 1");
        Require.that(worlds >= 1, "worlds", worlds, ">= 1");
        Require.that(replay >= 100L * worlds, "replay", replay, ">= 100 a world");
        Require.that(hindsight >= 0 && hindsight <= 1, "hindsight", hindsight, "from 0 to 1");
    }

    /**
     * What learns the skills of the house in about a minute of one core.
     *
     * @return the configuration
     */
    public static HindsightConfig defaults() {
        return new HindsightConfig(128, .95, 1e-3, 128, 50_000, 32, 400_000, .4);
    }

    /**
     * The same with another number of updates.
     *
     * @param number at least 1
     * @return a changed copy
     */
    public HindsightConfig withUpdates(int number) {
        return new HindsightConfig(width, gamma, learningRate, batch, number, worlds, replay, hindsight);
    }

    /**
     * The same with another share of relabelled transitions.
     *
     * @param share from 0 to 1
     * @return a changed copy
     */
    public HindsightConfig withHindsight(double share) {
        return new HindsightConfig(width, gamma, learningRate, batch, updates, worlds, replay, share);
    }
}
