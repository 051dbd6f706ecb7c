package io.github.rlllm.llm4rl.design;

/**
 * Maps a transition to the inputs of a reward program, which are all that the program gets to see. Thread-safe.
 *
 * @param <A> the type of an action
 */
@FunctionalInterface
public interface Binding<A> {
    /**
     * Writes the inputs.
     *
     * @param before the observation before the action; not to be changed
     * @param action what was done
     * @param after the observation after the action; not to be changed
     * @param inputs is filled: one number an input in the order of the schema, arrays flat
     */
    void bind(float[] before, A action, float[] after, double[] inputs);
}
