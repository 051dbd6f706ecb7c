package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Parsed;
import java.util.Objects;

/**
 * One proposed reward, under the id of the candidate that it was asked for.
 *
 * @param id the candidate's id
 * @param answer what was answered, whole
 * @param program the program's text in the answer, or why there is none
 */
public record Proposal(String id, String answer, Parsed<String> program) {
    /** Checks the record. */
    public Proposal {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(program, "program");
    }
}
