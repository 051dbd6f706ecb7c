package io.github.rlllm.rl4llm.feedback;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The shapes of the lines of a file of preferences, each a JSON object; fields that are not named here are ignored. */
public enum Shape {
    /**
     * {@code prompt}, {@code chosen}, {@code rejected}; or {@code prompt}, {@code first}, {@code second} and {@code verdict}
     * {@code "tie"}, or without a verdict where nobody has judged. {@code by}, a text or a whole number, names the
     * annotator. Lines with the {@code verdict} {@code "skip"} say nothing, and {@code "undo"} takes back the last line that
     * stands: so the journal of a {@link FeedbackSession} is of this shape.
     */
    PAIRS,
    /**
     * {@code chosen}, {@code rejected}: two dialogues of the form {@code "\n\nHuman: ...\n\nAssistant: ..."}. What they have
     * in common up to an {@code "\n\nAssistant:"} is the prompt, the rest the answers; where two dialogues part before
     * their last turn, the answers hold the turns that follow. An answer may be empty, and {@code by} as in pairs.
     */
    TRANSCRIPTS,
    /**
     * {@code prompt}, {@code answers} (2 to 100 texts), {@code ranks} (as many whole numbers, smaller is better, equal is a
     * tie): every two answers are a comparison. {@code by} as in pairs.
     */
    RANKINGS,
    /**
     * {@code instruction} and {@code input} (one may be empty), {@code response1}, {@code response2} (which may be empty),
     * {@code annotators}: an array with a verdict of each annotator, 1, 2 or 0 for a tie. The annotators are named by their
     * place, "1", "2" and so on.
     */
    VOTES;

    /**
     * A shape by its name.
     *
     * @param name such as {@code pairs}
     * @return the shape
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static Shape named(String name) {
        return Arrays.stream(values())
                .filter(shape -> shape.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("shape: " + name + " (expected: one of "
                        + Arrays.stream(values()).map(Shape::label).collect(Collectors.joining(", ")) + ")"));
    }

    /**
     * The name.
     *
     * @return in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
