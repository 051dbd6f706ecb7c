package io.github.rlllm.engine.world.social;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.EnvironmentChecker;
import io.github.rlllm.engine.world.social.MatrixGame.Objective;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import io.github.rlllm.engine.world.social.Negotiation.Style;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SocialWorldsTest {
    static Stream<EnvironmentFactory<float[], Integer>> worlds() {
        return Stream.of(
                () -> new UltimatumGame(List.of(new UltimatumGame.Proposal(700, 300))),
                () -> new MatrixGame(Table.STAG),
                Negotiation::new);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theCheckerFindsNothing(EnvironmentFactory<float[], Integer> factory) {
        assertEquals(List.of(), EnvironmentChecker.check(factory));
    }

    @Test
    void whoAcceptsGetsTheShare() {
        UltimatumGame game = new UltimatumGame(List.of(new UltimatumGame.Proposal(700, 300)));
        assertThrows(IllegalStateException.class, game::outcome);
        assertArrayEquals(new float[] {0.3f, (float) (Math.log10(8) / 4), (float) (Math.log10(4) / 4)}, game.reset(1));
        assertEquals(3.0, game.step(UltimatumGame.ACCEPT).reward());
        assertTrue(game.outcome().accepted());
        game.reset(1);
        assertEquals(0.0, game.step(UltimatumGame.REJECT).reward());
        assertFalse(game.outcome().accepted());
    }

    @Test
    void aSumIsWithinItsRange() {
        assertEquals(
                "proposer, responder: -1, 5 cents (expected: each >= 0, together from 1 to 999900)",
                assertThrows(IllegalArgumentException.class, () -> new UltimatumGame.Proposal(-1, 5))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new UltimatumGame.Proposal(0, 0));
        assertThrows(IllegalArgumentException.class, () -> new UltimatumGame.Proposal(999_900, 1));
    }

    /** Which of CC, CD, DC, DD meet an objective, worked out by hand. */
    @Test
    void objectivesOfTheFourGames() {
        assertEquals(Set.of(0, 3), met(Table.BATTLE, Objective.TOTAL_WELFARE));
        assertEquals(Set.of(1, 2), met(Table.BATTLE, Objective.EQUALITY));
        assertEquals(Set.of(0, 3), met(Table.BATTLE, Objective.RAWLSIAN_FAIRNESS));
        assertEquals(Set.of(0, 3), met(Table.BATTLE, Objective.PARETO_OPTIMALITY));
        assertEquals(Set.of(0), met(Table.PRISONERS, Objective.TOTAL_WELFARE));
        assertEquals(Set.of(0, 3), met(Table.PRISONERS, Objective.EQUALITY));
        assertEquals(Set.of(0), met(Table.PRISONERS, Objective.RAWLSIAN_FAIRNESS));
        assertEquals(Set.of(0, 1, 2), met(Table.PRISONERS, Objective.PARETO_OPTIMALITY));
        assertEquals(Set.of(0), met(Table.STAG, Objective.TOTAL_WELFARE));
        assertEquals(Set.of(0, 3), met(Table.STAG, Objective.EQUALITY));
        assertEquals(Set.of(0), met(Table.STAG, Objective.PARETO_OPTIMALITY));
        assertEquals(Set.of(0, 1, 2), met(Table.CHICKEN, Objective.TOTAL_WELFARE));
        assertEquals(Set.of(0, 3), met(Table.CHICKEN, Objective.EQUALITY));
        assertEquals(Set.of(0), met(Table.CHICKEN, Objective.RAWLSIAN_FAIRNESS));
        assertEquals(Set.of(0, 1, 2), met(Table.CHICKEN, Objective.PARETO_OPTIMALITY));
    }

    private static Set<Integer> met(Table table, Objective objective) {
        Set<Integer> outcomes = new HashSet<>();
        IntStream.range(0, 4).filter(outcome -> objective.met(table, outcome)).forEach(outcomes::add);
        return outcomes;
    }

    @Test
    void scramblingKeepsThePayoffsAndChangesTheGame() {
        SplittableRandom rng = new SplittableRandom(3);
        for (int i = 0; i < 50; i++) {
            Table scrambled = Table.STAG.scrambled(rng);
            assertNotEquals(Table.STAG.payoffs(), scrambled.payoffs());
            assertEquals(new HashSet<>(Table.STAG.payoffs()), new HashSet<>(scrambled.payoffs()));
        }
    }

    @Test
    void stylesAreWhatTheySay() {
        Set<Style> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            Negotiation game = new Negotiation();
            game.reset(seed);
            int all = Negotiation.OFFERS.size();
            int first = all; // asks for everything
            Step<float[]> step = game.step(first);
            while (step.ending() == Ending.NONE) {
                step = game.step(seed % 2 == 0 ? first : new SplittableRandom(seed).nextInt(1 + all));
            }
            Negotiation.Dialogue dialogue = game.dialogue();
            assertEquals(step.reward(), dialogue.points());
            for (Style style : Style.values()) {
                if (style.met(dialogue)) {
                    seen.add(style);
                }
            }
            assertFalse(Style.PUSH_OVER.met(dialogue) && Style.COMPETITIVE.met(dialogue));
            assertFalse(Style.VERSATILE.met(dialogue) && Style.STUBBORN.met(dialogue));
            if (seed % 2 == 0 && dialogue.asked().size() > 1) {
                assertTrue(Style.STUBBORN.met(dialogue));
            }
        }
        assertEquals(Set.of(Style.values()), seen);
    }

    @Test
    void aDialogueReadsAsItWent() {
        Negotiation game = new Negotiation();
        game.reset(1);
        game.step(18);
        game.step(Negotiation.ACCEPT);
        String[] lines = game.dialogue().text().split("\n");
        assertEquals(5, lines.length);
        assertTrue(lines[0].startsWith("Bob: You can have "), lines[0]);
        assertEquals("Alice: I want 1 book, 2 hats and 2 balls.", lines[1]);
        assertTrue(lines[2].startsWith("Bob: You can have "), lines[2]);
        assertEquals("Alice: Deal.", lines[3]);
        assertTrue(lines[4].matches("Agreement. Alice gets \\d+ points, Bob gets \\d+ points."), lines[4]);
    }
}
