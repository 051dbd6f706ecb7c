package io.github.rlllm.engine.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SampledLogProbsTest {
    private static final double[][] SAMPLED = {{-1, -2}, {-3}};

    @Test
    void theGreatestDifferenceIsTold() {
        double[][] trained = {{-1, -2.00003}, {-3.00005}};
        assertEquals(5e-5, SampledLogProbs.requireClose(SAMPLED, trained, 1e-4), 1e-12);
        assertEquals(0, SampledLogProbs.requireClose(new double[0][], new double[0][], 1e-4));
    }

    @Test
    void aMismatchStopsWithItsPlaceAndSize() {
        double[][] trained = {{-1.5, -2.75}, {-3}};
        assertEquals(
                "log-probability of token 1 of sample 0: -2.0 by the sampler, -2.75 by the trainer (expected: at most"
                        + " 1.0E-4 apart; another model, temperature or tokenizer?)",
                assertThrows(IllegalStateException.class, () -> SampledLogProbs.requireClose(SAMPLED, trained, 1e-4))
                        .getMessage());
        double[][] broken = {{-1, -2}, {Double.NaN}};
        assertThrows(IllegalStateException.class, () -> SampledLogProbs.requireClose(SAMPLED, broken, 1e-4));
        double[][] infinite = {{-1, -2}, {Double.NEGATIVE_INFINITY}};
        assertThrows(IllegalStateException.class, () -> SampledLogProbs.requireClose(SAMPLED, infinite, 1e-4));
    }

    @Test
    void otherShapesAreRefused() {
        double[][] shorter = {{-1}, {-3}};
        assertThrows(IllegalArgumentException.class, () -> SampledLogProbs.requireClose(SAMPLED, shorter, 1e-4));
        assertThrows(
                IllegalArgumentException.class, () -> SampledLogProbs.requireClose(SAMPLED, new double[1][], 1e-4));
        assertThrows(IllegalArgumentException.class, () -> SampledLogProbs.requireClose(SAMPLED, SAMPLED, 0));
    }
}
