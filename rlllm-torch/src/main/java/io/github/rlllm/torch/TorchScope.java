package io.github.rlllm.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One computation on the engine: holds the training lock, owns every array that the computation makes and, for
 * training, the gradient collector. All of it ends with {@link #close}.
 *
 * <p>A result of the engine belongs to the manager of its LEFT operand. So a computation starts from arrays of this
 * scope and keeps them on the left; an array of longer life on the left would make each result live as long. Parameters
 * belong to the scope too: their gradients start at none in each, so nothing is ever zeroed and nothing left behind.
 */
final class TorchScope implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final TorchRuntime runtime;
    private final NDManager manager;
    private final @Nullable GradientCollector collector;

    private TorchScope(TorchRuntime runtime, boolean training) {
        this.runtime = runtime;
        runtime.lock().lock();
        TorchRuntime.recordNothing();
        this.manager = runtime.newManager();
        this.collector = training ? Engine.getEngine("PyTorch").newGradientCollector() : null;
    }

    static TorchScope inference(TorchRuntime runtime) {
        return new TorchScope(runtime, false);
    }

    static TorchScope training(TorchRuntime runtime) {
        return new TorchScope(runtime, true);
    }

    FusedOperations fused() {
        return runtime.fused();
    }

    Gpt2Script gpt2() {
        return runtime.gpt2();
    }

    /** Where what the engine gives is put. */
    PtNDManager manager() {
        return (PtNDManager) manager;
    }

    NDArray longs(long[] values, long... shape) {
        return manager.create(values, new Shape(shape));
    }

    NDArray floats(float[] values, long... shape) {
        return manager.create(values, new Shape(shape));
    }

    /** Memory for {@link #parameter}: aligned, since the engine's sums may depend on where a vector begins. */
    static ByteBuffer aligned(int floats) {
        int bytes = (4 * floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return ByteBuffer.allocateDirect(bytes + ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .limit(4 * floats)
                .slice()
                .order(ByteOrder.nativeOrder());
    }

    /**
     * A parameter that the engine reads where it lies, without a copy.
     *
     * @param memory direct, in native order; it must outlive the scope and not change before its end
     * @param shape of the parameter
     * @return an array of this scope that records gradients if the scope is for training
     */
    NDArray parameter(ByteBuffer memory, Shape shape) {
        NDArray parameter = manager.create(memory.duplicate().order(ByteOrder.nativeOrder()), shape, DataType.FLOAT32);
        if (collector != null) {
            parameter.setRequiresGradient(true);
        }
        return parameter;
    }

    /** As {@link #parameter}, and frozen. */
    NDArray constant(ByteBuffer memory, Shape shape) {
        return manager.create(memory.duplicate().order(ByteOrder.nativeOrder()), shape, DataType.FLOAT32);
    }

    /** Computes the gradients of a scalar in the parameters of this scope, once. */
    void backward(NDArray scalar) {
        if (collector == null) {
            throw new IllegalStateException("scope: for inference (expected: for training)");
        }
        collector.backward(scalar);
    }

    @Override
    public void close() {
        try {
            if (collector != null) {
                collector.close();
            }
            manager.close();
        } finally {
            runtime.lock().unlock();
        }
    }
}
