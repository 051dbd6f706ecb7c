package io.github.rlllm.rl4llm.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GroupAccuracyTest {
    private static Comparison pair(String prompt, String first, String second, Vote... votes) {
        return new Comparison(prompt, first, second, List.of(votes));
    }

    private static Vote vote(String by, Verdict verdict) {
        return new Vote(by, verdict);
    }

    /** The score is the number of the letter a. */
    private static double score(String prompt, String answer) {
        return answer.chars().filter(c -> c == 'a').count();
    }

    private static final List<Comparison> PAIRS = List.of(
            pair("room", "aa", "bbb", vote("ada", Verdict.FIRST), vote("bob", Verdict.SECOND)),
            pair("room", "b", "aaa", vote("ada", Verdict.SECOND), vote("bob", Verdict.SECOND)),
            pair("food", "ab", "bab", vote("ada", Verdict.FIRST), vote("cleo", Verdict.TIE)),
            pair("food", "a", "bb", vote("bob", Verdict.TIE)));

    @Test
    void eachAnnotatorHasAnAccuracyOfItsOwn() {
        List<GroupAccuracy> found = GroupAccuracy.byAnnotator(PAIRS, GroupAccuracyTest::score);
        assertEquals(
                List.of("ada", "bob"), found.stream().map(GroupAccuracy::group).toList());
        // Ada: right, right, a tie of the scores. Bob: wrong, right.
        assertEquals(new PairAccuracy(3, 1, 2.5 / 3), found.get(0).accuracy());
        assertEquals(new PairAccuracy(3, 0, 1 / 3.0), found.get(0).longer());
        assertEquals(new PairAccuracy(2, 0, .5), found.get(1).accuracy());
        assertEquals(new PairAccuracy(2, 0, 1), found.get(1).longer());
    }

    @Test
    void subgroupsAreJudgedByTheMajority() {
        List<GroupAccuracy> found = GroupAccuracy.bySubgroup(PAIRS, GroupAccuracyTest::score, Comparison::prompt);
        // The first pair has no majority; of food nothing has one but ada's, which cleo's tie takes away.
        assertEquals(1, found.size());
        assertEquals("room", found.get(0).group());
        assertEquals(new PairAccuracy(1, 0, 1), found.get(0).accuracy());
        assertThrows(
                IllegalArgumentException.class,
                () -> GroupAccuracy.bySubgroup(PAIRS, (prompt, answer) -> Double.NaN, Comparison::prompt));
    }

    /** Of 10 right 8: Wilson's interval as Newcombe (1998) computes it. */
    @Test
    void theIntervalIsWilsons() {
        List<Comparison> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(pair("p" + i, "a", "b", vote("x", i < 8 ? Verdict.FIRST : Verdict.SECOND)));
        }
        GroupAccuracy found =
                GroupAccuracy.byAnnotator(ten, GroupAccuracyTest::score).get(0);
        assertEquals(.8, found.accuracy().accuracy());
        assertEquals(.4902, found.low(), 5e-5);
        assertEquals(.9433, found.high(), 5e-5);
        List<Comparison> eight = ten.subList(0, 8);
        GroupAccuracy all =
                GroupAccuracy.byAnnotator(eight, GroupAccuracyTest::score).get(0);
        assertEquals(1, all.high(), 1e-12);
        assertEquals(.6756, all.low(), 5e-5);
    }

    @Property(tries = 100)
    void theIntervalHoldsTheAccuracyAndStaysWithinOne(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<Comparison> pairs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            pairs.add(pair(
                    "p" + i % 3,
                    "a".repeat(rng.nextInt(3)) + "b",
                    "a".repeat(rng.nextInt(3)) + "bb",
                    vote("x" + rng.nextInt(2), rng.nextBoolean() ? Verdict.FIRST : Verdict.SECOND)));
        }
        List<GroupAccuracy> all = new ArrayList<>(GroupAccuracy.byAnnotator(pairs, GroupAccuracyTest::score));
        assertEquals(n, all.stream().mapToInt(one -> one.accuracy().pairs()).sum());
        all.addAll(GroupAccuracy.bySubgroup(pairs, GroupAccuracyTest::score, Comparison::prompt));
        for (GroupAccuracy one : all) {
            assertTrue(0 <= one.low() && one.low() <= one.accuracy().accuracy());
            assertTrue(one.accuracy().accuracy() <= one.high() && one.high() <= 1);
        }
    }
}
