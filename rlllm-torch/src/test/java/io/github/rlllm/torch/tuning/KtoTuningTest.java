package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.Kto;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.tuning.KtoTuning.Judged;
import io.github.rlllm.torch.tuning.KtoTuning.Update;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KtoTuningTest {
    /** A completion is good if most of its tokens are small. */
    private static List<Judged> judged(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(n, () -> {
            int[] completion = Tiny.tokens(rng, 2 + rng.nextInt(5));
            boolean good = 2 * Tiny.small(completion) >= completion.length;
            return new Judged(Tiny.tokens(rng, 1 + rng.nextInt(4)), completion, good);
        });
    }

    @Test
    void oneExampleAtATimeOrAll() {
        List<Judged> batch = judged(8, 1);
        Reference reference = Tiny.frozen(2)::logProbs;
        CausalLm whole = Tiny.model(3);
        Update expected = new KtoTuning(whole, reference, Kto.defaults(), Tiny.smooth(8)).update(batch);
        for (int microBatch : new int[] {1, 3}) {
            CausalLm parts = Tiny.model(3);
            Update found = new KtoTuning(parts, reference, Kto.defaults(), Tiny.smooth(microBatch)).update(batch);
            assertEquals(expected.loss(), found.loss(), 1e-6);
            assertEquals(expected.kl(), found.kl(), 1e-5);
            assertEquals(expected.gradientNorm(), found.gradientNorm(), 1e-5 * expected.gradientNorm());
            assertEquals(0, Tiny.difference(whole, parts), 2e-6);
        }
        assertTrue(Tiny.difference(whole, Tiny.model(3)) > 1e-4, "nothing was learned");
    }

    @Test
    void atTheReferenceTheLossIsAHalf() {
        Update update = new KtoTuning(Tiny.model(4), Tiny.frozen(4)::logProbs, Kto.defaults(), Tiny.usual(1e-2))
                .update(judged(8, 5));
        assertEquals(0.5, update.loss(), 1e-12);
        assertEquals(0, update.kl());
        assertEquals(0, update.desirable());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void goodAndBadAreToldApart(long seed) {
        KtoTuning tuning =
                new KtoTuning(Tiny.model(seed), Tiny.frozen(seed)::logProbs, new Kto(0.5, 1, 1), Tiny.usual(5e-3));
        for (int step = 0; step < 60; step++) {
            tuning.update(judged(16, 1000 * seed + step));
        }
        Update heldOut = tuning.update(judged(200, -seed));
        double apart = heldOut.desirable() - heldOut.undesirable();
        assertTrue(apart > 2, apart + " nats (expected: > 2)");
        assertTrue(heldOut.loss() < 0.35, "held-out loss " + heldOut.loss() + " (expected: < .35)");
    }

    @Test
    void oneExampleHasNoOther() {
        KtoTuning tuning = new KtoTuning(Tiny.model(1), Tiny.frozen(1)::logProbs, Kto.defaults(), Tiny.usual(1e-2));
        assertEquals(
                "batch: 1 examples (expected: >= 2)",
                assertThrows(IllegalArgumentException.class, () -> tuning.update(judged(1, 1)))
                        .getMessage());
    }
}
