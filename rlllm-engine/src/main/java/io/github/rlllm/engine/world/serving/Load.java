package io.github.rlllm.engine.world.serving;

/**
 * The requests of one episode in columns, in the order of their arrival.
 *
 * @param seconds when each arrives, from the episode's start, rising
 * @param tokensIn tokens of each prompt, at least 0
 * @param tokensOut tokens of each answer, at least 0
 */
public record Load(double[] seconds, int[] tokensIn, int[] tokensOut) {
    /**
     * Checks; keeps the arrays, which must not be changed afterwards.
     *
     * @throws IllegalArgumentException if lengths differ, times fall or a count is negative
     */
    public Load {
        if (seconds.length != tokensIn.length || seconds.length != tokensOut.length) {
            throw new IllegalArgumentException("load: columns of " + seconds.length + ", " + tokensIn.length + ", "
                    + tokensOut.length + " (expected: equal lengths)");
        }
        for (int i = 0; i < seconds.length; i++) {
            if (!(seconds[i] >= (i == 0 ? 0 : seconds[i - 1])) || seconds[i] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("seconds[" + i + "]: " + seconds[i] + " (expected: rising from 0)");
            }
            if (tokensIn[i] < 0 || tokensOut[i] < 0) {
                throw new IllegalArgumentException(
                        "tokens[" + i + "]: " + tokensIn[i] + ", " + tokensOut[i] + " (expected: >= 0)");
            }
        }
    }

    /**
     * The number of requests.
     *
     * @return at least 0
     */
    public int size() {
        return seconds.length;
    }
}
