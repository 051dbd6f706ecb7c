package io.github.rlllm.engine.decoding;

import io.github.rlllm.api.Completion.Finish;
import java.util.Arrays;
import java.util.Objects;

/**
 * What was drawn.
 *
 * @param tokens after the prompt, with the stop sequence where it came
 * @param logProbs of the tokens by the model itself, at temperature 1 and with nothing left out, in nats
 * @param stop the length of the stop sequence at the end, or the number of tokens that hold the stop text or a part of it; 0
 *     if none came
 * @param finish LENGTH if the limit cut it, else STOP
 */
public record TokenSample(int[] tokens, double[] logProbs, int stop, Finish finish) {
    /** Checks the record; the arrays are not copied. */
    public TokenSample {
        Objects.requireNonNull(finish, "finish");
        if (tokens.length != logProbs.length || stop < 0 || stop > tokens.length) {
            throw new IllegalArgumentException("tokens, logProbs, stop: " + tokens.length + ", " + logProbs.length
                    + ", " + stop + " (expected: as many log-probabilities as tokens, 0 <= stop <= tokens)");
        }
    }

    /**
     * The tokens before the stop sequence. Where a stop text begins within a token, {@link StopTexts#before} gives what stands
     * before it in that token too.
     *
     * @return a copy
     */
    public int[] answer() {
        return Arrays.copyOf(tokens, tokens.length - stop);
    }
}
