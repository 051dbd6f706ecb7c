package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.engine.run.KeptList;
import java.util.List;
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

    /**
     * The baseline of a reward model: the share of preferences whose chosen reply is the longer one; equal lengths count half.
     *
     * @param preferences at least one
     * @return from 0 to 1
     */
    public static double longerIsChosen(List<Preference> preferences) {
        double right = 0;
        for (Preference preference : preferences) {
            int lead = preference.chosen.completion().length - preference.rejected.completion().length;
            right += (1 + Integer.signum(lead)) / 2.0;
        }
        return right / preferences.size();
    }

    /**
     * A list that is kept with a run.
     *
     * @return an empty list
     */
    public static KeptList<Preference> list() {
        return new KeptList<>(
                (out, preference) -> {
                    Reply.write(out, preference.chosen);
                    Reply.write(out, preference.rejected);
                },
                in -> new Preference(Reply.read(in), Reply.read(in)));
    }
}
