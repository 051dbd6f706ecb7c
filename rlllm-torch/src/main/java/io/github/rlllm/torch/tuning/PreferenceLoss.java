package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.Cpo;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.Orpo;
import io.github.rlllm.engine.alignment.Pairs;
import org.jspecify.annotations.Nullable;

/** A loss over pairs of completions. Those of the micro-batches of a batch add up to the loss of the whole. */
@FunctionalInterface
public interface PreferenceLoss {
    /**
     * A part of a batch's loss.
     *
     * @param policy log-probabilities of the pairs' completions under the policy that learns
     * @param reference those of the reference; null where training has none
     * @param chosen the preferred completions of the whole batch, of which these pairs are a part
     * @param gradient of the same shape, receives d loss / d policy
     * @return the part
     */
    double at(Pairs policy, @Nullable Pairs reference, Aggregation.Batch chosen, Pairs gradient);

    /**
     * DPO and its forms: sigmoid, robust, IPO, hinge.
     *
     * @param dpo the settings
     * @return a loss that needs a reference
     */
    static PreferenceLoss of(Dpo dpo) {
        return (policy, reference, chosen, gradient) -> {
            if (reference == null) {
                throw new IllegalArgumentException("reference: none (expected: one, which DPO is held to)");
            }
            double share = (double) policy.size() / chosen.completions();
            double loss = dpo.loss(policy, reference, gradient);
            scale(gradient.chosen(), share);
            scale(gradient.rejected(), share);
            return share * loss;
        };
    }

    /**
     * CPO and SimPO.
     *
     * @param cpo the settings
     * @return a loss without a reference
     */
    static PreferenceLoss of(Cpo cpo) {
        return (policy, reference, chosen, gradient) -> cpo.loss(policy, chosen, gradient);
    }

    /**
     * ORPO.
     *
     * @param orpo the settings
     * @return a loss without a reference
     */
    static PreferenceLoss of(Orpo orpo) {
        return (policy, reference, chosen, gradient) -> orpo.loss(policy, chosen, gradient);
    }

    private static void scale(double[][] rows, double factor) {
        for (double[] row : rows) {
            for (int t = 0; t < row.length; t++) {
                row[t] *= factor;
            }
        }
    }
}
