package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IsotonicTest {
    @Test
    void violatorsArePooledAsCountedByHand() {
        // Outcomes in the order of the scores: 0, (1, 0), 1: the middle two violate and are pooled to 1 of 2.
        Isotonic fitted = Isotonic.fit(new double[] {.9, .1, .3, .5}, new boolean[] {true, false, true, false});
        assertArrayEquals(new double[] {.1, .4, .9, .25, .5, .75}, fitted.knots(), 1e-12);
        assertEquals(.25, fitted.at(0), 1e-12);
        assertEquals(.375, fitted.at(.25), 1e-12);
        assertEquals(.75, fitted.at(5), 1e-12);
        assertEquals(fitted.at(.33), Isotonic.of(fitted.knots()).at(.33));
    }

    @Test
    void equalScoresAreOnePool() {
        Isotonic fitted = Isotonic.fit(new double[] {.5, .5, .5, .5}, new boolean[] {true, false, true, true});
        assertEquals(.7, fitted.at(.5), 1e-12);
    }

    @Property(tries = 200)
    void neverDecreasesAndStaysInside(@ForAll long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int n = 1 + rng.nextInt(60);
        double[] scores = new double[n];
        boolean[] outcomes = new boolean[n];
        for (int i = 0; i < n; i++) {
            scores[i] = rng.nextInt(20) / 20.0;
            outcomes[i] = rng.nextDouble() < scores[i];
        }
        Isotonic fitted = Isotonic.fit(scores, outcomes);
        double last = 0;
        for (double score = -.1; score < 1.2; score += .01) {
            double p = fitted.at(score);
            assertTrue(p >= last - 1e-12 && p > 0 && p < 1, score + ": " + p + " after " + last);
            last = p;
        }
    }

    @Test
    void refusesWhatIsNoSample() {
        assertThrows(IllegalArgumentException.class, () -> Isotonic.fit(new double[0], new boolean[0]));
        assertThrows(IllegalArgumentException.class, () -> Isotonic.fit(new double[1], new boolean[2]));
        assertThrows(IllegalArgumentException.class, () -> Isotonic.fit(new double[] {Double.NaN}, new boolean[1]));
        assertThrows(IllegalArgumentException.class, () -> Isotonic.of(new double[3]));
    }
}
