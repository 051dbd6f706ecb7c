package io.github.rlllm.engine.world.blocks;

/**
 * How a table behaves.
 *
 * @param slip the probability that the gripper closes on a block that it could lift and comes up empty
 * @param drop the probability, at each move with a block in the gripper, that it falls where the gripper was
 * @param disturbance the probability, at each step, that an adversary moves a block that lies free to a free cell
 * @param limit steps after which an attempt at a goal is truncated, at least 1; the longest way there and back takes 26
 */
public record BlocksConfig(double slip, double drop, double disturbance, int limit) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public BlocksConfig {
        probability("slip", slip);
        probability("drop", drop);
        probability("disturbance", disturbance);
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
    }

    /**
     * A table without noise and adversary.
     *
     * @return 0, 0, 0 and 40 steps
     */
    public static BlocksConfig defaults() {
        return new BlocksConfig(0, 0, 0, 40);
    }

    /**
     * The same with grasp noise.
     *
     * @param slips probability of a slip, from 0 to 1
     * @param drops probability of a drop a move, from 0 to 1
     * @return a changed copy
     */
    public BlocksConfig withNoise(double slips, double drops) {
        return new BlocksConfig(slips, drops, disturbance, limit);
    }

    /**
     * The same with an adversary.
     *
     * @param probability at each step, from 0 to 1
     * @return a changed copy
     */
    public BlocksConfig withDisturbance(double probability) {
        return new BlocksConfig(slip, drop, probability, limit);
    }

    /**
     * The same with another limit.
     *
     * @param steps at least 1
     * @return a changed copy
     */
    public BlocksConfig withLimit(int steps) {
        return new BlocksConfig(slip, drop, disturbance, steps);
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 0 to 1)");
        }
    }
}
