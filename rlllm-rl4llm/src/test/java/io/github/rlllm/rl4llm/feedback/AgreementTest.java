package io.github.rlllm.rl4llm.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static Comparison votes(Verdict... verdicts) {
        List<Vote> votes = new ArrayList<>();
        for (int i = 0; i < verdicts.length; i++) {
            votes.add(new Vote(String.valueOf(i + 1), verdicts[i]));
        }
        return new Comparison("p", "longer", "short", votes);
    }

    @Test
    void cohenOfAKnownTable() {
        List<Comparison> table = new ArrayList<>();
        table.addAll(Collections.nCopies(20, votes(Verdict.FIRST, Verdict.FIRST)));
        table.addAll(Collections.nCopies(5, votes(Verdict.FIRST, Verdict.SECOND)));
        table.addAll(Collections.nCopies(10, votes(Verdict.SECOND, Verdict.FIRST)));
        table.addAll(Collections.nCopies(15, votes(Verdict.SECOND, Verdict.SECOND)));
        table.add(votes(Verdict.TIE));
        Agreement kappa = Agreement.cohen(table, "1", "2");
        assertEquals(50, kappa.items());
        assertEquals(0.7, kappa.observed(), 1e-12);
        assertEquals(0.5, kappa.expected(), 1e-12);
        assertEquals(0.4, kappa.kappa(), 1e-12);
        // Fleiss makes chance of both together: 55 of 100 said the first.
        assertEquals(0.505, Agreement.fleiss(table).expected(), 1e-12);
        assertEquals((0.7 - 0.505) / 0.495, Agreement.fleiss(table).kappa(), 1e-12);
    }

    @Test
    void fleissCountsEveryPairOfVotes() {
        // Of 3 votes one pair in three agrees; shares .5, .5 of 6 votes.
        Agreement kappa = Agreement.fleiss(List.of(
                votes(Verdict.FIRST, Verdict.FIRST, Verdict.SECOND),
                votes(Verdict.SECOND, Verdict.FIRST, Verdict.SECOND)));
        assertEquals(1.0 / 3, kappa.observed(), 1e-12);
        assertEquals(-1.0 / 3, kappa.kappa(), 1e-12);
    }

    @Test
    void agreementThatChanceGivesIsNoNumberAndNobodyInCommonIsRefused() {
        List<Comparison> same = List.of(votes(Verdict.TIE, Verdict.TIE));
        assertTrue(Double.isNaN(Agreement.cohen(same, "1", "2").kappa()));
        assertTrue(Double.isNaN(Agreement.fleiss(same).kappa()));
        assertEquals(
                "annotators: 1 and 3 (expected: two that judged a comparison both)",
                assertThrows(IllegalArgumentException.class, () -> Agreement.cohen(same, "1", "3"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Agreement.fleiss(List.of(votes(Verdict.TIE))));
    }

    @Test
    void accuracyCountsEqualScoresAsHalfAndLeavesTiesOut() {
        List<Comparison> pairs =
                List.of(votes(Verdict.FIRST), votes(Verdict.FIRST), votes(Verdict.SECOND), votes(Verdict.TIE));
        assertEquals(new PairAccuracy(3, 0, 2.0 / 3), PairAccuracy.ofLongerAnswer(pairs));
        assertEquals(new PairAccuracy(3, 3, 0.5), PairAccuracy.of(pairs, (prompt, answer) -> 1));
        assertEquals(
                new PairAccuracy(1, 0, 0),
                PairAccuracy.of(
                        List.of(votes(Verdict.FIRST, Verdict.SECOND)), (prompt, answer) -> answer.length(), "2"));
        assertThrows(IllegalArgumentException.class, () -> PairAccuracy.of(pairs, (prompt, answer) -> Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> PairAccuracy.ofLongerAnswer(List.of(votes(Verdict.TIE))));
    }
}
