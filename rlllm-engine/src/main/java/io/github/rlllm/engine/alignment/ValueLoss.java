package io.github.rlllm.engine.alignment;

/**
 * The loss of a value head over tokens, in the form of PPO's first code: half the larger of two squared errors, with the
 * change since the rollout free and clipped:
 *
 * <pre>{@code
 * loss = 1/2 * sum over tokens of max((V - R)^2, (old + clamp(V - old, -clip, clip) - R)^2) / tokens of the batch
 * }</pre>
 *
 * <p>Pure and thread-safe.
 *
 * @param clip above 0, in the unit of the returns: TRL .2, verl and OpenRLHF .5; infinity for none
 */
public record ValueLoss(double clip) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if clip is not above 0
     */
    public ValueLoss {
        Rows.require("clip", clip, clip > 0, "> 0");
    }

    /**
     * TRL's: .2.
     *
     * @return the settings
     */
    public static ValueLoss defaults() {
        return new ValueLoss(0.2);
    }

    /**
     * The loss of a batch or a part of one.
     *
     * @param values {@code [n][]} predictions before each token
     * @param old those of the rollout
     * @param returns the targets
     * @param whole the batch of which these are a part
     * @param gradient of the same shape, receives d loss / d values
     * @return the loss
     * @throws IllegalArgumentException if shapes differ
     */
    public double loss(
            double[][] values, double[][] old, double[][] returns, Aggregation.Batch whole, double[][] gradient) {
        int n = Rows.require("values", values);
        Rows.requireShape("old", old, values);
        Rows.requireShape("returns", returns, values);
        Rows.requireShape("gradient", gradient, values);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < values[i].length; t++) {
                double change = values[i][t] - old[i][t];
                double free = values[i][t] - returns[i][t];
                double bounded = old[i][t] + Math.max(-clip, Math.min(clip, change)) - returns[i][t];
                boolean flows = Math.abs(change) <= clip || free * free > bounded * bounded;
                loss += Math.max(free * free, bounded * bounded) / (2 * whole.tokens());
                gradient[i][t] = flows ? free / whole.tokens() : 0;
            }
        }
        return loss;
    }
}
