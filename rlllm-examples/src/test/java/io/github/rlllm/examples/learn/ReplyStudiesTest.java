package io.github.rlllm.examples.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.ModelCard;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhfConfig;
import io.github.rlllm.rl4llm.offline.OfflineAlignmentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstrations on hotel replies at a tiny size: every row and aim is there, and what must be equal is. */
class ReplyStudiesTest {
    private static final ReplyBase BASE = ReplyBase.of(3, 6, 20);

    @TempDir
    private Path folder;

    private RunRequest request(boolean resume) {
        return new RunRequest(1, folder, Progress.none(), Control.none(), resume, Duration.ZERO);
    }

    private static Map<String, Arm> arms(Result result) {
        return result.arms().stream().collect(Collectors.toMap(Arm::name, arm -> arm));
    }

    private static double mean(Map<String, Arm> arms, String arm, String metric) {
        Metric found = Objects.requireNonNull(arms.get(arm), arm).metrics().get(metric);
        return Objects.requireNonNull(found, metric).mean();
    }

    @Test
    void atEqualComputeEveryMethodSpendsTheSame() throws IOException {
        RlAgainstNonRl.Sizes sizes = new RlAgainstNonRl.Sizes(32, 1, 8e9, 0.3, 8);
        RlAgainstNonRl table = new RlAgainstNonRl(BASE, sizes, RlAgainstNonRl.Settings.defaults(), () -> 0L);
        Result result = table.run(request(false));
        Map<String, Arm> arms = arms(result);
        assertEquals(1 + 9 + 3, arms.size(), arms.keySet().toString());
        for (String method : RlAgainstNonRl.METHODS) {
            double spent = mean(arms, method, RlAgainstNonRl.FLOPS);
            // An update of PPO, the greatest, takes 6 GFLOP at most.
            assertTrue(spent >= 8 && spent < 14.1, method + " " + spent);
        }
        assertEquals(9 + 1 + 3 + 1, result.aims().size());
        assertEquals(0, mean(arms, RlAgainstNonRl.START, RlAgainstNonRl.KL), 1e-6);
        double n = mean(arms, RlAgainstNonRl.BEST, "n");
        assertEquals(Math.log(n) - (n - 1) / n, mean(arms, RlAgainstNonRl.BEST, RlAgainstNonRl.KL), 1e-12);
        assertFalse(Files.readAllLines(folder.resolve("metrics-curves.jsonl")).isEmpty());
        // What ended is read, not made again.
        assertEquals(result.arms(), table.run(request(true)).arms());
    }

    @Test
    void offlineAlignmentHasEveryRow() throws IOException {
        OfflineAlignmentRun.Sizes sizes = new OfflineAlignmentRun.Sizes(32, 1, 1, 2, 3, 0.1, 8);
        Result result =
                new OfflineAlignmentRun(BASE, sizes, OfflineAlignmentConfig.defaults(), () -> 0L).run(request(false));
        Map<String, Arm> arms = arms(result);
        assertEquals(
                List.of(
                        "SFT",
                        "filtering",
                        "reward-weighted regression",
                        "conditional alignment",
                        "conditional, asked -2",
                        "conditional, asked -1",
                        "conditional, asked +0",
                        "conditional, asked +1",
                        "conditional, asked +2",
                        "PPO",
                        "control: conditional, shuffled preferences"),
                result.arms().stream().map(Arm::name).toList());
        assertEquals(5, result.aims().size());
        assertEquals(0, mean(arms, OfflineAlignmentRun.SFT, OfflineAlignmentRun.FLOPS));
        double conditional = mean(arms, OfflineAlignmentRun.CONDITIONAL, OfflineAlignmentRun.FLOPS);
        assertTrue(conditional > mean(arms, OfflineAlignmentRun.FILTERING, OfflineAlignmentRun.FLOPS));
        assertEquals(
                3, Files.readAllLines(folder.resolve("metrics-curves.jsonl")).size());
    }

    @Test
    void hhRlhfHasEveryRowAndEqualLabels() throws IOException {
        HhRlhfConfig tiny = new HhRlhfConfig(3, 6, 20, 32, 2, 1, 3, 0.001);
        Result result = new HhRlhfRun(tiny, 8, () -> 0L).run(request(false));
        Map<String, Arm> arms = arms(result);
        assertEquals(
                List.of(
                        "SFT",
                        "static",
                        "online",
                        "helpful labels only",
                        "harmless labels only",
                        "control: shuffled labels",
                        "online less static"),
                result.arms().stream().map(Arm::name).toList());
        assertEquals(32, mean(arms, HhRlhfRun.ONLINE, HhRlhfRun.LABELS));
        assertEquals(32, mean(arms, HhRlhfRun.STATIC, HhRlhfRun.LABELS));
        assertEquals(
                mean(arms, HhRlhfRun.ONLINE, HhRlhfRun.BOTH) - mean(arms, HhRlhfRun.STATIC, HhRlhfRun.BOTH),
                mean(arms, HhRlhfRun.ONLINE_LESS_STATIC, HhRlhfRun.BOTH),
                1e-12);
        assertEquals(7, result.aims().size());
        Path models = folder.resolve("models").resolve("seed-1");
        ModelCard card = ModelCard.read(models.resolve("control-shuffled-labels"));
        assertEquals(32, card.annotators().get(0).judgements());
        assertEquals(
                mean(arms, HhRlhfRun.CONTROL, HhRlhfRun.HARMLESS),
                card.figures().get(HhRlhfRun.HARMLESS));
        assertTrue(Files.size(models.resolve("online").resolve("model.safetensors")) > 300_000);
        assertEquals(
                15, Files.readAllLines(folder.resolve("metrics-curves.jsonl")).size());
    }
}
