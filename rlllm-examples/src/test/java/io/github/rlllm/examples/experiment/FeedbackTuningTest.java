package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.ModelCard;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackTuningTest {
    private static final InstructGptConfig TINY =
            new InstructGptConfig(4, 8, 32, 1, new InstructGptConfig.Ppo(6, 8, 1, 8, 0.1, 1e-3, 0));

    @TempDir
    private Path folder;

    @Test
    void everyRowCurveAndAimIsThere() throws IOException {
        RunRequest run = new RunRequest(1, folder, Progress.none(), Control.none());
        Result result = new FeedbackTuning(TINY, 16, 0, () -> 0L).run(ExperimentRequest.of(run));
        assertEquals(
                List.of(
                        "SFT",
                        "best of 8",
                        "SFT, equal extra compute",
                        "PPO",
                        "PPO on the true score",
                        "PPO, KL off",
                        "control: PPO, shuffled preferences",
                        "reward model",
                        "diagnosis"),
                result.arms().stream().map(Arm::name).toList());
        assertTrue(result.arms().get(0).model().contains("annotator simulated, agreement 0."));
        assertEquals(4, result.aims().size());
        // Of TINY's pairs 15 % are held out, so that the share is a multiple of one over twice as many.
        int held = Math.max(4, (int) (0.15 * TINY.pairs()));
        for (String figure : List.of("accuracy on held-out preferences", "longer reply on held-out preferences")) {
            double share = result.arms().get(7).metrics().get(figure).mean();
            assertTrue(share >= 0 && share <= 1, figure);
            assertEquals(Math.rint(share * 2 * held), share * 2 * held, 1e-9, figure);
        }
        // Three arms of PPO with six rollouts each, and twelve without the KL term.
        assertEquals(
                30, Files.readAllLines(folder.resolve("metrics-feedback.jsonl")).size());
    }

    @Test
    void everyModelIsKeptWithItsCardAndTheMixIsARowMore() throws IOException {
        RunRequest run = new RunRequest(1, folder, Progress.none(), Control.none());
        Result result = new FeedbackTuning(TINY, 16, 1, () -> 0L).run(ExperimentRequest.of(run));
        assertEquals(10, result.arms().size());
        assertEquals(5, result.aims().size());
        Arm mix = result.arms().get(7);
        assertEquals("PPO-ptx", mix.name());
        assertTrue(mix.metrics().get("held-out corpus").mean() > 0);

        Path models = folder.resolve("models");
        assertEquals(
                List.of("pre-trained", "SFT"),
                List.of("pre-trained", "SFT").stream()
                        .filter(row -> Files.exists(models.resolve(row).resolve("model.safetensors")))
                        .toList());
        assertEquals("instructgpt, SFT", ModelCard.read(models.resolve("SFT")).model());
        Path seed = models.resolve("seed-1");
        for (String row : List.of(
                "SFT-equal-extra-compute",
                "reward-model",
                "shuffled-preferences",
                "PPO",
                "PPO-on-the-true-score",
                "PPO-KL-off",
                "PPO-ptx",
                "control-PPO-shuffled-preferences")) {
            ModelCard card = ModelCard.read(seed.resolve(row));
            assertEquals(1, card.provenance().seed(), row);
            boolean judged = !row.startsWith("SFT") && !row.contains("true");
            assertEquals(judged ? 1 : 0, card.annotators().size(), row);
        }
        assertEquals(
                mix.metrics().get("true score").mean(),
                ModelCard.read(seed.resolve("PPO-ptx")).figures().get("true score"));
        double score = CausalLm.open(TorchRuntime.start(), seed.resolve("reward-model"))
                .scores(new int[][] {{1, 2, 3}})[0];
        assertTrue(Double.isFinite(score));
    }

    @Test
    void whatIsDiagnosedAloneIsWhatTheTableShows() throws IOException {
        ExperimentRequest request = ExperimentRequest.of(new RunRequest(1, folder, Progress.none(), Control.none()));
        Arm shown =
                new FeedbackTuning(TINY, 16, 0, () -> 0L).run(request).arms().get(7);
        Diagnosis.Reward alone =
                new FeedbackTuning(TINY, 16, 0, () -> 0L).diagnosed(request, 1).get(0);
        assertEquals(shown.metrics().get("accuracy on its own preferences").mean(), alone.before());
        assertEquals(shown.metrics().get("accuracy on PPO against SFT samples").mean(), alone.after());
    }

    @Test
    void aPersonsFileIsReadBeforeAnythingIsTrained() throws IOException {
        Path file = Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\": 1}\n");
        RunRequest run = new RunRequest(1, folder, Progress.none(), Control.none());
        assertEquals(
                file + ", line 1: prompt is number (expected: a text)",
                assertThrows(
                                IOException.class,
                                () -> new FeedbackTuning(TINY, 16, 0, () -> 0L)
                                        .run(new ExperimentRequest(run, "", null, file)))
                        .getMessage());
    }

    @Test
    void aFileOfPreferencesIsRefusedWhereTheFaultIsInThem() {
        RunRequest run = new RunRequest(1, folder, Progress.none(), Control.none());
        assertEquals(
                "preferences: p.jsonl (expected: none with break reward, which collects its own)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ExperimentRequest(run, "reward", null, Path.of("p.jsonl")))
                        .getMessage());
        assertEquals(
                "break: rewards (expected: one of plan, skills, reward)",
                assertThrows(IllegalArgumentException.class, () -> new ExperimentRequest(run, "rewards", null, null))
                        .getMessage());
    }
}
