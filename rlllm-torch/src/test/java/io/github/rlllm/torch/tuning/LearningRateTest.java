package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.torch.tuning.LearningRate.Shape;
import org.junit.jupiter.api.Test;

/** The numbers are those of transformers' get_linear_schedule_with_warmup and get_cosine_schedule_with_warmup. */
class LearningRateTest {
    @Test
    void linearly() {
        LearningRate rate = LearningRate.linear(2, 10).withWarmUp(4);
        double[] expected = {0, 0.5, 1, 1.5, 2, 5 / 3.0, 4 / 3.0, 1, 2 / 3.0, 1 / 3.0, 0, 0};
        for (int done = 0; done < expected.length; done++) {
            assertEquals(expected[done], rate.at(done), 1e-12, "after " + done);
        }
    }

    @Test
    void asACosine() {
        LearningRate rate = new LearningRate(1, Shape.COSINE, 2, 8);
        double[] expected = {0, 0.5, 1, 0.9330127018922193, 0.75, 0.5, 0.25, 0.06698729810778070, 0, 0};
        for (int done = 0; done < expected.length; done++) {
            assertEquals(expected[done], rate.at(done), 1e-12, "after " + done);
        }
    }

    @Test
    void constant() {
        assertEquals(3, LearningRate.constant(3).at(1_000_000));
        assertEquals(1.5, LearningRate.constant(3).withWarmUp(2).at(1));
    }

    @Test
    void badPartsAreRefused() {
        refused("peak: NaN (expected: finite and >= 0)", () -> LearningRate.constant(Double.NaN));
        refused("warmUp: -1 (expected: >= 0)", () -> LearningRate.constant(1).withWarmUp(-1));
        refused(
                "steps: 4 (expected: > warmUp = 4)",
                () -> LearningRate.linear(1, 4).withWarmUp(4));
        refused("microBatch: 0 (expected: >= 1)", () -> Tiny.smooth(0));
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
