package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.learner.PpoConfig.Annealing;
import io.github.rlllm.engine.learner.PpoConfig.Loss;
import io.github.rlllm.engine.learner.PpoConfig.Rollout;
import io.github.rlllm.engine.learner.PpoConfig.Updates;
import io.github.rlllm.engine.learner.PpoConfig.ValueLoss;
import java.util.Objects;

/**
 * Settings of {@link PlannerActorReporter} and of the policy that it is compared with.
 *
 * @param actor how the Actor learns; its budget is in environment steps
 * @param reporter how the Reporter learns; its budget is in sentences
 * @param flat how the policy that does everything learns; its budget is set to the environment steps that Actor and Reporter took
 * @param instructionSteps the most environment steps of one instruction, from 1 to 160
 */
public record ReporterConfig(PpoConfig actor, PpoConfig reporter, PpoConfig flat, int instructionSteps) {
    /** Checks the record. */
    public ReporterConfig {
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(reporter, "reporter");
        Objects.requireNonNull(flat, "flat");
        if (instructionSteps < 1 || instructionSteps > 160) {
            throw new IllegalArgumentException(
                    "instructionSteps: " + instructionSteps + " (expected: from 1 to 160, the room's limit)");
        }
    }

    /**
     * What learns in about half a minute of one core.
     *
     * @return 300,000 steps for the Actor, 8,192 sentences for the Reporter, 40 steps an instruction
     */
    public static ReporterConfig defaults() {
        Loss loss = new Loss(0.2, 0.01, 0.5, ValueLoss.SQUARED, 0.2, true);
        Annealing falling = new Annealing(true, false);
        PpoConfig walking = PpoConfig.defaults()
                .withDiscounts(0.97, 0.95)
                .withRollout(new Rollout(16, 128, 300_000), new Updates(4, 256, Double.POSITIVE_INFINITY))
                .withLoss(loss)
                .withAnnealing(falling);
        walking = walking.withAdam(walking.adam().withLearningRate(1e-3));
        PpoConfig saying = PpoConfig.defaults()
                .withHidden(32, 32)
                .withDiscounts(0.9, 0.95)
                .withRollout(new Rollout(8, 32, 8_192), new Updates(4, 64, Double.POSITIVE_INFINITY))
                .withLoss(new Loss(0.2, 0.003, 0.5, ValueLoss.SQUARED, 0.2, true))
                .withAnnealing(falling);
        saying = saying.withAdam(saying.adam().withLearningRate(3e-3));
        return new ReporterConfig(walking, saying, walking.withDiscounts(0.99, 0.95), 40);
    }

    /**
     * The same with other budgets.
     *
     * @param actorSteps environment steps of the Actor's training, at least 1
     * @param sentences of the Reporter's training, at least 1
     * @return a changed copy
     */
    public ReporterConfig withBudgets(long actorSteps, long sentences) {
        return new ReporterConfig(budget(actor, actorSteps), budget(reporter, sentences), flat, instructionSteps);
    }

    /**
     * The same with another way to learn everything at once.
     *
     * @param value how the policy that does everything learns
     * @return a changed copy
     */
    public ReporterConfig withFlat(PpoConfig value) {
        return new ReporterConfig(actor, reporter, value, instructionSteps);
    }

    /** The same with another budget. */
    static PpoConfig budget(PpoConfig config, long steps) {
        Rollout rollout = config.rollout();
        return config.withRollout(new Rollout(rollout.environments(), rollout.steps(), steps), config.updates());
    }
}
