package io.github.rlllm.api;

/**
 * Makes environments of one kind, for parallel work. Thread-safe; the environments that it makes are independent.
 *
 * @param <O> the type of an observation
 * @param <A> the type of an action
 */
@FunctionalInterface
public interface EnvironmentFactory<O, A> {
    /**
     * Makes a new environment.
     *
     * @return an environment that the caller closes
     */
    Environment<O, A> create();
}
