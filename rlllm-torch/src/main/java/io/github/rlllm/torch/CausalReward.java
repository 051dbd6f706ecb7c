package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;

/**
 * A reward model over texts: the score head of a {@link CausalLm} after the last token of a question and its answer, written
 * by a template. Under {@link ChatTemplate#PLAIN} a blank stands between them; under {@link ChatTemplate#TRANSCRIPT} a question
 * may be a whole dialogue that ends with {@code "\n\nAssistant:"}. A model judges what is written as it was tuned on, so choose its
 * template. Thread-safe, one computation at a time.
 */
public final class CausalReward implements ToDoubleBiFunction<String, String> {
    private final CausalLm model;
    private final ChatTokens tokens;

    /**
     * A reward model.
     *
     * @param model with a score head
     * @param tokenizer the model's; it is closed by whoever opened it, after the last use
     * @param template how a question and its answer are written
     */
    public CausalReward(CausalLm model, Tokenizer tokenizer, ChatTemplate template) {
        this.model = Objects.requireNonNull(model, "model");
        this.tokens = new ChatTokens(model, tokenizer, template);
    }

    /**
     * The score of an answer.
     *
     * @param prompt what was asked
     * @param answer may be empty
     * @return a finite number; only differences between answers to one prompt mean anything
     * @throws IllegalArgumentException if a text spells a special token, or both are too long for the model
     * @throws IllegalStateException if the model has no score head
     */
    @Override
    public double applyAsDouble(String prompt, String answer) {
        int[] row = tokens.answered(prompt, answer);
        return model.scores(new int[][] {row})[0];
    }
}
