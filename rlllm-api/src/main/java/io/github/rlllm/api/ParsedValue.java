package io.github.rlllm.api;

import java.util.function.Function;

/** An accepted answer. */
record ParsedValue<T>(T value) implements Parsed<T> {
    @Override
    public <R> R fold(Function<? super T, ? extends R> accepted, Function<? super String, ? extends R> rejected) {
        return accepted.apply(value);
    }
}
