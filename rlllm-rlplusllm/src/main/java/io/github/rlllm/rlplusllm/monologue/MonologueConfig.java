package io.github.rlllm.rlplusllm.monologue;

import java.util.List;
import java.util.Objects;

/**
 * Settings of {@link InnerMonologue}.
 *
 * @param examples monologues that ended well, which the language model reads first; empty for none
 * @param questions what the robot may ask, in words; empty where it asks nothing
 * @param most the most questions of one run, at least 0
 * @param sample whether to draw the next line instead of taking the most probable
 */
public record MonologueConfig(String examples, List<String> questions, int most, boolean sample) {
    /** Checks and copies. */
    public MonologueConfig {
        examples = Objects.requireNonNull(examples, "examples").strip();
        questions = List.copyOf(questions);
        for (int i = 0; i < questions.size(); i++) {
            if (questions.get(i).isBlank()
                    || !questions.get(i).equals(InnerMonologue.oneLine(questions.get(i)))
                    || questions.indexOf(questions.get(i)) < i) {
                throw new IllegalArgumentException(
                        "questions[" + i + "]: '" + questions.get(i) + "' (expected: distinct lines, not blank)");
            }
        }
        if (most < 0) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 0)");
        }
    }

    /**
     * A robot that listens and asks nothing.
     *
     * @return no examples, no questions, the most probable line
     */
    public static MonologueConfig defaults() {
        return new MonologueConfig("", List.of(), 0, false);
    }

    /**
     * The same with other examples.
     *
     * @param value monologues, with empty lines between them
     * @return a changed copy
     */
    public MonologueConfig withExamples(String value) {
        return new MonologueConfig(value, questions, most, sample);
    }

    /**
     * The same with questions.
     *
     * @param times the most questions of one run, at least 0
     * @param value what may be asked
     * @return a changed copy
     */
    public MonologueConfig withQuestions(int times, String... value) {
        return new MonologueConfig(examples, List.of(value), times, sample);
    }

    /**
     * The same, sampling or not.
     *
     * @param value true to sample
     * @return a changed copy
     */
    public MonologueConfig withSample(boolean value) {
        return new MonologueConfig(examples, questions, most, value);
    }
}
