package io.github.rlllm.examples.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.proxyreward.ProxyRewardConfig;
import io.github.rlllm.llm4rl.text2reward.TableTasks;
import io.github.rlllm.llm4rl.text2reward.Text2RewardConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardRunsTest {
    @TempDir
    private Path folder;

    private RunRequest request() {
        return new RunRequest(1, folder, Progress.none(), Control.none());
    }

    @Test
    @Tag("slow")
    void everyRewardIsKeptWithWhatBecameOfIt() throws IOException {
        Result result = new Text2RewardRun(
                        Text2RewardConfig.defaults().withRounds(1),
                        TableTasks.reach().withSteps(2_048),
                        TableTasks.push().withSteps(2_048),
                        System::nanoTime)
                .run(request());
        assertEquals(12, result.arms().size());
        for (Arm arm : result.arms()) {
            assertEquals(arm.name().contains("scripted"), arm.model().contains("scripted"), arm.name());
        }
        List<String> kept = Files.readAllLines(folder.resolve("rewards.jsonl"));
        assertTrue(kept.size() >= 12, kept.size() + " rewards");
        for (String line : kept) {
            JsonNode reward = new ObjectMapper().readTree(line);
            assertFalse(reward.get("program").asText().isBlank(), line);
            assertEquals(reward.get("verdict").asText().equals("TRAINED"), reward.has("score"), line);
        }
    }

    @Test
    @Tag("slow")
    void answersAreKeptAndScriptedOnesAreCalledSo() throws IOException {
        Result result = new ProxyRewardRun(ProxyRewardConfig.defaults().withEpisodes(20, 10, 5), System::nanoTime)
                .run(request());
        for (Arm arm : result.arms()) {
            assertEquals(arm.name().contains("scripted"), arm.model().contains("scripted"), arm.name());
            assertFalse(arm.model().isBlank());
        }
        assertTrue(Files.size(folder.resolve("answers-seed-1.jsonl")) > 0);
        assertTrue(Files.readString(folder.resolve("answers-seed-1.jsonl")).contains("all-MiniLM-L6-v2, encoder head"));
        assertFalse(Files.readString(folder.resolve("answers-seed-1.jsonl")).contains("scripted"));
    }

    @Test
    void thePromptsAreShown() {
        String shown = ProxyRewardRun.prompts();
        assertTrue(shown.contains("P1 and P2 play the Ultimatum game."));
        assertTrue(shown.contains("Alice and Bob divide a book"));
        assertTrue(shown.contains("Your answer could not be read: neither yes nor no"));
    }
}
