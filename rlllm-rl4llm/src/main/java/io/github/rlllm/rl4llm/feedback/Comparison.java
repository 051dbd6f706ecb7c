package io.github.rlllm.rl4llm.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Two answers to one prompt, and what was said of them.
 *
 * @param prompt what was asked, or a dialogue up to the turn that is answered
 * @param first an answer; may be empty
 * @param second another; may be empty
 * @param votes the verdicts, at most one of each named annotator; none where nobody has judged yet
 */
public record Comparison(String prompt, String first, String second, List<Vote> votes) {
    /** Checks and copies. */
    public Comparison {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        votes = List.copyOf(votes);
    }

    /**
     * The verdict with the most votes.
     *
     * @return nothing if there are no votes or two verdicts have equally many
     */
    public Optional<Verdict> majority() {
        int[] counts = counts();
        Verdict most = Verdict.FIRST;
        boolean alone = true;
        for (Verdict verdict : List.of(Verdict.SECOND, Verdict.TIE)) {
            int lead = counts[verdict.ordinal()] - counts[most.ordinal()];
            alone = lead > 0 || (alone && lead < 0);
            most = lead > 0 ? verdict : most;
        }
        return alone ? Optional.of(most) : Optional.empty();
    }

    /**
     * The answer that most votes prefer.
     *
     * @return nothing if the majority is a tie or there is none
     */
    public Optional<String> chosen() {
        return majority().filter(verdict -> verdict != Verdict.TIE).map(this::preferred);
    }

    /**
     * The answer that the majority does not prefer.
     *
     * @return nothing if the majority is a tie or there is none
     */
    public Optional<String> rejected() {
        return majority().filter(verdict -> verdict != Verdict.TIE).map(verdict -> preferred(verdict.swapped()));
    }

    private String preferred(Verdict verdict) {
        return verdict == Verdict.FIRST ? first : second;
    }

    /** Votes by the verdict's ordinal. */
    int[] counts() {
        int[] counts = new int[Verdict.values().length];
        votes.forEach(vote -> counts[vote.verdict().ordinal()]++);
        return counts;
    }

    /** The same with one vote more. */
    Comparison with(Vote vote) {
        List<Vote> more = new ArrayList<>(votes);
        more.add(vote);
        return new Comparison(prompt, first, second, more);
    }
}
