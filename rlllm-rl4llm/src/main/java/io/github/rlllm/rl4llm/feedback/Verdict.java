package io.github.rlllm.rl4llm.feedback;

/** What an annotator said of two answers. */
public enum Verdict {
    /** The first is better. */
    FIRST,
    /** The second is better. */
    SECOND,
    /** Neither is. */
    TIE;

    /**
     * The verdict on the same answers, the other way round.
     *
     * @return the first for the second, the second for the first, a tie for a tie
     */
    public Verdict swapped() {
        return switch (this) {
            case FIRST -> SECOND;
            case SECOND -> FIRST;
            case TIE -> TIE;
        };
    }
}
