package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TabularGoldenTest {
    @Test
    void frozenLakeTablesAndEpisodes() throws IOException {
        int episodes = 0;
        for (JsonNode variant : GoldenEnv.read("frozenlake.json").get("variants")) {
            TabularWorld lake = FrozenLake.of(config(variant));
            assertArrayEquals(GoldenEnv.doubles(variant.get("initial_state_distrib")), lake.startDistribution());
            JsonNode table = variant.get("P");
            assertEquals(table.size(), lake.states());
            for (int s = 0; s < lake.states(); s++) {
                for (int a = 0; a < 4; a++) {
                    List<Transition> expected = new ArrayList<>();
                    for (JsonNode t : table.get(s).get(a)) {
                        expected.add(new Transition(
                                t.get(0).doubleValue(),
                                t.get(1).intValue(),
                                t.get(2).doubleValue(),
                                t.get(3).booleanValue()));
                    }
                    assertEquals(expected, lake.transitions(s, a), "state " + s + ", action " + a);
                }
            }
            episodes += replay(variant, lake);
        }
        assertTrue(episodes > 100, "only " + episodes + " episodes");
    }

    private static FrozenLake.Config config(JsonNode variant) {
        List<String> rows = new ArrayList<>();
        variant.get("desc").forEach(row -> rows.add(row.textValue()));
        JsonNode options = variant.get("kwargs");
        FrozenLake.Config config = FrozenLake.Config.defaults()
                .withMap(rows.toArray(String[]::new))
                .withSlippery(options.get("is_slippery").booleanValue())
                .withMaxSteps(variant.get("max_episode_steps").intValue());
        if (options.has("success_rate")) {
            config = config.withSuccessRate(options.get("success_rate").doubleValue());
        }
        if (options.has("reward_schedule")) {
            double[] rewards = GoldenEnv.doubles(options.get("reward_schedule"));
            config = config.withRewards(rewards[0], rewards[1], rewards[2]);
        }
        return config;
    }

    @Test
    void taxi() throws IOException {
        JsonNode variant = GoldenEnv.read("taxi.json").get("variants").get(0);
        TabularWorld taxi = Taxi.create();
        assertEquals(variant.get("max_episode_steps").intValue(), taxi.maxSteps());
        deterministicTable(variant, taxi);
        for (int s = 0; s < taxi.states(); s++) {
            boolean[] mask = Taxi.actionMask(s);
            for (int a = 0; a < 6; a++) {
                assertEquals(variant.get("action_mask").get(s).get(a).intValue() == 1, mask[a], s + ", " + a);
            }
        }
        assertTrue(replay(variant, taxi) > 40);
    }

    @Test
    void cliffWalking() throws IOException {
        JsonNode variant = GoldenEnv.read("cliffwalking.json").get("variants").get(0);
        TabularWorld cliff = CliffWalking.create();
        assertTrue(variant.get("max_episode_steps").isNull());
        assertEquals(TabularWorld.UNLIMITED, cliff.maxSteps());
        deterministicTable(variant, cliff);
        assertTrue(replay(variant, cliff) > 40);
    }

    private static void deterministicTable(JsonNode variant, TabularWorld world) {
        assertArrayEquals(GoldenEnv.doubles(variant.get("initial_state_distrib")), world.startDistribution(), 1e-15);
        assertEquals(variant.get("next").size(), world.states());
        for (int s = 0; s < world.states(); s++) {
            assertEquals(variant.get("next").get(s).size(), world.actions());
            for (int a = 0; a < world.actions(); a++) {
                Transition expected = new Transition(
                        1,
                        variant.get("next").get(s).get(a).intValue(),
                        variant.get("reward").get(s).get(a).doubleValue(),
                        variant.get("terminated").get(s).get(a).booleanValue());
                assertEquals(List.of(expected), world.transitions(s, a), "state " + s + ", action " + a);
            }
        }
    }

    private static int replay(JsonNode variant, TabularWorld world) {
        int episodes = 0;
        for (JsonNode sequence : variant.get("sequences")) {
            for (JsonNode episode : sequence.get("episodes")) {
                world.begin(episode.get("initial_state").intValue());
                for (int t = 0; t < episode.get("actions").size(); t++) {
                    String where = sequence.get("name").textValue() + ", episode " + episodes + ", step " + t;
                    Step<Integer> step = world.step(
                            episode.get("actions").get(t).intValue(),
                            episode.get("u").get(t).doubleValue());
                    assertEquals(episode.get("obs").get(t).intValue(), step.observation(), where);
                    assertEquals(episode.get("reward").get(t).doubleValue(), step.reward(), where);
                    Ending expected = GoldenEnv.ending(episode, t);
                    assertEquals(expected, step.ending(), where);
                }
                episodes++;
            }
        }
        return episodes;
    }
}
