package io.github.rlllm.rl4llm.feedback;

import java.util.Objects;

/**
 * One annotator's verdict.
 *
 * @param annotator a name, unique in a file; empty where the file names none
 * @param verdict what was said
 */
public record Vote(String annotator, Verdict verdict) {
    /** Checks the record. */
    public Vote {
        Objects.requireNonNull(annotator, "annotator");
        Objects.requireNonNull(verdict, "verdict");
    }
}
