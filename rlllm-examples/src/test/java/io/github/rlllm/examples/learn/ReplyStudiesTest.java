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
        MethodSeed.Sizes sizes = new MethodSeed.Sizes(32, 1, 8e9, 0.3, 8);
        RlAgainstNonRl table = new RlAgainstNonRl(BASE, sizes, () -> 0L);
        Result result = table.run(request(false));
        Map<String, Arm> arms = arms(result);
        int controls = RlAgainstNonRl.CONTROLS.size();
        assertEquals(1 + 9 + controls, arms.size(), arms.keySet().toString());
        for (MethodTrials.Method method : MethodTrials.methods()) {
            double spent = mean(arms, method.name(), MethodSeed.FLOPS);
            // An update of PPO, the greatest, takes 6 GFLOP at most.
            assertTrue(spent >= 8 && spent < 14.1, method.name() + " " + spent);
        }
        assertEquals(9 + 1 + controls + 1, result.aims().size());
        assertEquals(0, mean(arms, MethodSeed.START, MethodSeed.KL), 1e-6);
        double n = mean(arms, MethodTrials.BEST, "n");
        assertEquals(Math.log(n) - (n - 1) / n, mean(arms, MethodTrials.BEST, MethodSeed.KL), 1e-12);
        assertFalse(Files.readAllLines(folder.resolve("metrics-curves.jsonl")).isEmpty());
        Arm dpo = Objects.requireNonNull(arms.get(MethodTrials.DPO));
        String setting = MethodTrials.of(MethodTrials.DPO)
                .named(MethodTrials.of(MethodTrials.DPO).setting());
        assertTrue(dpo.model().endsWith("; " + setting + ", the best of 3 on development seeds"), dpo.model());
        ModelCard reward =
                ModelCard.read(folder.resolve("models").resolve("seed-1").resolve("where-all-start-reward-model"));
        assertEquals(
                mean(arms, MethodSeed.START, MethodSeed.ACCURACY),
                reward.figures().get(MethodSeed.ACCURACY));
        // What ended is read, not made again.
        assertEquals(result.arms(), table.run(request(true)).arms());
    }

    @Test
    void everyMethodIsTriedWithEquallyManySettingsOnOtherSeedsAndPrompts() throws IOException {
        MethodSeed.Sizes sizes = new MethodSeed.Sizes(32, 1, 3e9, 0.3, 4);
        Result result = new RlAgainstNonRlTrials(BASE, sizes, () -> 0L).run(request(false));
        assertEquals(1 + 9 * 3, result.arms().size());
        assertEquals(9, result.aims().size());
        // The table's setting is one of those that were tried.
        assertTrue(
                result.aims().stream().allMatch(aim -> aim.value() <= 0),
                result.aims().toString());
        assertTrue(Files.exists(folder.resolve("models").resolve("seed-101")));
        assertFalse(Files.exists(folder.resolve("models").resolve("seed-1")));
        assertEquals(2, new RlAgainstNonRlTrials().seeds());
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
                        "conditional, asked -2.0",
                        "conditional, asked -1.0",
                        "conditional, asked +0.0",
                        "conditional, asked +1.0",
                        "conditional, asked +1.5",
                        "PPO",
                        "control: conditional, shuffled preferences"),
                result.arms().stream().map(Arm::name).toList());
        assertEquals(6, result.aims().size());
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
                        "annotators",
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
        ModelCard judge = ModelCard.read(models.resolve("online-reward-model"));
        assertEquals(32, judge.annotators().get(0).judgements());
        String helpful = HhRlhfRun.ACCURACY + "annotator helpful 1";
        assertEquals(mean(arms, HhRlhfRun.ONLINE, helpful), judge.figures().get(helpful));
        ModelCard supervised =
                ModelCard.read(folder.resolve("models").resolve("shared").resolve("SFT"));
        assertEquals(List.of(), supervised.annotators());
        assertTrue(Files.size(models.resolve("online").resolve("model.safetensors")) > 300_000);
        assertEquals(
                15, Files.readAllLines(folder.resolve("metrics-curves.jsonl")).size());
    }
}
