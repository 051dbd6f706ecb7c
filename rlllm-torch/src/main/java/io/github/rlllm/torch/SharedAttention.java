package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * Attention over {@link SharedPrompts}: P prompts of p columns among themselves, and n completions of c columns over their
 * prompt's keys and their own. H heads of d numbers, G groups of keys and values. Lives as long as one computation.
 */
final class SharedAttention {
    private final TorchScope scope;
    private final ModelConfig.Attention config;
    private final SharedPrompts batch;
    private final NDArray scale;
    private final Map<Boolean, NDArray[]> masks = new HashMap<>();

    SharedAttention(TorchScope scope, ModelConfig.Attention config, SharedPrompts batch, NDArray scale) {
        this.scope = scope;
        this.config = config;
        this.batch = batch;
        this.scale = scale;
    }

    /** Queries [1, H, T, d], keys and values [1, G, T, d] of all T columns, to [1, T, H d]. */
    NDArray attend(NDArray q, NDArray k, NDArray v, boolean windowed) {
        NDArray[] mask = masks.computeIfAbsent(windowed, w -> Masks.of(scope, batch, config, w));
        NDArray[] qs = parts(q);
        NDArray[] ks = parts(k);
        NDArray[] vs = parts(v);
        NDArray read = attend(qs[0], ks[0], vs[0], mask[0]);
        NDArray drawn = attend(qs[1], seen(ks), seen(vs), mask[1]);
        return read.concat(drawn, 1);
    }

    /** Prompts [P, x, p, d] and completions [n, x, c, d] of [1, x, T, d]. */
    private NDArray[] parts(NDArray all) {
        long x = all.getShape().get(1);
        NDList parts = all.split(new long[] {(long) batch.prompts() * batch.promptColumns()}, 2);
        return new NDArray[] {
            parts.get(0)
                    .reshape(x, batch.prompts(), batch.promptColumns(), config.headWidth())
                    .swapAxes(0, 1),
            parts.get(1)
                    .reshape(x, batch.texts(), batch.completionColumns(), config.headWidth())
                    .swapAxes(0, 1)
        };
    }

    /** What completions see: their prompt's keys or values and their own, [n, G, p + c, d]. */
    private NDArray seen(NDArray[] parts) {
        long g = config.groups();
        long each = g * batch.promptColumns() * config.headWidth();
        NDArray prompts = Embedding.embedding(
                        scope.longs(batch.promptOf(), batch.texts()),
                        parts[0].reshape(batch.prompts(), each),
                        SparseFormat.DENSE)
                .singletonOrThrow();
        return prompts.reshape(batch.texts(), g, batch.promptColumns(), config.headWidth())
                .concat(parts[1], 2);
    }

    /** [m, H, t, d] over [m, G, s, d] to [1, m t, H d]; the H/G queries of a group stand behind each other. */
    private NDArray attend(NDArray q, NDArray k, NDArray v, NDArray mask) {
        long m = q.getShape().get(0);
        long t = q.getShape().get(2);
        long g = config.groups();
        long h = config.heads();
        long d = config.headWidth();
        NDArray stacked = h == g ? q : q.reshape(m, g, h / g * t, d);
        NDArray mixed = scope.fused().attend(stacked, k, v, mask, scale);
        return mixed.reshape(m, h, t, d).swapAxes(1, 2).reshape(1, m * t, h * d);
    }
}
