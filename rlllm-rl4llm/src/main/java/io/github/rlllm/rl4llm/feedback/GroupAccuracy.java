package io.github.rlllm.rl4llm.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/**
 * How well a reward model serves one annotator or one subgroup: a good accuracy over all can hide that it is no better than
 * chance, or than the longer answer, for some. The interval is Wilson's (1927) of 95 %; a tie of the scores counts as half
 * right. It is over comparisons: where several share a prompt it is too narrow.
 *
 * @param group the annotator's or subgroup's name
 * @param accuracy of the reward model
 * @param low end of the interval, 0 to 1
 * @param high end of the interval, 0 to 1
 * @param longer of the longer answer on the same comparisons
 */
public record GroupAccuracy(String group, PairAccuracy accuracy, double low, double high, PairAccuracy longer) {
    private static final double Z = 1.959963984540054;

    /** Checks the record. */
    public GroupAccuracy {
        Objects.requireNonNull(group, "group");
    }

    /**
     * Against each annotator's own votes, in the order of their names; annotators who preferred nothing are left out.
     *
     * @param comparisons with votes
     * @param score of a prompt and an answer, finite; higher is better; asked about every answer several times
     * @return one line each
     * @throws IllegalArgumentException if a score is not finite
     */
    public static List<GroupAccuracy> byAnnotator(
            List<Comparison> comparisons, ToDoubleBiFunction<String, String> score) {
        TreeSet<String> names = new TreeSet<>();
        comparisons.forEach(comparison -> comparison.votes().stream()
                .filter(vote -> vote.verdict() != Verdict.TIE)
                .forEach(vote -> names.add(vote.annotator())));
        List<GroupAccuracy> found = new ArrayList<>();
        for (String name : names) {
            found.add(of(
                    name,
                    PairAccuracy.of(comparisons, score, name),
                    PairAccuracy.of(comparisons, PairAccuracy::length, name)));
        }
        return found;
    }

    /**
     * Against the majority in each subgroup, in the order of their names; subgroups in which nothing was preferred are left
     * out.
     *
     * @param comparisons with votes
     * @param score of a prompt and an answer, finite; higher is better
     * @param group the subgroup of a comparison, such as what its prompt is about or how long it is
     * @return one line each
     * @throws IllegalArgumentException if a score is not finite
     */
    public static List<GroupAccuracy> bySubgroup(
            List<Comparison> comparisons,
            ToDoubleBiFunction<String, String> score,
            Function<Comparison, String> group) {
        Map<String, List<Comparison>> groups = new TreeMap<>();
        comparisons.stream()
                .filter(comparison -> comparison.chosen().isPresent())
                .forEach(comparison -> groups.computeIfAbsent(group.apply(comparison), name -> new ArrayList<>())
                        .add(comparison));
        List<GroupAccuracy> found = new ArrayList<>();
        groups.forEach((name, members) ->
                found.add(of(name, PairAccuracy.of(members, score), PairAccuracy.ofLongerAnswer(members))));
        return found;
    }

    /** Wilson's interval: where the score test does not reject, {@code |p - accuracy| <= z sqrt(p (1 - p) / n)}. */
    private static GroupAccuracy of(String group, PairAccuracy accuracy, PairAccuracy longer) {
        double n = accuracy.pairs();
        double p = accuracy.accuracy();
        double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        // Rounding must not put the accuracy 0 or 1 outside.
        return new GroupAccuracy(
                group,
                accuracy,
                Math.min(p, Math.max(0, centre - half)),
                Math.max(p, Math.min(1, centre + half)),
                longer);
    }
}
