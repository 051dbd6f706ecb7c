package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that ended, without its prompt: an attempt under {@link RetryingModel}, all attempts together over it.
 *
 * @param model the model that was asked for
 * @param maxTokens the limit of tokens that was asked for
 * @param answer what it answered; null where it failed
 * @param failure why it failed; null where it answered
 * @param time how long it took
 */
public record ModelCall(
        String model,
        int maxTokens,
        @Nullable Completion answer,
        @Nullable RuntimeException failure,
        Duration time) {}
