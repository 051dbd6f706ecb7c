package io.github.rlllm.llm4rl.design;

import io.github.rlllm.engine.program.RewardSchema;

/** What a proposer may know of a task: all that a loop of one's own needs to have a reward designed for it. Thread-safe. */
public interface RewardBrief {
    /**
     * The task's name, under which its trainings are found.
     *
     * @return lower-case letters, digits and hyphens
     */
    String name();

    /**
     * The task in one sentence.
     *
     * @return as the proposer reads it
     */
    String sentence();

    /**
     * The inputs of a reward.
     *
     * @return the schema
     */
    RewardSchema schema();

    /**
     * A brief alone.
     *
     * @param name lower-case letters, digits and hyphens
     * @param sentence the task in one sentence
     * @param schema the inputs of a reward
     * @return the brief
     * @throws IllegalArgumentException if the name holds anything else
     */
    static RewardBrief of(String name, String sentence, RewardSchema schema) {
        return new PlainBrief(requireName(name), sentence, schema);
    }

    /**
     * Checks a name.
     *
     * @param name a name
     * @return the name
     * @throws IllegalArgumentException if it holds anything else than lower-case letters, digits and hyphens
     */
    static String requireName(String name) {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: lower-case letters, digits, hyphens)");
        }
        return name;
    }
}
