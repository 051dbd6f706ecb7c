package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Parsed;
import java.util.List;

/**
 * Who answers whether an episode is what the user wants. Thread-safe. The implementations: {@link LanguageLabeler} (a
 * model that answers in text), {@link LikelihoodLabeler} (exact log-probabilities of yes and no), {@link EncoderLabeler}
 * (a sentence encoder and a head), {@link ScriptedLabeler} (a program with a declared error).
 *
 * @param <E> the type of an episode
 */
public interface Labeler<E> {
    /**
     * Answers once.
     *
     * @param episode what came of the episode, for scripted labelers; a language model is shown the question alone
     * @param question what is asked
     * @param refused why the answers before this one could not be read, in order; empty the first time
     * @return yes or no, or why the answer is neither
     */
    Parsed<Boolean> label(E episode, Question question, List<String> refused);

    /**
     * The identity of what answers, as it goes into provenance; a scripted one says so.
     *
     * @return a name
     */
    String model();
}
