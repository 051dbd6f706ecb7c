package io.github.rlllm.engine.decoding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a sample ends and what it may be.
 *
 * @param longest the greatest number of tokens, at least 1
 * @param stop token sequences that end it, none empty; the token that ends a text is one of length 1
 * @param only the sequences of which it is one, none the beginning of another; null leaves it free
 */
public record SampleLimits(
        int longest, List<int[]> stop, @Nullable TokenTrie only) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if {@code longest < 1}, a stop sequence is empty, or one of {@code only} begins
     *     another
     */
    public SampleLimits {
        stop = stop.stream().map(int[]::clone).toList();
        if (longest < 1) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: >= 1)");
        }
        for (int i = 0; i < stop.size(); i++) {
            if (stop.get(i).length == 0) {
                throw new IllegalArgumentException("stop[" + i + "]: empty (expected: at least one token)");
            }
        }
        if (only != null && !only.prefixFree()) {
            throw new IllegalArgumentException(
                    "only: one sequence begins another (expected: none does; let each end with"
                            + " the token that ends a text)");
        }
    }

    /**
     * A limit of length alone.
     *
     * @param longest at least 1
     * @return limits without stop sequences
     */
    public static SampleLimits of(int longest) {
        return new SampleLimits(longest, List.of(), null);
    }

    /**
     * The same with other stop sequences.
     *
     * @param sequences end the sample, none empty
     * @return a changed copy
     */
    public SampleLimits withStop(List<int[]> sequences) {
        return new SampleLimits(longest, sequences, only);
    }

    /**
     * The same for a sample that is one of some sequences.
     *
     * @param sequences none the beginning of another
     * @return a changed copy
     */
    public SampleLimits withOnly(TokenTrie sequences) {
        return new SampleLimits(longest, stop, sequences);
    }

    /** The length of the longest stop sequence that ends the first {@code length} tokens; 0 if none does. */
    int stopped(int[] tokens, int length) {
        int found = 0;
        for (int[] sequence : stop) {
            boolean ends = sequence.length <= length;
            for (int i = 0; ends && i < sequence.length; i++) {
                ends = tokens[length - sequence.length + i] == sequence[i];
            }
            found = ends ? Math.max(found, sequence.length) : found;
        }
        return found;
    }
}
