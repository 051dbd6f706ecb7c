package io.github.rlllm.api;

/**
 * A sequential decision problem (a Markov decision process, or a partially observed one).
 *
 * <p>Confined to one thread at a time; make one per thread through an {@link EnvironmentFactory}. Whoever makes an
 * environment closes it. Equal seeds followed by equal actions give equal observations, rewards and endings: resume
 * depends on it.
 *
 * @param <O> the type of an observation; arrays that are returned belong to the caller and are never changed afterwards
 * @param <A> the type of an action
 */
public interface Environment<O, A> extends AutoCloseable {
    /**
     * The space of observations.
     *
     * @return the same space at every call
     */
    Space<O> observationSpace();

    /**
     * The space of actions.
     *
     * @return the same space at every call
     */
    Space<A> actionSpace();

    /**
     * Begins an episode.
     *
     * @param seed decides all randomness of the episode
     * @return the first observation
     */
    O reset(long seed);

    /**
     * Takes one action.
     *
     * @param action an element of {@link #actionSpace()}
     * @return what follows
     * @throws IllegalArgumentException if the action is outside the space
     * @throws IllegalStateException before the first {@link #reset} and after an episode's end
     */
    Step<O> step(A action);

    /** Releases what the environment holds; does nothing by default. Calling it twice is allowed. */
    @Override
    default void close() {}
}
