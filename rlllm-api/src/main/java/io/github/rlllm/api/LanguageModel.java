package io.github.rlllm.api;

/**
 * A language model that answers in text. Thread-safe. Failures of transport are unchecked exceptions of the
 * implementation and are never turned into text.
 */
@FunctionalInterface
public interface LanguageModel {
    /**
     * Answers a prompt.
     *
     * @param prompt what is asked
     * @return the answer with its cost
     */
    Completion complete(Prompt prompt);
}
