package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Prompt;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The next line by a language model that answers in text and gives no probabilities. Its answer has to be one of the lines;
 * what is none is told to it a bounded number of times. As thread-safe as the model.
 */
public final class GeneratedLine implements OptionScorer<String> {
    private static final int ATTEMPTS = 3;
    private static final int TOKENS = 200;

    private final LanguageModel model;

    /**
     * A scorer.
     *
     * @param model answers
     */
    public GeneratedLine(LanguageModel model) {
        this.model = Objects.requireNonNull(model, "model");
    }

    /**
     * All on the line that was answered.
     *
     * @throws IllegalStateException if no answer of three is one of the lines
     */
    @Override
    public Finite<String> score(String context, List<String> options) {
        String complaint = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            String prompt = prompt(context, options) + complaint;
            String answer =
                    model.complete(Prompt.of(prompt).withMaxTokens(TOKENS)).text();
            int chosen = chosen(answer, options);
            if (chosen >= 0) {
                double[] logits = new double[options.size()];
                Arrays.fill(logits, Double.NEGATIVE_INFINITY);
                logits[chosen] = 0;
                return Finite.softmax(options, logits);
            }
            complaint = "\nNot one of these lines: " + InnerMonologue.oneLine(answer)
                    + "\nAnswer with one of the lines above and nothing else.\n";
        }
        throw new IllegalStateException(
                "line: none of " + ATTEMPTS + " answers (expected: one of " + options.size() + " lines)");
    }

    /**
     * What the model is asked.
     *
     * @param context the lines so far
     * @param options the lines that may come next
     * @return the prompt
     */
    public static String prompt(String context, List<String> options) {
        return "A robot writes down what it does and what it is told.\n\n" + context
                + "\nThe next line is one of:\n" + String.join("\n", options)
                + "\n\nAnswer with the line that comes next, and nothing else.\n";
    }

    /** The first line of an answer that is an option, whatever its case and with or without a full stop; -1 for none. */
    private static int chosen(String answer, List<String> options) {
        for (String line : answer.split("\\R")) {
            String said = line.strip().replaceFirst("\\.$", "");
            for (int i = 0; i < options.size(); i++) {
                if (options.get(i).equalsIgnoreCase(said) || options.get(i).equalsIgnoreCase(line.strip())) {
                    return i;
                }
            }
        }
        return -1;
    }
}
