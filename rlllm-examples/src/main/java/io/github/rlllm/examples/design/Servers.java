package io.github.rlllm.examples.design;

import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.ServingConfig;
import io.github.rlllm.engine.world.serving.ThresholdAutoscaler;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Judged;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32;

/** The servers of a run, on generated hours or on a trace, and the classical baseline for them. */
record Servers(RewardTask<Integer> task, ServingConfig config) {
    /** The part of a trace's time that is trained on; the rest is judged on. */
    static final double TRAINING = 0.6;

    private static final long TUNING_SEED = 31;
    private static final int TUNING_EPISODES = 40;
    private static final long TEST_SEED = 9001;

    /** On generated hours. */
    static Servers generated() {
        ServingConfig config = ServingConfig.defaults();
        return new Servers(
                RewardTasks.autoscaling(config, Arrivals.generated("training"), Arrivals.generated("testing")), config);
    }

    /**
     * On a trace: its first part is trained on, the rest judged on. An episode is half of the shorter part, half an hour at
     * most, so that episodes differ. The task is named by the trace's contents: what was trained on another is not taken for it.
     */
    static Servers trace(Path file) throws IOException {
        double part = (1 - TRAINING) * Arrivals.traceSeconds(file);
        ServingConfig standard = ServingConfig.defaults();
        int decisions = (int) Math.min(standard.decisions(), part / 2 / standard.control());
        if (decisions < 1) {
            throw new IllegalArgumentException("arrivals: " + file + " lasts " + part / (1 - TRAINING)
                    + " s (expected: >= " + 2 * standard.control() / (1 - TRAINING) + ")");
        }
        ServingConfig config = standard.withDecisions(decisions);
        CRC32 contents = new CRC32();
        contents.update(Files.readAllBytes(file));
        RewardTask<Integer> task = RewardTasks.autoscaling(
                        config, Arrivals.trace(file, 0, TRAINING, 1), Arrivals.trace(file, TRAINING, 1, 1))
                .withName("autoscaling-" + Long.toHexString(contents.getValue()));
        return new Servers(task, config);
    }

    /** The best of a grid of thresholds on training hours, judged on the testing hours. */
    Judged threshold(int seed) {
        ThresholdAutoscaler best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (double target : new double[] {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
            for (double margin : new double[] {0, 0.1, 0.2, 0.4}) {
                ThresholdAutoscaler tried = new ThresholdAutoscaler(target, 1, margin, config);
                double value = Judged.of(
                                tried::at, task.worlds().training(), task.metric(), TUNING_EPISODES, TUNING_SEED + seed)
                        .value();
                if (value > most) {
                    most = value;
                    best = tried;
                }
            }
        }
        return Judged.of(
                Objects.requireNonNull(best, "best")::at,
                task.worlds().testing(),
                task.metric(),
                CandidateTraining.TEST_EPISODES,
                TEST_SEED);
    }
}
