package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.decoding.SamplingConfig;

/** A language model that lets its caller say how tokens are drawn. Thread-safe. */
public interface SampledLanguageModel extends LanguageModel {
    /**
     * Answers a prompt.
     *
     * @param prompt what is asked
     * @param sampling how tokens are drawn
     * @return the answer with its cost
     */
    Completion complete(Prompt prompt, SamplingConfig sampling);

    /**
     * How tokens are drawn where nobody says.
     *
     * @return the model's own setting
     */
    SamplingConfig sampling();

    @Override
    default Completion complete(Prompt prompt) {
        return complete(prompt, sampling());
    }
}
