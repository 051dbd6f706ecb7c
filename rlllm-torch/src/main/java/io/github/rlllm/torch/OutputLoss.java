package io.github.rlllm.torch;

/**
 * A loss over the outputs of a {@link CausalLm} with its derivative, in plain Java, so that the mathematics of a study
 * can be read and checked without an engine; the engine carries the derivative back to the weights.
 */
@FunctionalInterface
public interface OutputLoss {
    /**
     * The loss and its derivative.
     *
     * @param outputs one row an input row (log-probabilities or scalars, as {@link CausalLm} says); not to be changed
     * @param gradients of the same shape and all zero: set each to d loss / d output; what stays 0 is masked
     * @return the loss, a finite number
     */
    double at(float[][] outputs, float[][] gradients);
}
