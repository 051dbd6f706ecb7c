package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Step;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ClassicControlGoldenTest {
    @Test
    void cartPole() throws IOException {
        CartPole world = new CartPole();
        JsonNode golden = GoldenEnv.read("cartpole.json");
        assertTrue(replay(golden, world, world::resetTo, world::state) > 1000);

        JsonNode past = golden.get("past_termination");
        double[] state = GoldenEnv.doubles(past.get("initial_state"));
        for (JsonNode recorded : past.get("steps")) {
            world.resetTo(state);
            Step<float[]> step = world.step(recorded.get("action").intValue());
            state = GoldenEnv.doubles(recorded.get("state"));
            assertArrayEquals(state, world.state(), 1e-12);
            boolean terminated = recorded.get("terminated").booleanValue();
            assertEquals(terminated ? Ending.TERMINATED : Ending.NONE, step.ending());
            if (terminated) {
                assertThrows(IllegalStateException.class, () -> world.step(0));
            }
        }
    }

    @Test
    void mountainCar() throws IOException {
        MountainCar world = new MountainCar();
        assertTrue(replay(GoldenEnv.read("mountaincar.json"), world, world::resetTo, world::state) > 900);
    }

    @Test
    void acrobot() throws IOException {
        Acrobot world = new Acrobot();
        assertTrue(replay(GoldenEnv.read("acrobot.json"), world, world::resetTo, world::state) > 900);
    }

    /** Every step from the recorded state before it: the dynamics are unstable, so that whole episodes drift apart. */
    private static int replay(
            JsonNode golden,
            Environment<float[], Integer> world,
            Function<double[], float[]> resetTo,
            Supplier<double[]> state) {
        int steps = 0;
        for (JsonNode sequence : golden.get("sequences")) {
            for (JsonNode episode : sequence.get("episodes")) {
                double[] before = GoldenEnv.doubles(episode.get("initial_state"));
                assertObservation(episode.get("initial_obs"), resetTo.apply(before), "initial");
                int length = episode.get("actions").size();
                for (int t = 0; t < length; t++) {
                    String where = sequence.get("name").textValue() + ", step " + t;
                    resetTo.apply(before);
                    Step<float[]> step =
                            world.step(episode.get("actions").get(t).intValue());
                    before = GoldenEnv.doubles(episode.get("state").get(t));
                    assertArrayEquals(before, state.get(), 1e-12, where);
                    assertObservation(episode.get("obs").get(t), step.observation(), where);
                    assertEquals(episode.get("reward").get(t).doubleValue(), step.reward(), where);
                    boolean terminated = episode.get("terminated").get(t).booleanValue();
                    assertEquals(terminated ? Ending.TERMINATED : Ending.NONE, step.ending(), where);
                    steps++;
                }
                if (GoldenEnv.ending(episode, length - 1) == Ending.TRUNCATED) {
                    assertEquals(golden.get("env").get("max_episode_steps").intValue(), length);
                }
            }
        }
        return steps;
    }

    private static void assertObservation(JsonNode expected, float[] actual, String where) {
        assertEquals(expected.size(), actual.length, where);
        for (int i = 0; i < actual.length; i++) {
            assertEquals(expected.get(i).doubleValue(), actual[i], 1e-6, where);
        }
    }
}
