package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.engine.program.RewardSchema;
import java.util.Objects;

/**
 * A task that a reward is designed for: what a proposer is told (the sentence and the schema), what a learner learns in, and
 * what a learned policy is judged by. The sparse baseline is the metric itself, paid at the
 * end of an episode. Nothing of it and of the human reward is told to a proposer. Thread-safe.
 *
 * @param <A> the type of an action
 * @param name such as {@code mountain-car}; letters, digits and hyphens
 * @param sentence the task in one sentence, as the proposer reads it
 * @param schema the inputs of a reward program
 * @param binding a transition as inputs
 * @param worlds where to learn and where to be judged
 * @param learning with what to learn
 * @param metric what a behaviour is judged by
 * @param human a reward that a person wrote for the task, in the language of reward programs
 */
public record RewardTask<A>(
        String name,
        String sentence,
        RewardSchema schema,
        Binding<A> binding,
        Worlds<A> worlds,
        Learning<A> learning,
        TaskMetric<A> metric,
        String human)
        implements RewardBrief {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the name holds anything else than letters, digits and hyphens
     */
    public RewardTask {
        RewardBrief.requireName(name);
        Objects.requireNonNull(sentence, "sentence");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(binding, "binding");
        Objects.requireNonNull(worlds, "worlds");
        Objects.requireNonNull(learning, "learning");
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(human, "human");
    }

    /**
     * The worlds of a task.
     *
     * @param <A> the type of an action
     * @param training where a candidate learns and where its checkpoints are compared
     * @param testing where a finished policy is judged, such as hours that it has not seen; may be the same
     */
    public record Worlds<A>(EnvironmentFactory<float[], A> training, EnvironmentFactory<float[], A> testing) {
        /** Checks the record. */
        public Worlds {
            Objects.requireNonNull(training, "training");
            Objects.requireNonNull(testing, "testing");
        }

        /**
         * The same world for both; episodes still differ by their seeds.
         *
         * @param <A> the type of an action
         * @param world makes the world
         * @return the worlds
         */
        public static <A> Worlds<A> same(EnvironmentFactory<float[], A> world) {
            return new Worlds<>(world, world);
        }
    }

    /**
     * The same task with another number of steps of one training.
     *
     * @param steps at least 1
     * @return a changed copy
     */
    public RewardTask<A> withSteps(long steps) {
        return new RewardTask<>(name, sentence, schema, binding, worlds, learning.withSteps(steps), metric, human);
    }

    /**
     * The same task under another name, so that its trainings are kept apart.
     *
     * @param other letters, digits and hyphens
     * @return a changed copy
     */
    public RewardTask<A> withName(String other) {
        return new RewardTask<>(other, sentence, schema, binding, worlds, learning, metric, human);
    }
}
