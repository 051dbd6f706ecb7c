package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.Cpo;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.Orpo;
import io.github.rlllm.engine.alignment.PairForm;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.tuning.PreferenceTuning.Preference;
import io.github.rlllm.torch.tuning.PreferenceTuning.Update;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTuningTest {
    private static final Map<String, PreferenceLoss> LOSSES = Map.of(
            "sigmoid", PreferenceLoss.of(Dpo.defaults().withBeta(0.5)),
            "robust", PreferenceLoss.of(new Dpo(PairForm.ROBUST, 0.5, 0.1, false)),
            "ipo", PreferenceLoss.of(Dpo.ipo(0.5)),
            "hinge", PreferenceLoss.of(new Dpo(PairForm.HINGE, 0.5, 0, false)),
            "cpo", PreferenceLoss.of(Cpo.defaults()),
            "simpo", PreferenceLoss.of(Cpo.simpo(2, 0.5)),
            "orpo", PreferenceLoss.of(Orpo.defaults()));

    private static boolean held(String loss) {
        return List.of("sigmoid", "robust", "ipo", "hinge").contains(loss);
    }

    /** Of two completions of 2 to 6 tokens the one with more small tokens is preferred. */
    private static List<Preference> preferences(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(n, () -> {
            int[] prompt = Tiny.tokens(rng, 1 + rng.nextInt(4));
            int[] a = Tiny.tokens(rng, 2 + rng.nextInt(5));
            int[] b = Tiny.tokens(rng, a.length);
            while (Tiny.small(a) == Tiny.small(b)) {
                b = Tiny.tokens(rng, a.length);
            }
            boolean first = Tiny.small(a) > Tiny.small(b);
            return new Preference(prompt, first ? a : b, first ? b : a);
        });
    }

    private static PreferenceTuning tuning(CausalLm model, long seed, String loss, Optimisation optimisation) {
        Reference reference = held(loss) ? Tiny.frozen(seed)::logProbs : null;
        return new PreferenceTuning(model, reference, LOSSES.get(loss), optimisation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sigmoid", "robust", "ipo", "hinge", "cpo", "simpo", "orpo"})
    void onePairAtATimeOrAll(String loss) {
        List<Preference> batch = preferences(8, 1);
        CausalLm whole = Tiny.model(2);
        Update expected = tuning(whole, 3, loss, Tiny.smooth(8)).update(batch);
        for (int microBatch : new int[] {1, 3}) {
            CausalLm parts = Tiny.model(2);
            Update found = tuning(parts, 3, loss, Tiny.smooth(microBatch)).update(batch);
            assertEquals(expected.loss(), found.loss(), 1e-5 * Math.abs(expected.loss()));
            assertEquals(expected.gradientNorm(), found.gradientNorm(), 1e-5 * expected.gradientNorm());
            assertEquals(expected.chosen(), found.chosen(), 1e-4);
            assertEquals(0, Tiny.difference(whole, parts), 2e-6 * Math.max(1, expected.gradientNorm()));
        }
        assertTrue(Tiny.difference(whole, Tiny.model(2)) > 1e-3, "nothing was learned");
    }

    @Test
    void atTheReferenceNothingIsPreferred() {
        PreferenceTuning tuning = tuning(Tiny.model(4), 4, "sigmoid", Tiny.usual(1e-2));
        Update update = tuning.update(preferences(8, 5));
        assertEquals(Math.log(2), update.loss(), 1e-9);
        assertEquals(0.5, update.accuracy());
        assertEquals(0, update.chosen());
        assertEquals(1, update.step());
        assertTrue(tuning.update(preferences(8, 5)).accuracy() > 0.5);
    }

    @Test
    void theReferenceMayBeAskedBefore() {
        List<Preference> batch = preferences(5, 6);
        PreferenceTuning now = tuning(Tiny.model(7), 8, "ipo", Tiny.usual(1e-2).withMicroBatch(2));
        PreferenceTuning before =
                tuning(Tiny.model(7), 8, "ipo", Tiny.usual(1e-2).withMicroBatch(2));
        Pairs known = before.reference(batch);
        assertEquals(5, known.size());
        assertEquals(now.update(batch), before.update(batch, known));
        assertArrayEquals(now.save(), before.save());
    }

    @ParameterizedTest
    @CsvSource({
        "sigmoid, 1",
        "sigmoid, 2",
        "sigmoid, 3",
        "robust, 1",
        "ipo, 1",
        "hinge, 1",
        "cpo, 1",
        "simpo, 1",
        "orpo, 1",
    })
    void aPreferenceIsLearned(String loss, long seed) {
        PreferenceTuning tuning = tuning(Tiny.model(seed), seed, loss, Tiny.usual(1e-2));
        for (int step = 0; step < 60; step++) {
            tuning.update(preferences(16, 1000 * seed + step));
        }
        // The figures of an update are those before it.
        Update heldOut = tuning.update(preferences(200, -seed));
        assertTrue(heldOut.accuracy() > 0.9, "held-out accuracy " + heldOut.accuracy() + " (expected: > 0.9)");
    }

    /** The reference of an adapter is the model with the adapter off. */
    @Test
    void anAdapterIsHeldToItsOwnModel() {
        CausalLm model = Tiny.adapted(9);
        CausalLm twin = Tiny.adapted(9);
        CausalLm frozen = Tiny.frozen(9);
        PreferenceTuning off =
                new PreferenceTuning(model, model::baseLogProbs, LOSSES.get("sigmoid"), Tiny.usual(5e-2));
        PreferenceTuning copy = new PreferenceTuning(twin, frozen::logProbs, LOSSES.get("sigmoid"), Tiny.usual(5e-2));
        for (int step = 0; step < 40; step++) {
            assertEquals(copy.update(preferences(8, step)), off.update(preferences(8, step)));
        }
        assertArrayEquals(twin.save(), model.save());
        assertEquals(0, Tiny.difference(frozen, model));
        CompletionBatch batch =
                new CompletionBatch(new int[][] {{1, 2, 3}}, new int[][] {{4, 5, 18, 0, 9, 13, 2, 17, 7, 11, 3, 15}});
        double[] tuned = model.logProbs(batch, 1)[0];
        double[] before = frozen.logProbs(batch, 1)[0];
        double moved = 0;
        for (int t = 0; t < tuned.length; t++) {
            moved = Math.max(moved, Math.abs(tuned[t] - before[t]));
        }
        assertTrue(moved > 5e-3, moved + " nats (expected: > .005)");
        model.merge();
        assertArrayEquals(tuned, model.logProbs(batch, 1)[0], 1e-4);
    }

    @Test
    void whatIsMissingOrNotFiniteIsNamed() {
        PreferenceTuning none = new PreferenceTuning(Tiny.model(1), null, LOSSES.get("sigmoid"), Tiny.usual(1e-2));
        assertEquals(
                "reference: none (expected: one, which DPO is held to)",
                assertThrows(IllegalArgumentException.class, () -> none.update(preferences(2, 1)))
                        .getMessage());
        PreferenceTuning broken = new PreferenceTuning(
                Tiny.model(1), null, (policy, reference, chosen, gradient) -> Double.NaN, Tiny.usual(1e-2));
        NotFiniteException loss = assertThrows(NotFiniteException.class, () -> broken.update(preferences(2, 1)));
        assertEquals("loss: NaN at step 1 (expected: a finite number)", loss.getMessage());
        PreferenceTuning steep = new PreferenceTuning(
                Tiny.model(1),
                null,
                (policy, reference, chosen, gradient) -> {
                    gradient.chosen()[0][0] = Double.NaN;
                    return 0;
                },
                Tiny.usual(1e-2));
        assertEquals(
                "gradient norm: NaN at step 1 (expected: a finite number)",
                assertThrows(NotFiniteException.class, () -> steep.update(preferences(2, 1)))
                        .getMessage());
    }
}
