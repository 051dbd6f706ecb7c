package io.github.rlllm.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.engine.returns.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Returns over several steps against Stable-Baselines3's NStepReplayBuffer, which keeps single precision. */
class ReplayBufferGoldenTest {
    @Test
    void everyStartOfTheRecording() throws IOException {
        JsonNode entry = Golden.read("rlmath/returns.json").get("sb3_nstep_buffer");
        int filled = entry.get("filled").asInt();
        ReplayBuffer buffer = new ReplayBuffer(2 * filled);
        for (int t = 0; t < filled; t++) {
            buffer.add(
                    new float[] {t},
                    t % 3,
                    entry.get("rewards").get(t).asDouble(),
                    new float[] {t + 1},
                    Golden.ending(
                            entry.get("terminated").get(t).asBoolean(),
                            entry.get("truncated").get(t).asBoolean()));
        }
        Transitions batch = new Transitions(1);
        for (int t = 0; t < filled; t++) {
            buffer.gather(t, entry.get("n").asInt(), entry.get("gamma").asDouble(), batch, 0);
            assertEquals(t, batch.observations()[0][0]);
            assertEquals(t % 3, batch.actions()[0]);
            assertEquals(entry.get("n_step_reward_float32").get(t).asDouble(), batch.rewards()[0], 1e-6);
            assertEquals(entry.get("bootstrap_step").get(t).asDouble(), batch.nextObservations()[0][0], "step " + t);
            boolean done = entry.get("done_for_bootstrap").get(t).asBoolean();
            double discount = entry.get("bootstrap_discount_float32").get(t).asDouble();
            assertEquals(done ? 0 : discount, batch.discounts()[0], 1e-6, "step " + t);
        }
    }
}
