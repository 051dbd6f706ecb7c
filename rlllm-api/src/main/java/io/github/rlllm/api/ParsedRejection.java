package io.github.rlllm.api;

import java.util.function.Function;

/** A rejected answer. */
record ParsedRejection<T>(String reason) implements Parsed<T> {
    @Override
    public <R> R fold(Function<? super T, ? extends R> accepted, Function<? super String, ? extends R> rejected) {
        return rejected.apply(reason);
    }
}
