package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Padding;
import io.github.rlllm.torch.tuning.SupervisedTuning.Config;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import io.github.rlllm.torch.tuning.SupervisedTuning.Update;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisedTuningTest {
    /** Prompts of 1 to 3 tokens, completions of 1 to 4. */
    private static List<Text> texts(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(
                n,
                () -> new Text(
                        Tiny.tokens(rng, 1 + rng.nextInt(3)),
                        Tiny.tokens(rng, 1 + rng.nextInt(4)),
                        0.5 + rng.nextDouble()));
    }

    private static List<Text> task(int n, long seed) {
        return task(n, seed, 1);
    }

    /** A prompt of two tokens, and then each of them and one that is further by a shift. */
    private static List<Text> task(int n, long seed, int shift) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(n, () -> {
            int a = rng.nextInt(8);
            int b = 8 + rng.nextInt(8);
            return Text.of(new int[] {a, b}, new int[] {b, b + shift, a, a + shift, Tiny.END});
        });
    }

    @Test
    void theLossIsTheMeanOverCompletionsTokens() {
        CausalLm model = Tiny.model(1);
        List<Text> batch = List.of(Text.of(new int[] {1, 2}, new int[] {3, 4}), Text.of(new int[] {5}, new int[] {6}));
        float[][] all = model.logProbs(new int[][] {{1, 2, 3, 4}, {5, 6}}, Padding.RIGHT);
        Update completions = new SupervisedTuning(model, Config.of(Tiny.usual(0))).update(batch);
        assertEquals(-(all[0][1] + all[0][2] + all[1][0]) / 3, completions.loss(), 1e-5);
        assertEquals(3, completions.tokens());
        assertEquals(6, completions.columns());
        Update whole =
                new SupervisedTuning(model, Config.of(Tiny.usual(0)).withLearned(Learned.WHOLE_TEXTS)).update(batch);
        assertEquals(-(all[0][0] + all[0][1] + all[0][2] + all[1][0]) / 4, whole.loss(), 1e-5);
        assertEquals(4, whole.tokens());
    }

    @ParameterizedTest
    @EnumSource(names = "LOCAL_TOKEN_MEAN", mode = EnumSource.Mode.EXCLUDE)
    void oneTextAtATimeOrAllPackedOrNot(Aggregation aggregation) {
        List<Text> batch = texts(8, 2);
        CausalLm whole = Tiny.model(3);
        Update expected = new SupervisedTuning(
                        whole, new Config(Learned.COMPLETIONS, aggregation, false, Tiny.smooth(8)))
                .update(batch);
        for (boolean packed : new boolean[] {false, true}) {
            for (int microBatch : new int[] {1, 2, 8}) {
                CausalLm parts = Tiny.model(3);
                Update found = new SupervisedTuning(
                                parts, new Config(Learned.COMPLETIONS, aggregation, packed, Tiny.smooth(microBatch)))
                        .update(batch);
                assertEquals(expected.loss(), found.loss(), 1e-5 * expected.loss());
                assertEquals(expected.gradientNorm(), found.gradientNorm(), 1e-5 * expected.gradientNorm());
                assertEquals(0, Tiny.difference(whole, parts), 2e-6 * Math.max(1, expected.gradientNorm()));
                assertTrue(found.columns() <= expected.columns(), found.columns() + " columns");
            }
        }
        assertTrue(Tiny.difference(whole, Tiny.model(3)) > 1e-3, "nothing was learned");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aTaskIsLearned(long seed) {
        SupervisedTuning tuning = new SupervisedTuning(Tiny.model(seed), Config.of(Tiny.usual(1e-2)));
        List<Text> heldOut = task(64, -1 - seed);
        double before = tuning.loss(heldOut);
        for (int step = 0; step < 150; step++) {
            tuning.update(task(16, 100 * seed + step));
        }
        assertEquals(Math.log(Tiny.VOCABULARY), before, 0.2);
        assertTrue(tuning.loss(heldOut) < 0.05, "loss " + tuning.loss(heldOut) + " (expected: < 0.05)");
    }

    @Test
    void anAdapterLearnsAloneAndMerges() {
        CausalLm model = Tiny.model(4);
        SupervisedTuning before = new SupervisedTuning(model, Config.of(Tiny.usual(1e-2)));
        for (int step = 0; step < 100; step++) {
            before.update(task(16, step));
        }
        Tiny.adapt(model, 5);
        CausalLm base = model.copy();
        SupervisedTuning tuning = new SupervisedTuning(model, Config.of(Tiny.usual(2e-2)));
        List<Text> heldOut = task(64, -1, 2);
        double first = tuning.loss(heldOut);
        for (int step = 0; step < 100; step++) {
            tuning.update(task(16, step, 2));
        }
        double last = tuning.loss(heldOut);
        assertTrue(first > 1.5 && last < 0.2, first + " to " + last + " (expected: > 1.5 to < .2)");
        assertEquals(0, Tiny.difference(base, model));
        CompletionBatch batch = new CompletionBatch(new int[][] {{1, 9}}, new int[][] {{9, 11, 1, 3}});
        double[] tuned = model.logProbs(batch, 1)[0];
        model.merge();
        assertArrayEquals(tuned, model.logProbs(batch, 1)[0], 1e-4);
        assertTrue(Tiny.difference(base, model) > 1e-2);
    }

    @Test
    void whatIsNotFiniteNamesStepAndQuantity() {
        CausalLm model = Tiny.model(5);
        SupervisedTuning tuning =
                new SupervisedTuning(model, Config.of(new Optimisation(8, LearningRate.constant(1e38), Tiny.SMOOTH)));
        tuning.update(texts(4, 6));
        NotFiniteException failure = assertThrows(NotFiniteException.class, () -> tuning.update(texts(4, 7)));
        assertEquals("log-probability", failure.quantity());
        assertEquals(2, failure.step());
        assertTrue(
                failure.getCause().getMessage().startsWith("output "),
                failure.getCause().getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 3 | 1 | text 1: 0 tokens of prompt and 3 of completion (expected: one to read and one to learn)
            2 | 0 | 1 | text 1: 2 tokens of prompt and 0 of completion (expected: one to read and one to learn)
            2 | 3 | 0 | weight of text 1: 0.0 (expected: finite and > 0)
            9 | 9 | 1 | length of text 1: 18 (expected: <= 16)
            """)
    void badTextsAreNamed(int prompt, int completion, double weight, String message) {
        SupervisedTuning tuning = new SupervisedTuning(Tiny.model(1), Config.of(Tiny.usual(1e-3)));
        Text bad = new Text(new int[prompt], new int[completion], weight);
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> tuning.update(List.of(Text.of(new int[1], new int[1]), bad)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> tuning.update(List.of()));
    }
}
