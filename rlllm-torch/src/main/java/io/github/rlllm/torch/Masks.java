package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.torch.checkpoint.ModelConfig.Attention;

/**
 * What attention adds to its scores: 0 where a column (second last) sees another (last), very negative elsewhere. H/G queries
 * of a group stand behind each other.
 */
final class Masks {
    private static final float MASKED = -1e9f;

    private Masks() {}

    /** [B or 1, 1, H/G T, T]. */
    static NDArray of(TorchScope scope, TokenColumns batch, Attention attention, boolean windowed) {
        int t = batch.columns();
        int n = batch.kinds();
        int window = window(attention, windowed);
        int each = attention.heads() / attention.groups();
        float[] mask = new float[Math.multiplyExact(n * each, Math.multiplyExact(t, t))];
        for (int row = 0; row < n; row++) {
            int begin = row * each * t * t;
            for (int from = 0; from < t; from++) {
                for (int to = 0; to < t; to++) {
                    mask[begin + from * t + to] = batch.sees(row, from, to, window) ? 0 : MASKED;
                }
            }
            for (int head = 1; head < each; head++) {
                System.arraycopy(mask, begin, mask, begin + head * t * t, t * t);
            }
        }
        return scope.floats(mask, n, 1, (long) each * t, t);
    }

    /** Of prompts, [1, 1, H/G p, p], and of completions over their prompt and themselves, [n or 1, 1, H/G c, p + c]. */
    static NDArray[] of(TorchScope scope, SharedPrompts batch, Attention attention, boolean windowed) {
        int window = window(attention, windowed);
        int p = batch.promptColumns();
        int c = batch.completionColumns();
        int each = attention.heads() / attention.groups();
        float[] ofPrompts = new float[each * p * p];
        for (int row = 0; row < each * p; row++) {
            for (int to = 0; to < p; to++) {
                ofPrompts[row * p + to] = batch.sees(0, row % p, to, window) ? 0 : MASKED;
            }
        }
        int kinds = batch.lengthsOfPrompts();
        float[] ofCompletions = new float[kinds * each * c * (p + c)];
        int at = 0;
        for (int text = 0; text < kinds; text++) {
            for (int row = 0; row < each * c; row++) {
                for (int to = 0; to < p + c; to++) {
                    boolean sees = to < p
                            ? batch.seesPrompt(text, row % c, to, window)
                            : batch.sees(0, row % c, to - p, window);
                    ofCompletions[at++] = sees ? 0 : MASKED;
                }
            }
        }
        return new NDArray[] {
            scope.floats(ofPrompts, 1, 1, (long) each * p, p),
            scope.floats(ofCompletions, kinds, 1, (long) each * c, (long) p + c)
        };
    }

    private static int window(Attention attention, boolean windowed) {
        return windowed ? attention.window() : Integer.MAX_VALUE;
    }
}
