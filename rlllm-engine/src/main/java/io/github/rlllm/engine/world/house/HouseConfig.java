package io.github.rlllm.engine.world.house;

/**
 * What houses are drawn. They have 11 x 11 cells, and two inner walls whose places differ from house to house make four
 * rooms.
 *
 * @param rooms 4, or 1: the agent and all things are in one of the rooms, and there are no doors
 * @param minThings the least number of portable things, from 2
 * @param maxThings the greatest, up to 8
 * @param open the probability that a door stands open
 * @param locked the probability that one door is locked
 * @param keyless the probability that the key of a locked door is missing
 */
public record HouseConfig(int rooms, int minThings, int maxThings, double open, double locked, double keyless) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public HouseConfig {
        if (rooms != 1 && rooms != 4) {
            throw new IllegalArgumentException("rooms: " + rooms + " (expected: 1 or 4)");
        }
        if (minThings < 2 || maxThings > 8 || minThings > maxThings) {
            throw new IllegalArgumentException("minThings, maxThings: " + minThings + ", " + maxThings
                    + " (expected: 2 <= minThings <= maxThings <= 8)");
        }
        requireProbability("open", open);
        requireProbability("locked", locked);
        requireProbability("keyless", keyless);
    }

    /**
     * Four rooms, 4 to 7 things, a quarter of the doors open, half of the houses with a locked door, a tenth of those
     * without its key.
     *
     * @return the configuration
     */
    public static HouseConfig defaults() {
        return new HouseConfig(4, 4, 7, .25, .5, .1);
    }

    /**
     * One room without doors: too narrow to learn from.
     *
     * @return the configuration
     */
    public static HouseConfig singleRoom() {
        return new HouseConfig(1, 2, 3, 0, 0, 0);
    }

    /**
     * The same with another probability of a missing key.
     *
     * @param probability from 0 to 1
     * @return the configuration
     */
    public HouseConfig withKeyless(double probability) {
        return new HouseConfig(rooms, minThings, maxThings, open, locked, probability);
    }

    private static void requireProbability(String name, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(name + ": " + p + " (expected: from 0 to 1)");
        }
    }
}
