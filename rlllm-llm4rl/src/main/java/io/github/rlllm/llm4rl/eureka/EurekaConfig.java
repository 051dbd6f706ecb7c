package io.github.rlllm.llm4rl.eureka;

/**
 * The figures of {@link Eureka}.
 *
 * @param samples K, the rewards that are proposed in an iteration, at least 1
 * @param iterations N, at least 1
 * @param restarts independent searches, of which the best reward is kept, at least 1
 * @param retrainings trainings of that reward on seeds of their own, at least 1
 * @param selectionSeeds trainings of a finalist in the search, at least 1; the others have one
 * @param finalists of an iteration the best so many by their first training, of which alone the best is chosen, at least 1;
 *     without meaning where there is one training a candidate
 * @param feedback what goes back after an iteration
 * @param parent what an iteration improves on
 */
public record EurekaConfig(
        int samples,
        int iterations,
        int restarts,
        int retrainings,
        int selectionSeeds,
        int finalists,
        Feedback feedback,
        Parent parent) {
    /** What goes back after an iteration. */
    public enum Feedback {
        /** The best reward, its component traces and score, and why others failed. */
        REFLECTION,
        /** Nothing: K x N independent samples. A control. */
        NONE,
        /** As reflection, but traces and scores are those of another candidate of the iteration. A control. */
        SHUFFLED
    }

    /** What an iteration improves on. */
    public enum Parent {
        /** The best of the iteration before it, as in the paper. */
        LAST_ITERATION,
        /** The best so far of the search. */
        BEST_SO_FAR
    }

    /** Checks the record. */
    public EurekaConfig {
        atLeastOne("samples", samples);
        atLeastOne("iterations", iterations);
        atLeastOne("restarts", restarts);
        atLeastOne("retrainings", retrainings);
        atLeastOne("selectionSeeds", selectionSeeds);
        atLeastOne("finalists", finalists);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    /**
     * The paper's: 16 samples, 5 iterations, 5 restarts, 5 retrainings, one training a candidate, reflection on the best of
     * the iteration.
     *
     * @return the figures
     */
    public static EurekaConfig defaults() {
        return new EurekaConfig(16, 5, 5, 5, 1, 16, Feedback.REFLECTION, Parent.LAST_ITERATION);
    }

    /**
     * The same with another extent.
     *
     * @param newSamples K
     * @param newIterations N
     * @param newRestarts restarts
     * @return a changed copy
     */
    public EurekaConfig withSearch(int newSamples, int newIterations, int newRestarts) {
        return new EurekaConfig(
                newSamples, newIterations, newRestarts, retrainings, selectionSeeds, finalists, feedback, parent);
    }

    /**
     * The same with other numbers of trainings.
     *
     * @param selecting trainings of a finalist in the search
     * @param afterwards trainings of the best on seeds of their own
     * @return a changed copy
     */
    public EurekaConfig withTrainings(int selecting, int afterwards) {
        return new EurekaConfig(samples, iterations, restarts, afterwards, selecting, finalists, feedback, parent);
    }

    /**
     * The same with another number of finalists.
     *
     * @param most of an iteration, the best so many by their first training are trained again
     * @return a changed copy
     */
    public EurekaConfig withFinalists(int most) {
        return new EurekaConfig(samples, iterations, restarts, retrainings, selectionSeeds, most, feedback, parent);
    }

    /**
     * The same with other feedback.
     *
     * @param other what goes back
     * @return a changed copy
     */
    public EurekaConfig withFeedback(Feedback other) {
        return new EurekaConfig(samples, iterations, restarts, retrainings, selectionSeeds, finalists, other, parent);
    }

    /**
     * The same with another parent.
     *
     * @param other what an iteration improves on
     * @return a changed copy
     */
    public EurekaConfig withParent(Parent other) {
        return new EurekaConfig(samples, iterations, restarts, retrainings, selectionSeeds, finalists, feedback, other);
    }
}
