package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

class TanhTest {
    @Test
    void isWithinItsStatedErrorAtAllMagnitudes() {
        double worst = 0;
        for (int bits = 0; bits < Float.floatToIntBits(20f); bits += 997) {
            float x = Float.intBitsToFloat(bits);
            float y = Tanh.of(x);
            worst = Math.max(worst, Math.abs(y - Math.tanh(x)));
            if (!(y <= 1f) || -y != Tanh.of(-x)) {
                fail("tanh(" + x + ") = " + y + ", tanh(" + -x + ") = " + Tanh.of(-x));
            }
        }
        assertTrue(worst <= Tanh.MAX_ERROR, "worst " + worst);
        assertTrue(worst > Tanh.MAX_ERROR / 4, "the stated error is far from the real one: " + worst);
    }

    @Test
    void keepsTheSmallAndTheEnds() {
        assertEquals(1e-6f, Tanh.of(1e-6f), 1e-12f);
        assertEquals(1f, Tanh.of(Float.POSITIVE_INFINITY));
        assertTrue(Float.isNaN(Tanh.of(Float.NaN)));
    }
}
