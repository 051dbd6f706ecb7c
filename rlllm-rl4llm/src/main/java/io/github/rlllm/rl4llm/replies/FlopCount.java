package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Floating-point operations by the count of Kaplan et al. (2020, "Scaling Laws for Neural Language Models", section 2.1):
 * a token that is read takes 2 N, one that is trained on 6 N (2 N forward, 4 N backward), where N is the number of weights
 * that multiply it: {@code layers * (4 * width^2 + 2 * width * inner) + vocabulary * width}. Attention over the context (a tenth more at this
 * size) and scalar heads are left out, alike for every method. Confined to one thread.
 */
public final class FlopCount implements Snapshot {
    private final double forward;
    private double total;

    /**
     * Nothing counted yet.
     *
     * @param config the shape of all models that are counted
     */
    public FlopCount(ModelConfig config) {
        double d = config.sizes().width();
        double layer = 4 * d * d + 2 * d * config.sizes().inner();
        forward = 2 * (config.sizes().layers() * layer + config.sizes().vocabulary() * d);
    }

    /**
     * Tokens that were read without a gradient: sampled (each token of prompt and completion once, with keys and values
     * kept), scored by a reward or value model, or given log-probabilities by a reference.
     *
     * @param tokens at least 0
     */
    public void read(long tokens) {
        total += forward * tokens;
    }

    /**
     * Tokens that a model was trained on: forward and backward.
     *
     * @param tokens at least 0
     */
    public void trained(long tokens) {
        total += 3 * forward * tokens;
    }

    /**
     * The count so far.
     *
     * @return operations
     */
    public double total() {
        return total;
    }

    /** What it takes to train on tokens. */
    double ofTrained(double tokens) {
        return 3 * forward * tokens;
    }

    /** What it takes to read tokens. */
    double ofRead(double tokens) {
        return forward * tokens;
    }

    /** The mean number of tokens of replies, prompts included. */
    static double meanTokens(List<Reply> replies) {
        return replies.stream().mapToInt(Reply::length).average().orElseThrow();
    }

    /**
     * The tokens of some rows, padding not counted.
     *
     * @param rows of tokens
     * @return their number
     */
    public static long tokens(int[][] rows) {
        long tokens = 0;
        for (int[] row : rows) {
            tokens += row.length;
        }
        return tokens;
    }

    @Override
    public byte[] save() {
        return ByteBuffer.allocate(Double.BYTES).putDouble(total).array();
    }

    @Override
    public void restore(byte[] state) {
        if (state.length != Double.BYTES) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: " + Double.BYTES + ")");
        }
        total = ByteBuffer.wrap(state).getDouble();
    }
}
