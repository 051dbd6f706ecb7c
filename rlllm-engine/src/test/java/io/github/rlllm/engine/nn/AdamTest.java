package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdamTest {
    private static Mlp net() {
        return Mlp.orthogonal(new SplittableRandom(1), Mlp.Activation.TANH, 1, 1, 3, 8, 2);
    }

    private static double learn(Mlp net, Adam adam, float target) {
        MlpBatch batch = new MlpBatch(net, 1);
        float[] y = batch.forward(new float[][] {{1, -1, 0.5f}}, 1)[0];
        batch.outputGradient()[0][0] = y[0] - target;
        batch.outputGradient()[0][1] = y[1] + target;
        batch.backward();
        return adam.step();
    }

    @Test
    void aRestoredOptimiserGoesOnBitForBit() {
        Mlp unbroken = net();
        Adam adam = new Adam(AdamConfig.defaults(), unbroken);
        for (int i = 0; i < 5; i++) {
            learn(unbroken, adam, 1);
        }
        Mlp resumed = unbroken.copy();
        Adam fresh = new Adam(AdamConfig.defaults(), resumed);
        fresh.restore(adam.steps(), adam.moments());
        for (int i = 0; i < 5; i++) {
            learn(unbroken, adam, 1);
            learn(resumed, fresh, 1);
        }
        assertEquals(10, fresh.steps());
        assertArrayEquals(unbroken.parameters(), resumed.parameters());
        assertArrayEquals(adam.moments(), fresh.moments());
    }

    @Test
    void aGradientThatIsNotFiniteChangesNothing() {
        Mlp net = net();
        Adam adam = new Adam(AdamConfig.defaults(), net);
        float[] before = net.parameters();
        assertFalse(Double.isFinite(learn(net, adam, Float.NaN)));
        assertArrayEquals(before, net.parameters());
        assertEquals(0, adam.steps());
        assertArrayEquals(new float[before.length], net.gradient());
        learn(net, adam, 1);
        assertFalse(Arrays.equals(before, net.parameters()));
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "epsilon: -1.0 (expected: in (0, 1))",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> AdamConfig.defaults().withEpsilon(-1))
                        .getMessage());
        assertEquals(
                "nets: 0 (expected: at least 1)",
                assertThrows(IllegalArgumentException.class, () -> new Adam(AdamConfig.defaults()))
                        .getMessage());
        Adam adam = new Adam(AdamConfig.defaults(), net());
        assertThrows(IllegalArgumentException.class, () -> adam.restore(1, new float[3]));
        assertThrows(IllegalArgumentException.class, () -> adam.learningRate(Double.NaN));
    }
}
