package io.github.rlllm.torch.tuning;

/**
 * The learning rate of each update, as transformers schedules it: it rises linearly from 0 over the warm-up and then
 * follows a shape to the last update. The first update of a warm-up has rate 0.
 *
 * @param peak the rate after the warm-up, finite and at least 0
 * @param shape what follows the warm-up
 * @param warmUp updates of the warm-up, at least 0
 * @param steps updates altogether, above {@code warmUp}; read by all shapes but {@link Shape#CONSTANT}
 */
public record LearningRate(double peak, Shape shape, long warmUp, long steps) {
    /** What follows the warm-up. */
    public enum Shape {
        /** The peak. */
        CONSTANT,
        /** Linearly to 0. */
        LINEAR,
        /** Half a cosine to 0. */
        COSINE
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public LearningRate {
        if (!(peak >= 0 && peak < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("peak: " + peak + " (expected: finite and >= 0)");
        }
        if (warmUp < 0) {
            throw new IllegalArgumentException("warmUp: " + warmUp + " (expected: >= 0)");
        }
        if (shape != Shape.CONSTANT && steps <= warmUp) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: > warmUp = " + warmUp + ")");
        }
    }

    /**
     * The same rate always.
     *
     * @param rate finite and at least 0
     * @return the schedule
     */
    public static LearningRate constant(double rate) {
        return new LearningRate(rate, Shape.CONSTANT, 0, 0);
    }

    /**
     * Linearly to 0, as the trainers of TRL do by default.
     *
     * @param peak the first rate
     * @param steps updates altogether, at least 1
     * @return the schedule
     */
    public static LearningRate linear(double peak, long steps) {
        return new LearningRate(peak, Shape.LINEAR, 0, steps);
    }

    /**
     * The same with a warm-up.
     *
     * @param updates at least 0
     * @return a changed copy
     */
    public LearningRate withWarmUp(long updates) {
        return new LearningRate(peak, shape, updates, steps);
    }

    /**
     * The rate of an update.
     *
     * @param done updates made before it, at least 0
     * @return 0 to the peak; 0 after the last update of a falling shape
     */
    public double at(long done) {
        if (done < warmUp) {
            return peak * done / warmUp;
        }
        double progress = shape == Shape.CONSTANT ? 0 : Math.min(1, (double) (done - warmUp) / (steps - warmUp));
        return switch (shape) {
            case CONSTANT -> peak;
            case LINEAR -> peak * (1 - progress);
            case COSINE -> peak * 0.5 * (1 + Math.cos(Math.PI * progress));
        };
    }
}
