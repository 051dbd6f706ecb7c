package io.github.rlllm.examples.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.Load;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.eureka.EurekaConfig;
import io.github.rlllm.llm4rl.selfrefined.SelfRefinedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignDemonstrationsTest {
    private static final List<RewardTask<?>> TASKS =
            List.of(RewardTasks.mountainCar().withSteps(2048));

    @TempDir
    private Path folder;

    private RunRequest request(boolean resume) {
        return new RunRequest(1, folder, Progress.none(), Control.none(), resume, RunRequest.CHECKPOINT_EVERY);
    }

    @Test
    void eurekaHasItsBaselinesItsControlsAndARecordOfEveryReward() throws IOException {
        EurekaConfig config = EurekaConfig.defaults().withSearch(2, 2, 1).withTrainings(1, 1);
        Result result = new EurekaDemonstration(config, TASKS, () -> 0).run(request(false));
        assertEquals(
                List.of(
                        "mountain-car: sparse reward",
                        "mountain-car: human reward",
                        "mountain-car: grammar search, reflection",
                        "mountain-car: grammar search, K x N independent",
                        "mountain-car: grammar search, shuffled reflection"),
                result.arms().stream().map(Arm::name).toList());
        assertEquals("grammar search (no language model)", result.arms().get(2).model());
        assertEquals(4, result.aims().size());
        assertEquals(12, Files.readAllLines(folder.resolve("candidates.jsonl")).size());
        long journal = Files.size(folder.resolve("journal.jsonl"));
        Result again = new EurekaDemonstration(config, TASKS, () -> 0).run(request(true));
        assertEquals(result, again);
        assertEquals(journal, Files.size(folder.resolve("journal.jsonl")), "nothing was trained again");
    }

    @Test
    void selfRefinedShowsTheFirstRewardBesideTheRefinedOne() throws IOException {
        SelfRefinedConfig config = SelfRefinedConfig.defaults().withRounds(1).withTrainings(1, 1);
        Result result = new SelfRefinedDemonstration(config, TASKS, () -> 0).run(request(false));
        assertEquals(4, result.arms().size());
        assertTrue(result.arms().get(3).name().endsWith("grammar search, refined"));
        assertFalse(result.arms().get(3).metrics().get("refinements").values().isEmpty());
        assertEquals(2, Files.readAllLines(folder.resolve("candidates.jsonl")).size());
    }

    /** Two seeds are two restarts; the better has a row of its own, with five trainings. */
    @Test
    void theBestRestartIsTrainedAgain() throws IOException {
        EurekaConfig config = EurekaConfig.defaults().withSearch(2, 1, 1).withTrainings(1, 1);
        RunRequest two = new RunRequest(2, folder, Progress.none(), Control.none());
        Result result = new EurekaDemonstration(
                        config, List.of(RewardTasks.mountainCar().withSteps(1024)), () -> 0)
                .run(two);
        Arm best = result.arms().get(3);
        assertEquals("mountain-car: grammar search, reflection, best of 2 restarts", best.name());
        assertEquals(5, best.metrics().get("task metric").values().size());
        assertEquals(8, result.arms().size());
    }

    /** The first part of a trace is trained on, the rest judged on, and no request is in both. */
    @Test
    void aTraceIsCutInTwoAndNamesItsTask() throws IOException {
        Path file = folder.resolve("trace.csv");
        StringBuilder text = new StringBuilder("arrival_ms,context_tokens,generated_tokens\n");
        for (int second = 0; second <= 1000; second++) {
            text.append(second * 1000).append(second < 600 ? ",100,10\n" : ",900,90\n");
        }
        Files.writeString(file, text);
        Servers servers = Servers.trace(file);
        assertEquals(13, servers.config().decisions(), "200 of 400 s, a decision every 15 s");
        assertTrue(
                servers.task().name().matches("autoscaling-[0-9a-f]{1,8}"),
                servers.task().name());
        assertFalse(servers.task().name().equals(Servers.generated().task().name()));
        for (int seed = 0; seed < 20; seed++) {
            Load training = Arrivals.trace(file, 0, Servers.TRAINING, 1).episode(seed, 195);
            Load testing = Arrivals.trace(file, Servers.TRAINING, 1, 1).episode(seed, 195);
            assertTrue(Arrays.stream(training.tokensIn()).allMatch(tokens -> tokens == 100));
            assertTrue(Arrays.stream(testing.tokensIn()).allMatch(tokens -> tokens == 900));
            assertEquals(195, testing.size(), 1);
        }
        Files.writeString(file, "arrival_ms,context_tokens,generated_tokens\n0,1,1\n70000,1,1\n");
        IllegalArgumentException shortOne = assertThrows(IllegalArgumentException.class, () -> Servers.trace(file));
        assertTrue(shortOne.getMessage().contains("lasts 70"), shortOne.getMessage());
    }

    @Test
    void withATraceTheServersAloneAreRun() throws IOException {
        Path file = folder.resolve("trace.csv");
        StringBuilder text = new StringBuilder("arrival_ms,context_tokens,generated_tokens\n");
        for (int second = 0; second <= 200; second++) {
            text.append(second * 1000).append(",2000,30\n");
        }
        Files.writeString(file, text);
        RunRequest request = new RunRequest(
                1,
                folder,
                Progress.none(),
                Control.none(),
                false,
                RunRequest.CHECKPOINT_EVERY,
                null,
                new RunRequest.Given(null, file));
        EurekaConfig config = EurekaConfig.defaults().withSearch(1, 1, 1).withTrainings(1, 1);
        Result result = new EurekaDemonstration(config, TASKS, () -> 0).run(request);
        assertEquals(6, result.arms().size());
        for (Arm arm : result.arms()) {
            assertTrue(arm.name().startsWith("autoscaling-"), arm.name());
            assertTrue(arm.metrics().containsKey("cost"), arm.name());
        }
        assertTrue(result.arms().get(5).name().endsWith(": threshold autoscaler, tuned on the training hours"));
    }
}
