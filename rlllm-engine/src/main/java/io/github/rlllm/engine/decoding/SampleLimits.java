package io.github.rlllm.engine.decoding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a sample ends and what it may be.
 *
 * @param longest the greatest number of tokens, at least 1
 * @param stop token sequences that end it, none empty; the token that ends a text is one of length 1
 * @param stopTexts texts that end it, wherever tokens part; null for none
 * @param only what it may be; null leaves it free. The stop tokens come then where it is complete and nowhere else, and stop
 *     sequences of several tokens and stop texts, which would cut it, are refused
 */
public record SampleLimits(
        int longest,
        List<int[]> stop,
        @Nullable StopTexts stopTexts,
        @Nullable Constraint only) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if {@code longest < 1}, a stop sequence is empty, or stop texts or stop sequences of
     *     several tokens stand beside {@code only}
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
        if (only != null && (stopTexts != null || stop.stream().anyMatch(sequence -> sequence.length > 1))) {
            throw new IllegalArgumentException("stop: texts or several tokens beside " + only
                    + " (expected: single tokens, since a constraint says itself where a sample may end)");
        }
    }

    /**
     * A limit of length alone.
     *
     * @param longest at least 1
     * @return limits without stop sequences
     */
    public static SampleLimits of(int longest) {
        return new SampleLimits(longest, List.of(), null, null);
    }

    /**
     * The same with other stop sequences.
     *
     * @param sequences end the sample, none empty
     * @return a changed copy
     */
    public SampleLimits withStop(List<int[]> sequences) {
        return new SampleLimits(longest, sequences, stopTexts, only);
    }

    /**
     * The same with other stop texts.
     *
     * @param texts end the sample
     * @return a changed copy
     */
    public SampleLimits withStopTexts(StopTexts texts) {
        return new SampleLimits(longest, stop, texts, only);
    }

    /**
     * The same for a sample under a constraint. Where one of its texts begins another, a stop token has to say which was
     * meant: see {@link Sampler#sample}.
     *
     * @param constraint what it may be, such as a {@link TokenTrie} or a {@link GrammarConstraint}
     * @return a changed copy
     */
    public SampleLimits withOnly(Constraint constraint) {
        return new SampleLimits(longest, stop, stopTexts, constraint);
    }

    /** The tokens that end a text by themselves, in rising order. */
    int[] ends() {
        return stop.stream()
                .filter(sequence -> sequence.length == 1)
                .mapToInt(sequence -> sequence[0])
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * How many of the first {@code length} tokens belong to what ends them: the longest stop sequence, or the tokens from the
     * one on in which a stop text begins; 0 if nothing does.
     */
    int stopped(int[] tokens, int length) {
        int found = 0;
        for (int[] sequence : stop) {
            boolean ends = sequence.length <= length;
            for (int i = 0; ends && i < sequence.length; i++) {
                ends = tokens[length - sequence.length + i] == sequence[i];
            }
            found = ends ? Math.max(found, sequence.length) : found;
        }
        return stopTexts == null ? found : Math.max(found, stopTexts.stopped(tokens, length));
    }
}
