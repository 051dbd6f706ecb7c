package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RewardModelTest {
    /** Remembers the batches that it was given. */
    private static final class Recorder<T> implements RewardModel<T> {
        final List<List<T>> batches = new ArrayList<>();
        private final ToDoubleFunction<T> score;
        private final Predicate<T> scores;

        Recorder(ToDoubleFunction<T> score, Predicate<T> scores) {
            this.score = score;
            this.scores = scores;
        }

        @Override
        public double score(T judged) {
            return scoreAll(List.of(judged))[0];
        }

        @Override
        public boolean scores(T judged) {
            return scores.test(judged);
        }

        @Override
        public double[] scoreAll(List<? extends T> batch) {
            batches.add(List.copyOf(batch));
            return batch.stream().mapToDouble(score::applyAsDouble).toArray();
        }
    }

    private static final RewardModel<String> LENGTH = String::length;

    private static Recorder<Integer> even() {
        return new Recorder<>(n -> n, n -> n % 2 == 0);
    }

    private static Recorder<Integer> ofThree() {
        return new Recorder<>(n -> 100, n -> n % 3 == 0);
    }

    @Test
    void weightedSum() {
        RewardModel<String> reward = LENGTH.scaled(2).plus(text -> text.startsWith("a") ? 10 : -1);
        assertEquals(16, reward.score("abc"));
        assertArrayEquals(new double[] {16, 5, -1}, reward.scoreAll(List.of("abc", "xyz", "")));
        assertArrayEquals(new double[0], reward.scoreAll(List.of()));
    }

    @Test
    void whatAPartCannotJudgeIsSkippedAndEachPartSeesOneBatch() {
        Recorder<Integer> even = even();
        Recorder<Integer> three = ofThree();
        RewardModel<Integer> sum = even.scaled(.5).plus(three);
        assertArrayEquals(new double[] {103, 1, 100, 2}, sum.scoreAll(List.of(6, 2, 3, 4)));
        assertEquals(List.of(List.of(6, 2, 4)), even.batches);
        assertEquals(List.of(List.of(6, 3)), three.batches);
    }

    @Test
    void nestedSumsForwardWholeBatches() {
        Recorder<Integer> a = even();
        Recorder<Integer> b = ofThree();
        Recorder<Integer> c = new Recorder<>(n -> 7, n -> true);
        RewardModel<Integer> sum = a.plus(b).scaled(2).plus(c).scaled(3);
        assertArrayEquals(new double[] {21, 6 * 2 + 21, 621, 6 * 106 + 21}, sum.scoreAll(List.of(1, 2, 3, 6)));
        assertEquals(List.of(List.of(2, 6)), a.batches);
        assertEquals(List.of(List.of(3, 6)), b.batches);
        assertEquals(List.of(List.of(1, 2, 3, 6)), c.batches);
    }

    @Test
    void aPartWithNothingToJudgeIsNotCalled() {
        Recorder<Integer> even = even();
        assertArrayEquals(new double[] {7, 7}, even.plus(n -> 7).scoreAll(List.of(1, 3)));
        assertEquals(List.of(), even.batches);
    }

    @Test
    void nothingScoresIsAFailure() {
        RewardModel<Integer> sum = even().plus(ofThree());
        assertFalse(sum.scores(5));
        assertTrue(sum.scores(3));
        assertThrows(NothingLeftException.class, () -> sum.score(5));
        NothingLeftException e = assertThrows(NothingLeftException.class, () -> sum.scoreAll(List.of(2, 3, 5)));
        assertEquals("batch[2]: no part of the reward scores it", e.getMessage());
        assertThrows(NothingLeftException.class, () -> even().scaled(1).score(3));
        assertThrows(NothingLeftException.class, () -> even().scaled(0).score(3), "factor 0 judges no more than 1");
    }

    @Test
    void factorZeroGivesZeroWhereTheModelScores() {
        assertArrayEquals(new double[] {0, 0}, even().scaled(0).scoreAll(List.of(2, 4)));
        assertEquals(0, LENGTH.scaled(-0.0).score("abc"));
        assertEquals("factor: NaN (expected: a finite number)", refused(() -> LENGTH.scaled(Double.NaN)));
        assertEquals(
                "factor: -Infinity (expected: a finite number)",
                refused(() -> LENGTH.scaled(Double.NEGATIVE_INFINITY)));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }

    @Test
    void nanNeverMeansAnything() {
        RewardModel<Integer> broken = n -> n == 2 ? Double.NaN : 1;
        RewardModel<Integer> sum = broken.plus(n -> 1);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> sum.scoreAll(List.of(1, 2)));
        assertEquals("score of batch[1]: NaN (expected: a finite number)", e.getMessage());
        RewardModel<Integer> great = n -> Double.MAX_VALUE;
        assertThrows(IllegalStateException.class, () -> great.plus(great).score(1), "an overflow");
    }

    @Test
    void aPartThatAnswersTooFewIsNamed() {
        RewardModel<Integer> broken = new RewardModel<>() {
            @Override
            public double score(Integer judged) {
                return 1;
            }

            @Override
            public double[] scoreAll(List<? extends Integer> batch) {
                return new double[] {1};
            }
        };
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> LENGTH.<Integer>view(n -> "abc").plus(broken).scoreAll(List.of(1, 2)));
        assertEquals("part 1.scoreAll: 1 scores (expected: 2, one each)", e.getMessage());
    }

    @Test
    void viewsForwardWholeBatchesAndAbstentions() {
        record Turn(int number) {}
        Recorder<Integer> even = even();
        RewardModel<Turn> view = even.view(Turn::number);
        assertArrayEquals(new double[] {2, 4}, view.scoreAll(List.of(new Turn(2), new Turn(4))));
        assertEquals(8, view.score(new Turn(8)));
        assertFalse(view.scores(new Turn(3)));
        assertEquals(List.of(List.of(2, 4), List.of(8)), even.batches);
        assertArrayEquals(new double[] {9}, view.plus(turn -> 9).scoreAll(List.of(new Turn(3))));
    }

    /** The batch path equals the single path, and a sum is the sum of what scores. */
    @Property(tries = 200)
    void batchEqualsSingleEqualsArithmetic(
            @ForAll @Size(max = 12) List<@IntRange(min = -30, max = 30) Integer> batch,
            @ForAll @DoubleRange(min = -3, max = 3) double factor) {
        RewardModel<Integer> sum = even().scaled(factor).plus(ofThree()).plus(n -> n * n);
        double[] scores = sum.scoreAll(batch);
        for (int i = 0; i < scores.length; i++) {
            int n = batch.get(i);
            assertEquals(sum.score(n), scores[i]);
            double expected = (n % 2 == 0 ? factor * n : 0) + (n % 3 == 0 ? 100 : 0) + n * n;
            assertEquals(expected, scores[i], 1e-12);
        }
    }

    @Property(tries = 200)
    void plusCommutesAndScalingDistributes(
            @ForAll @IntRange(min = -30, max = 30) int n, @ForAll @DoubleRange(min = -3, max = 3) double factor) {
        RewardModel<Integer> a = even();
        RewardModel<Integer> b = ofThree();
        assertEquals(a.plus(b).scores(n), b.plus(a).scores(n));
        if (a.plus(b).scores(n)) {
            assertEquals(a.plus(b).score(n), b.plus(a).score(n));
            assertEquals(
                    a.plus(b).scaled(factor).score(n),
                    a.scaled(factor).plus(b.scaled(factor)).score(n),
                    1e-9);
        }
        if (a.scores(n)) {
            assertEquals(a.score(n), a.scaled(1).score(n));
            assertEquals(
                    a.scaled(2).scaled(factor).score(n), a.scaled(2 * factor).score(n), 1e-9);
        }
    }
}
