package io.github.rlllm.rl4llm.feedback;

import java.util.List;
import java.util.Optional;

/**
 * How far annotators agree beyond chance: kappa = (observed - expected) / (1 - expected).
 *
 * @param items comparisons that were counted, at least 1
 * @param observed share of agreement, 0 to 1
 * @param expected share of agreement by chance, 0 to 1
 * @param kappa at most 1; 0 is chance; NaN where chance alone agrees always, as when everybody said the same throughout
 */
public record Agreement(int items, double observed, double expected, double kappa) {
    private static Agreement of(int items, double observed, double expected) {
        return new Agreement(
                items, observed, expected, expected == 1 ? Double.NaN : (observed - expected) / (1 - expected));
    }

    /**
     * Cohen's kappa of two annotators (Cohen 1960) over the comparisons that both judged: each has an own distribution of
     * verdicts, of which chance is made.
     *
     * @param comparisons with votes
     * @param one an annotator
     * @param other another
     * @return their agreement
     * @throws IllegalArgumentException if they judged no comparison both
     */
    public static Agreement cohen(List<Comparison> comparisons, String one, String other) {
        int kinds = Verdict.values().length;
        int[][] table = new int[kinds][kinds];
        int items = 0;
        for (Comparison comparison : comparisons) {
            Optional<Verdict> a = verdict(comparison, one);
            Optional<Verdict> b = verdict(comparison, other);
            if (a.isPresent() && b.isPresent()) {
                table[a.get().ordinal()][b.get().ordinal()]++;
                items++;
            }
        }
        if (items == 0) {
            throw new IllegalArgumentException(
                    "annotators: " + one + " and " + other + " (expected: two that judged a comparison both)");
        }
        double observed = 0;
        double expected = 0;
        for (int i = 0; i < kinds; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < kinds; j++) {
                row += table[i][j];
                column += table[j][i];
            }
            observed += (double) table[i][i] / items;
            expected += row * column / items / items;
        }
        return of(items, observed, expected);
    }

    /**
     * Fleiss' kappa of all annotators (Fleiss 1971): chance is made of the verdicts of all together. Comparisons with fewer
     * than two votes are left out; where the numbers of votes differ, each comparison's agreement is that of its own votes.
     *
     * @param comparisons with votes
     * @return their agreement
     * @throws IllegalArgumentException if no comparison has two votes
     */
    public static Agreement fleiss(List<Comparison> comparisons) {
        long[] totals = new long[Verdict.values().length];
        double observed = 0;
        long all = 0;
        int items = 0;
        for (Comparison comparison : comparisons) {
            double votes = comparison.votes().size();
            if (votes < 2) {
                continue;
            }
            int[] counts = comparison.counts();
            double pairs = 0;
            for (int i = 0; i < counts.length; i++) {
                totals[i] += counts[i];
                all += counts[i];
                pairs += (double) counts[i] * (counts[i] - 1);
            }
            observed += pairs / (votes * (votes - 1));
            items++;
        }
        if (items == 0) {
            throw new IllegalArgumentException("comparisons: none with two votes (expected: one at least)");
        }
        double expected = 0;
        for (long total : totals) {
            expected += (double) total / all * total / all;
        }
        return of(items, observed / items, expected);
    }

    private static Optional<Verdict> verdict(Comparison comparison, String annotator) {
        return comparison.votes().stream()
                .filter(vote -> vote.annotator().equals(annotator))
                .map(Vote::verdict)
                .findFirst();
    }
}
