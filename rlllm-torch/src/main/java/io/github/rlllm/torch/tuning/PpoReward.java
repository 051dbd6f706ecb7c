package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.AdaptiveKl;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.alignment.Penalties;
import io.github.rlllm.engine.alignment.TokenRewards;
import org.jspecify.annotations.Nullable;

/**
 * How a completion's score becomes rewards of its tokens.
 *
 * @param tokens the KL term at every token and the score on the last
 * @param adaptive drives the weight of the KL term towards a target, from its own beta; null holds it where {@code tokens}
 *     says
 * @param penalties what is taken from the score for the completion's form
 * @param whitened whether rewards are scaled to variance 1 over the rollout, their mean kept (TRL's {@code whiten_rewards})
 */
public record PpoReward(TokenRewards tokens, @Nullable AdaptiveKl adaptive, Penalties penalties, boolean whitened) {
    /**
     * A KL term of one weight, k1, nothing else.
     *
     * @param beta at least 0: InstructGPT .02, TRL's last PPO trainer .05
     * @return the settings
     */
    public static PpoReward fixed(double beta) {
        TokenRewards tokens =
                new TokenRewards(KlEstimator.K1, beta, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        return new PpoReward(tokens, null, Penalties.missingEnd(0), false);
    }

    /**
     * A KL term whose weight follows a target.
     *
     * @param kl where it begins, and the target
     * @return the settings
     */
    public static PpoReward adaptive(AdaptiveKl kl) {
        return new PpoReward(fixed(kl.beta()).tokens(), kl, Penalties.missingEnd(0), false);
    }

    /**
     * The same with other penalties.
     *
     * @param other what is taken for form
     * @return a changed copy
     */
    public PpoReward withPenalties(Penalties other) {
        return new PpoReward(tokens, adaptive, other, whitened);
    }
}
