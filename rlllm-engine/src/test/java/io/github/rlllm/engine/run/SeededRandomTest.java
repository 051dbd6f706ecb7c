package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeededRandomTest {
    private static long[] draws(RandomGenerator rng, int n) {
        return rng.longs(n).toArray();
    }

    @Property(tries = 100)
    void restoredItGoesOnAsIfNothingHadHappened(@ForAll long seed, @ForAll @IntRange(max = 50) int before) {
        SeededRandom rng = SeededRandom.of(seed, "policy");
        draws(rng, before);
        byte[] state = rng.save();
        long[] next = draws(rng, 10);
        SeededRandom other = SeededRandom.of(seed + 1, "other");
        other.restore(state);
        assertArrayEquals(next, draws(other, 10));
    }

    @Test
    void theSameSeedAndLabelGiveTheSameNumbersOnEveryMachine() {
        // Computed apart: the SHA-256 of the eight bytes of 1 and of "a", as four big-endian words, seeds xoshiro256++.
        assertEquals(-41153566484334055L, SeededRandom.of(1, "a").nextLong());
    }

    @Test
    void labelsAndSeedsDiffer() {
        long first = SeededRandom.of(1, "a").nextLong();
        assertNotEquals(first, SeededRandom.of(1, "b").nextLong());
        assertNotEquals(first, SeededRandom.of(2, "a").nextLong());
        assertNotEquals(first, SeededRandom.of(1, "a").split("a").nextLong());
    }

    @Test
    void aSplitDoesNotDependOnWhatWasDrawn() {
        SeededRandom rng = SeededRandom.of(7, "run");
        long early = rng.split("replay").nextLong();
        draws(rng, 3);
        assertEquals(early, rng.split("replay").nextLong());
    }

    @Test
    void aStateOfTheWrongSizeIsRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> SeededRandom.of(1, "a").restore(new byte[3]));
        assertEquals("state: 3 bytes (expected: the state of a xoshiro256++ generator)", refused.getMessage());
    }

    @Test
    void itsMeanAndVarianceAreThoseOfTheUniform() {
        double[] draws = SeededRandom.of(3, "u").doubles(100_000).toArray();
        double mean = java.util.Arrays.stream(draws).average().orElseThrow();
        double square = java.util.Arrays.stream(draws).map(x -> x * x).average().orElseThrow();
        assertEquals(0.5, mean, 0.004);
        assertEquals(1 / 3., square, 0.004);
    }
}
