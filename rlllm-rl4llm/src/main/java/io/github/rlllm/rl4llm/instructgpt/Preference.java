package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.engine.run.KeptList;
import java.util.Objects;

/**
 * Two completions of one prompt, of which one was preferred.
 *
 * @param chosen the preferred
 * @param rejected the other
 */
public record Preference(Reply chosen, Reply rejected) {
    /** Checks the record. */
    public Preference {
        Objects.requireNonNull(chosen, "chosen");
        Objects.requireNonNull(rejected, "rejected");
    }

    /**
     * The same two, the other way round.
     *
     * @return the opposite preference
     */
    public Preference swapped() {
        return new Preference(rejected, chosen);
    }

    /** A list that is kept with a run. */
    static KeptList<Preference> list() {
        return new KeptList<>(
                (out, preference) -> {
                    Reply.write(out, preference.chosen);
                    Reply.write(out, preference.rejected);
                },
                in -> new Preference(Reply.read(in), Reply.read(in)));
    }
}
