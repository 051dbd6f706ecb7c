package io.github.rlllm.engine.world.serving;

/**
 * The servers, what they cost, and what is promised to those who ask.
 *
 * @param mostServers the greatest number that may run or start, at least 1; one always runs
 * @param slots requests that a server answers at a time, at least 1
 * @param speed tokens a second: how fast prompts are read and answers written
 * @param startSeconds from the decision for a server to its first request, at least 0
 * @param patience the longest wait in seconds before an answer begins that is still within the objective (SLO)
 * @param prices dollars
 * @param control seconds between two decisions, above 0
 * @param decisions decisions of an episode, at least 1
 */
public record ServingConfig(
        int mostServers,
        int slots,
        Speed speed,
        double startSeconds,
        double patience,
        Prices prices,
        double control,
        int decisions) {
    /**
     * How fast a server works on one request.
     *
     * @param read tokens of a prompt a second, above 0
     * @param write tokens of an answer a second, above 0
     */
    public record Speed(double read, double write) {
        /** Checks the record. */
        public Speed {
            positive("read", read);
            positive("write", write);
        }
    }

    /**
     * What is paid.
     *
     * @param serverHour for a server that runs or starts, above 0
     * @param late credit for a request that waits longer than the patience, at least 0
     */
    public record Prices(double serverHour, double late) {
        /** Checks the record. */
        public Prices {
            positive("serverHour", serverHour);
            if (!(late >= 0) || Double.isInfinite(late)) {
                throw new IllegalArgumentException("late: " + late + " (expected: >= 0)");
            }
        }
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public ServingConfig {
        atLeastOne("mostServers", mostServers);
        atLeastOne("slots", slots);
        atLeastOne("decisions", decisions);
        positive("control", control);
        positive("patience", patience);
        if (!(startSeconds >= 0) || Double.isInfinite(startSeconds)) {
            throw new IllegalArgumentException("startSeconds: " + startSeconds + " (expected: >= 0)");
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    private static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /**
     * Up to twelve servers of four slots at 4,000 tokens read and 40 written a second, one minute to start, 2 s of patience,
     * $2.50 a server and hour, a cent a late request; 120 decisions, one every 15 s.
     *
     * @return the figures
     */
    public static ServingConfig defaults() {
        return new ServingConfig(12, 4, new Speed(4_000, 40), 60, 2, new Prices(2.5, 0.01), 15, 120);
    }

    /**
     * The same with episodes of another length.
     *
     * @param other decisions of an episode, at least 1
     * @return a changed copy
     */
    public ServingConfig withDecisions(int other) {
        return new ServingConfig(mostServers, slots, speed, startSeconds, patience, prices, control, other);
    }
}
