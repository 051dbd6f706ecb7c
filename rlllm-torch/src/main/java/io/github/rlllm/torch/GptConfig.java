package io.github.rlllm.torch;

/**
 * The shape of a {@link TinyGpt}.
 *
 * @param vocabulary number of tokens, at least 2
 * @param context the greatest number of tokens of a row, at least 2
 * @param layers blocks of attention and perceptron, at least 1
 * @param width numbers a token is represented by, a multiple of {@code heads}
 * @param heads heads of attention, at least 1
 */
public record GptConfig(int vocabulary, int context, int layers, int width, int heads) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public GptConfig {
        atLeast("vocabulary", vocabulary, 2);
        atLeast("context", context, 2);
        atLeast("layers", layers, 1);
        atLeast("width", width, 1);
        atLeast("heads", heads, 1);
        if (width % heads != 0) {
            throw new IllegalArgumentException("width: " + width + " (expected: a multiple of heads = " + heads + ")");
        }
    }

    /**
     * Two layers, width 64, four heads, 48 tokens of context.
     *
     * @param vocabulary number of tokens
     * @return the shape
     */
    public static GptConfig defaults(int vocabulary) {
        return new GptConfig(vocabulary, 48, 2, 64, 4);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
