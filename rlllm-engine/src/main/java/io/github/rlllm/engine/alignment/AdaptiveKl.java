package io.github.rlllm.engine.alignment;

/**
 * The weight of the KL term, driven towards a target divergence (Ziegler et al. 2019, "Fine-Tuning Language Models from
 * Human Preferences", section 2.2):
 *
 * <pre>{@code
 * error = clip(kl / target - 1, -.2, .2)
 * beta <- beta * (1 + error * samples / horizon)
 * }</pre>
 *
 * <p>RL4LMs' rule, {@code beta * (1 + .1 * error)} once a rollout, is a horizon of ten rollouts. Immutable; the record is its
 * whole state, to be saved with a run.
 *
 * @param beta the weight now, above 0
 * @param target the divergence to hold, in nats a completion, above 0
 * @param horizon samples over which a full error acts, above 0
 */
public record AdaptiveKl(double beta, double target, double horizon) {
    private static final double GREATEST_ERROR = 0.2;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public AdaptiveKl {
        Rows.require("beta", beta, beta > 0 && beta < 1 / 0.0, "> 0");
        Rows.require("target", target, target > 0 && target < 1 / 0.0, "> 0");
        Rows.require("horizon", horizon, horizon > 0 && horizon < 1 / 0.0, "> 0");
    }

    /**
     * The 2019 paper's code: beta .15, target 6, horizon 10,000.
     *
     * @return the settings
     */
    public static AdaptiveKl defaults() {
        return new AdaptiveKl(0.15, 6, 10_000);
    }

    /**
     * The weight after a rollout.
     *
     * @param kl the mean of {@code log pi - log ref}, summed over a completion, in nats; finite
     * @param samples completions in the rollout, at least 1
     * @return a changed copy
     * @throws IllegalArgumentException if a part is out of its range, or samples exceed five horizons, where the weight
     *     could fall to 0
     */
    public AdaptiveKl after(double kl, int samples) {
        Rows.require("kl", kl, Double.isFinite(kl), "a finite number");
        Rows.require("samples", samples, samples >= 1 && samples < horizon / GREATEST_ERROR, ">= 1, < 5 horizons");
        double error = Math.max(-GREATEST_ERROR, Math.min(GREATEST_ERROR, kl / target - 1));
        return new AdaptiveKl(beta * (1 + error * samples / horizon), target, horizon);
    }
}
