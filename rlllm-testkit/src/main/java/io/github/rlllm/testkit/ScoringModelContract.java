package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.ScoringModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ScoringModel} keeps to: log-probabilities, batches equal to single answers in any order, no memory of
 * earlier calls, use from several threads.
 */
public abstract class ScoringModelContract {
    /** For the subclass. */
    protected ScoringModelContract() {}

    /**
     * The model under test.
     *
     * @return a model
     */
    protected abstract ScoringModel model();

    /**
     * Contexts to try; the empty one is tried too.
     *
     * @return at least one
     */
    protected abstract List<String> contexts();

    /**
     * Continuations of every context, none empty.
     *
     * @return at least two that differ
     */
    protected abstract List<String> continuations();

    /**
     * How far answers to the same question may be from each other.
     *
     * @return 1e-4 by default
     */
    protected double tolerance() {
        return 1e-4;
    }

    private List<String> allContexts() {
        List<String> all = new ArrayList<>(contexts());
        all.add("");
        return all;
    }

    private static double single(ScoringModel model, String context, String continuation) {
        double[] one = model.logProbs(context, List.of(continuation));
        assertEquals(1, one.length, "length of logProbs of one continuation");
        return one[0];
    }

    /** Every continuation has one number, not above 0 and not NaN. */
    @Test
    protected void logProbsAreAtMostZero() {
        ScoringModel model = model();
        for (String context : allContexts()) {
            double[] found = model.logProbs(context, continuations());
            assertEquals(continuations().size(), found.length, "length of logProbs");
            for (int i = 0; i < found.length; i++) {
                double value = found[i];
                assertTrue(value <= tolerance(), () -> "logProbs: " + value + " (expected: <= 0)");
            }
        }
        assertEquals(0, model.logProbs(contexts().get(0), List.of()).length, "length of logProbs of nothing");
    }

    /** Continuations together, in any order and repeated, have the log-probabilities that each has alone. */
    @Test
    protected void batchesEqualSingleAnswers() {
        ScoringModel model = model();
        for (String context : allContexts()) {
            List<String> batch = new ArrayList<>(continuations());
            equal(model, context, batch);
            Collections.reverse(batch);
            batch.add(batch.get(0));
            equal(model, context, batch);
        }
    }

    private void equal(ScoringModel model, String context, List<String> batch) {
        double[] together = model.logProbs(context, batch);
        for (int i = 0; i < together.length; i++) {
            assertEquals(single(model, context, batch.get(i)), together[i], tolerance(), "logProbs[" + i + "]");
        }
    }

    /** What was asked before changes nothing. */
    @Test
    protected void earlierCallsChangeNothing() {
        ScoringModel model = model();
        List<String> contexts = allContexts();
        List<double[]> first = new ArrayList<>();
        for (String context : contexts) {
            first.add(model.logProbs(context, continuations()));
        }
        for (int i = contexts.size() - 1; i >= 0; i--) {
            double[] again = model.logProbs(contexts.get(i), continuations());
            assertArrayEquals(first.get(i), again, tolerance(), "logProbs, asked again");
        }
    }

    /** The array of log-probabilities belongs to the caller. */
    @Test
    protected void arraysBelongToTheCaller() {
        ScoringModel model = model();
        String context = contexts().get(0);
        double[] found = model.logProbs(context, continuations());
        double[] copy = found.clone();
        Arrays.fill(model.logProbs(context, continuations()), 77);
        assertArrayEquals(copy, found, "log-probabilities that a later call changed (expected: unchanged)");
        assertArrayEquals(copy, model.logProbs(context, continuations()), tolerance(), "logProbs, asked again");
    }

    /** Every continuation has a token, and an empty one is refused. */
    @Test
    protected void continuationsHaveTokens() {
        ScoringModel model = model();
        for (String context : allContexts()) {
            for (String continuation : continuations()) {
                int tokens = model.tokens(context, continuation);
                assertTrue(tokens >= 1, () -> "tokens: " + tokens + " (expected: >= 1)");
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.logProbs(context, List.of(continuations().get(0), "")),
                    "logProbs of an empty continuation");
        }
    }

    /** The model has a name that stays. */
    @Test
    protected void theNameStays() {
        ScoringModel model = model();
        assertFalse(model.model().isBlank(), "model(): blank (expected: a name)");
        assertEquals(model.model(), model.model(), "model(), asked again");
    }

    /** Several threads get the answers that one gets. */
    @Test
    protected void threadsGetTheSameAnswers() {
        ScoringModel model = model();
        List<String> contexts = allContexts();
        List<double[]> alone = new ArrayList<>();
        for (String context : contexts) {
            alone.add(model.logProbs(context, continuations()));
        }
        Threads.run(i -> {
            int k = i % contexts.size();
            double[] found = model.logProbs(contexts.get(k), continuations());
            assertArrayEquals(alone.get(k), found, tolerance(), "logProbs, in several threads");
        });
    }
}
