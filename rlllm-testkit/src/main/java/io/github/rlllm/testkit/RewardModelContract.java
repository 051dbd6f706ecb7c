package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RewardModel} keeps to: finite scores, abstention said and never guessed, batches equal to single
 * scores, combination by sum and factor, use from several threads.
 *
 * @param <T> the type of what is judged
 */
public abstract class RewardModelContract<T> {
    /** For the subclass. */
    protected RewardModelContract() {}

    /**
     * The reward model under test.
     *
     * @return a model
     */
    protected abstract RewardModel<T> model();

    /**
     * What it can judge.
     *
     * @return at least one
     */
    protected abstract List<T> scorable();

    /**
     * What it cannot judge.
     *
     * @return none by default
     */
    protected List<T> unscorable() {
        return List.of();
    }

    /**
     * How far scores in a batch may be from single scores.
     *
     * @return 1e-9 by default
     */
    protected double tolerance() {
        return 1e-9;
    }

    /** What is scorable has a finite score and is left unchanged. */
    @Test
    protected void scoresAreFinite() {
        RewardModel<T> model = model();
        assertFalse(scorable().isEmpty(), "scorable(): none (expected: at least one)");
        for (T judged : scorable()) {
            T copy = Copies.of(judged);
            assertTrue(model.scores(judged), () -> "scores(" + Copies.text(judged) + "): false (expected: true)");
            double score = model.score(judged);
            assertTrue(
                    Double.isFinite(score),
                    () -> "score(" + Copies.text(judged) + "): " + score + " (expected: a finite number)");
            assertTrue(
                    Copies.same(copy, judged),
                    () -> "what was judged became " + Copies.text(judged) + " (expected: unchanged, "
                            + Copies.text(copy) + ")");
        }
    }

    /** What cannot be judged is said, and judging it is a {@link NothingLeftException}. */
    @Test
    protected void whatCannotBeJudgedIsRefused() {
        RewardModel<T> model = model();
        for (T judged : unscorable()) {
            assertFalse(model.scores(judged), () -> "scores(" + Copies.text(judged) + "): true (expected: false)");
            assertThrows(NothingLeftException.class, () -> model.score(judged), "score of what cannot be judged");
            List<T> batch = new ArrayList<>(scorable());
            batch.add(judged);
            assertThrows(NothingLeftException.class, () -> model.scoreAll(batch), "scoreAll with one of them");
        }
    }

    /** A batch has one score each, in its order, equal to the single scores; an empty batch has none. */
    @Test
    protected void batchesEqualSingleScores() {
        RewardModel<T> model = model();
        List<T> batch = new ArrayList<>(scorable());
        equal(model, batch, model.scoreAll(batch));
        Collections.reverse(batch);
        equal(model, batch, model.scoreAll(batch));
        assertEquals(0, model.scoreAll(List.of()).length, "length of scoreAll of nothing");
    }

    private void equal(RewardModel<T> model, List<T> batch, double[] scores) {
        assertEquals(batch.size(), scores.length, "length of scoreAll");
        for (int i = 0; i < scores.length; i++) {
            assertEquals(model.score(batch.get(i)), scores[i], tolerance(), "scoreAll[" + i + "]");
        }
    }

    /** The array of scores belongs to the caller. */
    @Test
    protected void scoresBelongToTheCaller() {
        RewardModel<T> model = model();
        double[] scores = model.scoreAll(scorable());
        double[] copy = scores.clone();
        java.util.Arrays.fill(model.scoreAll(scorable()), 77);
        assertTrue(java.util.Arrays.equals(copy, scores), "scores that a later call changed (expected: unchanged)");
        equal(model, scorable(), model.scoreAll(scorable()));
    }

    /** Sums and factors of it are sums and factors of its scores. */
    @Test
    protected void combines() {
        RewardModel<T> model = model();
        double[] scores = model.scoreAll(scorable());
        double[] doubled = model.plus(model).scoreAll(scorable());
        double[] scaled = model.scaled(-.5).scoreAll(scorable());
        for (int i = 0; i < scores.length; i++) {
            assertEquals(2 * scores[i], doubled[i], 2 * tolerance(), "twice the score");
            assertEquals(-.5 * scores[i], scaled[i], tolerance(), "-.5 times the score");
        }
        for (T judged : unscorable()) {
            assertEquals(7, model.plus(other -> 7).score(judged), "a part that abstains is skipped");
        }
    }

    /** Several threads get the scores that one gets. */
    @Test
    protected void threadsGetTheSameScores() {
        RewardModel<T> model = model();
        List<T> scorable = scorable();
        double[] alone = model.scoreAll(scorable);
        Threads.run(i -> {
            int k = i % alone.length;
            assertEquals(alone[k], model.score(scorable.get(k)), tolerance(), "score, in several threads");
        });
    }
}
