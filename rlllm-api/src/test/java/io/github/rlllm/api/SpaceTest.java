package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SpaceTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @Test
    void discreteHoldsZeroToN() {
        Space.Discrete four = Space.discrete(4);
        assertFalse(four.contains(-1));
        assertTrue(four.contains(0));
        assertTrue(four.contains(3));
        assertFalse(four.contains(4));
        assertEquals("n: 0 (expected: >= 1)", refused(() -> Space.discrete(0)));
    }

    @Test
    void discreteSamplesUniformly() {
        SplittableRandom rng = new SplittableRandom(3);
        int[] counts = new int[4];
        for (int i = 0; i < 40_000; i++) {
            counts[Space.discrete(4).sample(rng)]++;
        }
        for (int count : counts) {
            assertEquals(10_000, count, 450, "five standard errors");
        }
    }

    @Test
    void boxHoldsFiniteNumbersWithinItsBounds() {
        Space.Box box = new Space.Box(new float[] {0, -INFINITY}, new float[] {1, INFINITY}, 2);
        assertTrue(box.contains(new float[] {0, 1e30f}));
        assertTrue(box.contains(new float[] {1, -1e30f}));
        assertFalse(box.contains(new float[] {1.0001f, 0}));
        assertFalse(box.contains(new float[] {-.0001f, 0}));
        assertFalse(box.contains(new float[] {Float.NaN, 0}));
        assertFalse(box.contains(new float[] {0, Float.NaN}));
        assertFalse(box.contains(new float[] {0, INFINITY}), "no bound, but not infinite");
        assertFalse(box.contains(new float[] {0}));
        assertFalse(box.contains(new float[] {0, 0, 0}));
    }

    @Test
    void boxTellsItsShape() {
        Space.Box box = Space.box(-1, 2, 7, 7, 3);
        assertEquals(147, box.size());
        assertArrayEquals(new int[] {7, 7, 3}, box.shape());
        assertEquals(-1, box.low(146));
        assertEquals(2, box.high(0));
        assertEquals("box[7, 7, 3] from -1.0 to 2.0", box.toString());
        box.shape()[0] = 99;
        assertArrayEquals(new int[] {7, 7, 3}, box.shape());
        assertEquals(1, Space.box(0, 1).size(), "a scalar");
    }

    @Test
    void boxMessages() {
        assertEquals("low[0]: 2.0 (expected: <= high[0] = 1.0)", refused(() -> Space.box(2, 1, 3)));
        assertEquals("low[0]: NaN (expected: <= high[0] = 1.0)", refused(() -> Space.box(Double.NaN, 1, 3)));
        assertEquals("shape: [3, 0] (expected: every dimension >= 1)", refused(() -> Space.box(0, 1, 3, 0)));
        assertEquals(
                "low, high: lengths 1, 2 (expected: 2, the product of [2])",
                refused(() -> new Space.Box(new float[1], new float[2], 2)));
        assertEquals(
                "low[0], high[0]: both Infinity (expected: a finite number between them)",
                refused(() -> Space.box(INFINITY, INFINITY, 1)));
        assertThrows(ArithmeticException.class, () -> Space.box(0, 1, 1 << 16, 1 << 16));
    }

    @Test
    void boundsAreCopied() {
        float[] low = {0};
        float[] high = {1};
        Space.Box box = new Space.Box(low, high, 1);
        low[0] = -9;
        high[0] = 9;
        assertEquals(Space.box(0, 1, 1), box);
    }

    @Test
    void textIsBoundedByItsLength() {
        Space<String> text = Space.text(3);
        assertTrue(text.contains(""));
        assertTrue(text.contains("abc"));
        assertFalse(text.contains("abcd"));
        assertEquals("maxLength: -1 (expected: >= 0)", refused(() -> Space.text(-1)));
        assertEquals("", Space.text(0).sample(new SplittableRandom(1)));
        assertTrue(Space.text(Integer.MAX_VALUE).sample(new SplittableRandom(1)).length() <= 65_536);
    }

    @Test
    void equalWhereTheyHoldTheSame() {
        assertEquals(Space.text(5), Space.text(5));
        assertEquals(Space.discrete(5), Space.discrete(5));
        assertEquals(Space.box(0, 1, 2, 3), Space.box(0, 1, 2, 3));
        assertEquals(Space.box(0, 1, 2, 3).hashCode(), Space.box(0, 1, 2, 3).hashCode());
        assertNotEquals(Space.box(0, 1, 2, 3), Space.box(0, 1, 3, 2));
        assertNotEquals(Space.box(0, 1, 2), Space.box(0, 2, 2));
        assertNotEquals(Space.text(5), Space.text(6));
    }

    @Property(tries = 200)
    void boxesHoldTheirSamples(
            @ForAll @Size(4) float[] ends, @ForAll @IntRange(min = 0, max = 3) int open, @ForAll long seed) {
        float[] low = new float[2];
        float[] high = new float[2];
        for (int i = 0; i < 2; i++) {
            low[i] = (open & 1) == 1 ? -INFINITY : Math.min(ends[2 * i], ends[2 * i + 1]);
            high[i] = (open & 2) == 2 ? INFINITY : Math.max(ends[2 * i], ends[2 * i + 1]);
        }
        Space.Box box = new Space.Box(low, high, 2);
        SplittableRandom rng = new SplittableRandom(seed);
        for (int i = 0; i < 20; i++) {
            assertTrue(box.contains(box.sample(rng)));
        }
        assertArrayEquals(box.sample(new SplittableRandom(seed)), box.sample(new SplittableRandom(seed)));
    }

    @Property(tries = 100)
    void aBoxHoldsExactlyItsInterval(
            @ForAll @FloatRange(min = -10, max = 10) float a,
            @ForAll @FloatRange(min = -10, max = 10) float b,
            @ForAll @FloatRange(min = -12, max = 12) float x) {
        float low = Math.min(a, b);
        float high = Math.max(a, b);
        assertEquals(x >= low && x <= high, Space.box(low, high, 1).contains(new float[] {x}));
    }

    @Property(tries = 100)
    void discreteAndTextHoldTheirSamples(@ForAll @IntRange(min = 1, max = 1000) int n, @ForAll long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        assertTrue(Space.discrete(n).contains(Space.discrete(n).sample(rng)));
        assertTrue(Space.text(n).contains(Space.text(n).sample(rng)));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
