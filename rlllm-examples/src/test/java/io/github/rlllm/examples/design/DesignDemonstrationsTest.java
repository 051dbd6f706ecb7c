package io.github.rlllm.examples.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.eureka.EurekaConfig;
import io.github.rlllm.llm4rl.selfrefined.SelfRefinedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
