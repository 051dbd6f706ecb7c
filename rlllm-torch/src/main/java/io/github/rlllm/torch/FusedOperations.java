package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;

/**
 * Operations of PyTorch that the engine's binding leaves out, with their gradients: put together from what it has, a GELU
 * takes four times as long. They are reached through a {@link Script}.
 */
final class FusedOperations {
    private static final String CODE = """
            class Fused(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def gelu(self: __torch__.Fused, x: Tensor) -> Tensor:
                return torch.gelu(x, approximate="tanh")
              def silu(self: __torch__.Fused, x: Tensor) -> Tensor:
                return torch.silu(x)
              def map(self: __torch__.Fused, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.addmm(b, x, w)
              def attend(self: __torch__.Fused, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: Tensor) -> Tensor:
                return torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=float(scale))
            """;

    private final PtSymbolBlock module;

    /**
     * Loads the module.
     *
     * @param manager that keeps it
     */
    FusedOperations(PtNDManager manager) {
        module = Script.load(manager, "Fused", CODE);
    }

    /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
    NDArray gelu(NDArray x) {
        return call("gelu", x);
    }

    /** {@code x w + b} over the last dimension, with w [in, out]; the bias costs no pass of its own. */
    NDArray map(NDArray x, NDArray w, NDArray b) {
        Shape shape = x.getShape();
        NDArray y = call("map", x.reshape(-1, w.getShape().get(0)), w, b);
        return y.reshape(shape.slice(0, shape.dimension() - 1).add(w.getShape().get(1)));
    }

    /** {@code x sigmoid(x)}. */
    NDArray silu(NDArray x) {
        return call("silu", x);
    }

    /**
     * {@code softmax(scale q k' + mask) v} over the last two dimensions, without a copy of the scores.
     *
     * @param mask of shape [1 or B, 1, T, S]
     * @param scale one number
     */
    NDArray attend(NDArray q, NDArray k, NDArray v, NDArray mask, NDArray scale) {
        return call("attend", q, k, v, mask, scale);
    }

    private NDArray call(String method, NDArray... arguments) {
        NDList all = new NDList(arguments);
        try (NDArray name = arguments[0].getManager().create(0f)) {
            name.setName("module_method:" + method); // the binding reads the method's name off an argument's
            all.add(name);
            // "Training" leaves the engine's gradient mode as it is; otherwise it would be off.
            return IValueUtils.forward(module, all, true).singletonOrThrow();
        }
    }
}
