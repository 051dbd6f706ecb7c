package io.github.rlllm.rl4llm.feedback;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/**
 * How often a score prefers what people preferred. A reward model's is to be read beside that of the longer answer, which
 * people often prefer whatever it says (Singhal et al. 2023).
 *
 * @param pairs comparisons with a preference, at least 1; ties and those without a verdict are left out
 * @param ties of them those whose two scores are equal, each counted as half right
 * @param accuracy 0 to 1
 */
public record PairAccuracy(int pairs, int ties, double accuracy) {
    /**
     * Against the majority of the votes.
     *
     * @param comparisons with votes
     * @param score of a prompt and an answer, finite; higher is better
     * @return the accuracy
     * @throws IllegalArgumentException if no comparison has a preference or a score is not finite
     */
    public static PairAccuracy of(List<Comparison> comparisons, ToDoubleBiFunction<String, String> score) {
        return of(comparisons, score, Comparison::majority);
    }

    /**
     * Against one annotator.
     *
     * @param comparisons with votes
     * @param score of a prompt and an answer, finite; higher is better
     * @param annotator the annotator's name
     * @return the accuracy
     * @throws IllegalArgumentException if the annotator preferred nothing or a score is not finite
     */
    public static PairAccuracy of(
            List<Comparison> comparisons, ToDoubleBiFunction<String, String> score, String annotator) {
        return of(
                comparisons,
                score,
                comparison -> comparison.votes().stream()
                        .filter(vote -> vote.annotator().equals(annotator))
                        .map(Vote::verdict)
                        .findFirst());
    }

    /**
     * The baseline: the longer answer is the better one.
     *
     * @param comparisons with votes
     * @return its accuracy against the majority, length in code points
     * @throws IllegalArgumentException if no comparison has a preference
     */
    public static PairAccuracy ofLongerAnswer(List<Comparison> comparisons) {
        return of(comparisons, PairAccuracy::length);
    }

    /** In code points. */
    static double length(String prompt, String answer) {
        return answer.codePointCount(0, answer.length());
    }

    private static PairAccuracy of(
            List<Comparison> comparisons,
            ToDoubleBiFunction<String, String> score,
            Function<Comparison, Optional<Verdict>> truth) {
        int pairs = 0;
        int ties = 0;
        int right = 0;
        for (Comparison comparison : comparisons) {
            Verdict verdict = truth.apply(comparison).orElse(Verdict.TIE);
            if (verdict == Verdict.TIE) {
                continue;
            }
            double first = score.applyAsDouble(comparison.prompt(), comparison.first());
            double second = score.applyAsDouble(comparison.prompt(), comparison.second());
            if (!Double.isFinite(first) || !Double.isFinite(second)) {
                throw new IllegalArgumentException("score: " + first + ", " + second + " (expected: finite)");
            }
            pairs++;
            ties += first == second ? 1 : 0;
            right += (verdict == Verdict.FIRST ? first > second : second > first) ? 1 : 0;
        }
        if (pairs == 0) {
            throw new IllegalArgumentException("comparisons: none with a preference (expected: one at least)");
        }
        return new PairAccuracy(pairs, ties, (right + ties / 2.0) / pairs);
    }
}
