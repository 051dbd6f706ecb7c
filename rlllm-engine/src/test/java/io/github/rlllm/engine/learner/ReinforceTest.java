package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Finite;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.world.social.MatrixGame;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import io.github.rlllm.engine.world.social.Negotiation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReinforceTest {
    private static final float[] SEEN = {1};

    private static Reinforce learner(MatrixGame game, long seed) {
        return new Reinforce(Reinforce.Config.defaults(), game, seed);
    }

    @Test
    void findsTheActionThatIsRewarded() {
        MatrixGame game = new MatrixGame(Table.CHICKEN);
        Reinforce reinforce = learner(game, 1);
        for (int i = 0; i < 600; i++) {
            reinforce.play();
            reinforce.learn(game.outcome() == 2 ? 1 : 0);
        }
        assertTrue(((Finite<Integer>) reinforce.policy().at(SEEN)).probability(2) > 0.9);
        assertEquals(600, reinforce.episodes());
    }

    /**
     * One step of the gradient, by hand: with no hidden layer, input 1 and p = 1/4 each, d log p(a) / d logit b is
     * 1{a = b} - 1/4 for bias and weight alike; Adam's first step is the rate along its sign.
     */
    @Test
    void theFirstStepGoesUpForTheActionTaken() {
        MatrixGame game = new MatrixGame(Table.CHICKEN);
        Reinforce.Config config = new Reinforce.Config(
                List.of(), 0.95, 0, 0.95, 1, AdamConfig.defaults().withLearningRate(0.01));
        Reinforce reinforce = new Reinforce(config, game, 3);
        float[] before = reinforce.weights();
        reinforce.play();
        reinforce.learn(1);
        float[] after = reinforce.weights();
        float[] step = new float[4];
        for (int a = 0; a < 4; a++) {
            step[a] = after[4 + a] - before[4 + a];
        }
        float[] expected = new float[4];
        Arrays.fill(expected, -0.01f);
        expected[game.outcome()] = 0.01f;
        assertArrayEquals(expected, step, 1e-5f);
    }

    @Test
    void equalSeedsGiveEqualWeightsAndWhatIsNotJudgedTeachesNothing() {
        Negotiation one = new Negotiation();
        Reinforce first = new Reinforce(Reinforce.Config.defaults(), one, 7);
        Reinforce second = new Reinforce(Reinforce.Config.defaults(), new Negotiation(), 7);
        float[] initial = first.weights();
        first.play();
        assertArrayEquals(initial, first.weights());
        second.play();
        first.learn(1);
        second.learn(1);
        assertArrayEquals(first.weights(), second.weights());
        assertFalse(Arrays.equals(initial, first.weights()));
    }

    @Test
    void refuses() {
        Reinforce reinforce = learner(new MatrixGame(Table.STAG), 1);
        assertThrows(IllegalStateException.class, () -> reinforce.learn(1));
        Reinforce.Config brief = new Reinforce.Config(List.of(4), 0.95, 0, 0, 1, AdamConfig.defaults());
        Reinforce negotiating = new Reinforce(brief, new Negotiation(), 2);
        assertEquals(
                "episode: not over after 1 steps (expected: at most 1, the configuration's longest)",
                assertThrows(IllegalStateException.class, () -> {
                            for (int i = 0; i < 100; i++) {
                                negotiating.play();
                            }
                        })
                        .getMessage());
        assertEquals(
                "gamma: 1.5 (expected: from 0 to 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Reinforce.Config.defaults().withGamma(1.5))
                        .getMessage());
    }
}
