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
        require("width", width, width >= 1, ">= 1");
        require("gamma", gamma, gamma > 0 && gamma < 1, "in (0, 1)");
        require("learningRate", learningRate, learningRate > 0 && learningRate < 1, "in (0, 1)");
        require("batch", batch, batch >= 1, ">= 1");
        require("updates", updates, updates >= 1, ">= 1");
        require("worlds", worlds, worlds >= 1, ">= 1");
        require("replay", replay, replay >= 100L * worlds, ">= 100 a world");
        require("hindsight", hindsight, hindsight >= 0 && hindsight <= 1, "from 0 to 1");
    }

    private static void require(String name, double value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
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
