package io.github.rlllm.api;

import java.util.Objects;
import java.util.function.Function;

/**
 * What became of a language model's answer: a value, or a rejection with its reason, which can go back to the model.
 * Closed; read it with {@link #fold}. Immutable where the value is.
 *
 * @param <T> the type of the value
 */
public sealed interface Parsed<T> permits ParsedValue, ParsedRejection {
    /**
     * A value.
     *
     * @param <T> its type
     * @param value the value
     * @return accepted
     */
    static <T> Parsed<T> accepted(T value) {
        return new ParsedValue<>(Objects.requireNonNull(value, "value"));
    }

    /**
     * A rejection.
     *
     * @param <T> the type of the value that is missing
     * @param reason what was expected and what was found, with line and column where there are any
     * @return rejected
     */
    static <T> Parsed<T> rejected(String reason) {
        return new ParsedRejection<>(Objects.requireNonNull(reason, "reason"));
    }

    /**
     * One of two results.
     *
     * @param <R> the type of the result
     * @param accepted from the value
     * @param rejected from the reason
     * @return the result
     */
    <R> R fold(Function<? super T, ? extends R> accepted, Function<? super String, ? extends R> rejected);
}
