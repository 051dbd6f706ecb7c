package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProgramMathTest {
    @Test
    void expIsWithinOneUnitInTheLastPlace() {
        SplittableRandom random = new SplittableRandom(3);
        double worst = 0;
        for (int i = 0; i < 200_000; i++) {
            double x = (random.nextDouble() - 0.5) * (i % 2 == 0 ? 4 : 1400);
            double exact = StrictMath.exp(x);
            worst = Math.max(worst, Math.abs(ProgramMath.exp(x) - exact) / Math.ulp(exact));
        }
        // StrictMath itself is within 1 of the true value.
        assertTrue(worst <= 2, "units: " + worst);
        assertEquals(1, ProgramMath.exp(0));
        assertEquals(Math.E, ProgramMath.exp(1), Math.ulp(Math.E));
        assertEquals(0, ProgramMath.exp(-1e9));
        assertEquals(Double.MIN_VALUE, ProgramMath.exp(-745));
        assertEquals(Double.POSITIVE_INFINITY, ProgramMath.exp(710));
        assertEquals(0, ProgramMath.exp(Double.NEGATIVE_INFINITY));
        assertTrue(Double.isNaN(ProgramMath.exp(Double.NaN)));
    }

    @Test
    void tanhIsWithinFiveUnitsInTheLastPlaceAndOdd() {
        SplittableRandom random = new SplittableRandom(4);
        double worst = 0;
        for (int i = 0; i < 200_000; i++) {
            double x = (random.nextDouble() - 0.5) * (i % 3 == 0 ? 50 : i % 3 == 1 ? 2 : 1e-3);
            double exact = StrictMath.tanh(x);
            worst = Math.max(worst, Math.abs(ProgramMath.tanh(x) - exact) / Math.ulp(exact));
            assertEquals(-ProgramMath.tanh(x), ProgramMath.tanh(-x));
        }
        assertTrue(worst <= 5, "units: " + worst);
        assertEquals(1, ProgramMath.tanh(20.5));
        assertEquals(-1, ProgramMath.tanh(Double.NEGATIVE_INFINITY));
        assertEquals(1e-300, ProgramMath.tanh(1e-300));
        assertEquals(Double.MIN_VALUE, ProgramMath.tanh(Double.MIN_VALUE));
        assertTrue(Double.isNaN(ProgramMath.tanh(Double.NaN)));
    }

    /** What a saved program gave once it gives for ever: bits recorded from this definition. */
    @Test
    void bitsAreFixed() {
        assertEquals("0x1.368b2fc6f960ap-1", Double.toHexString(ProgramMath.exp(-0.5)));
        assertEquals(Double.toHexString(Math.scalb(1, 0)), Double.toHexString(ProgramMath.tanh(19.9)));
        assertEquals(9.0, ProgramMath.pow(-3, 2));
        assertEquals(StrictMath.pow(2.5, 1.5), ProgramMath.pow(2.5, 1.5));
    }
}
