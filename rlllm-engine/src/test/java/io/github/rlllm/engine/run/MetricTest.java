package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
    /** Of 263 trials 81, and of 29 one: Wilson's interval as Newcombe (1998, table I, method 3) computes it. */
    @Test
    void theIntervalIsWilsons() {
        Metric many = Metric.wilson("share", 263, 81);
        assertEquals(0.2553, many.low(), 5e-5);
        assertEquals(0.3662, many.high(), 5e-5);
        Metric few = Metric.wilson("share", 29, 1);
        assertEquals(0.0061, few.low(), 5e-5);
        assertEquals(0.1718, few.high(), 5e-5);
    }

    @Test
    void theTrialsOfAllSeedsCountTogether() {
        Metric both = Metric.wilson("share", 10, 10, 6);
        assertEquals(0.8, both.mean(), 1e-12);
        assertEquals(20, both.n());
        assertEquals(List.of(1.0, 0.6), both.values());
        assertEquals(Metric.wilson("share", 20, 16).low(), both.low());
    }

    @Test
    void whereAllSucceedTheIntervalDoesNotVanish() {
        Metric all = Metric.wilson("share", 100, 100);
        assertEquals(1, all.high());
        assertTrue(all.low() < 0.97, () -> "low " + all.low());
    }

    @Test
    void moreSuccessesThanTrialsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Metric.wilson("share", 10, 11));
        assertThrows(IllegalArgumentException.class, () -> Metric.wilson("share", 10, -1));
    }
}
