package io.github.rlllm.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a language model is asked. Immutable; the {@code with} methods give changed copies.
 *
 * @param messages the conversation so far, at least one message
 * @param stop texts that end the answer and are not part of it
 * @param maxTokens the greatest number of tokens of the answer, at least 1
 * @param seed for models that can repeat an answer; null leaves it to the model
 * @param schema a JSON schema that the answer must follow; null for free text
 */
public record Prompt(
        List<Message> messages,
        List<String> stop,
        int maxTokens,
        @Nullable Long seed,
        @Nullable String schema) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if there is no message, a stop text is empty or {@code maxTokens < 1}
     */
    public Prompt {
        messages = List.copyOf(messages);
        stop = List.copyOf(stop);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages: none (expected: at least one)");
        }
        for (int i = 0; i < stop.size(); i++) {
            if (stop.get(i).isEmpty()) {
                throw new IllegalArgumentException("stop[" + i + "]: empty (expected: at least one character)");
            }
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens: " + maxTokens + " (expected: >= 1)");
        }
    }

    /**
     * A single question, with at most 1,024 tokens of answer.
     *
     * @param text what the user says
     * @return the prompt
     */
    public static Prompt of(String text) {
        return new Prompt(List.of(new Message(Message.Role.USER, text)), List.of(), 1024, null, null);
    }

    /**
     * The same with another limit.
     *
     * @param tokens at least 1
     * @return a changed copy
     */
    public Prompt withMaxTokens(int tokens) {
        return new Prompt(messages, stop, tokens, seed, schema);
    }

    /**
     * The same with other stop texts.
     *
     * @param texts end the answer; none empty
     * @return a changed copy
     */
    public Prompt withStop(List<String> texts) {
        return new Prompt(messages, texts, maxTokens, seed, schema);
    }

    /**
     * The same with a schema.
     *
     * @param jsonSchema the JSON schema that the answer must follow
     * @return a changed copy
     */
    public Prompt withSchema(String jsonSchema) {
        return new Prompt(messages, stop, maxTokens, seed, jsonSchema);
    }

    /**
     * The same with a seed.
     *
     * @param newSeed the seed
     * @return a changed copy
     */
    public Prompt withSeed(long newSeed) {
        return new Prompt(messages, stop, maxTokens, newSeed, schema);
    }
}
