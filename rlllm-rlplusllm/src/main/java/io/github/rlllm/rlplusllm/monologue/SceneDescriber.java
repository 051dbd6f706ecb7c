package io.github.rlllm.rlplusllm.monologue;

/**
 * Says what is to be seen (passive scene description): the objects that a detector finds, the sub-goals that are finished.
 *
 * @param <S> the type of the state
 */
@FunctionalInterface
public interface SceneDescriber<S> {
    /**
     * Describes.
     *
     * @param state the present state
     * @return words; line breaks become spaces
     */
    String describe(S state);
}
