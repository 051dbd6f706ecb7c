package io.github.rlllm.engine.world.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.GoldenEnv;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MiniGridGoldenTest {
    @Test
    void everyRolloutOfEveryLevel() throws IOException {
        int steps = 0;
        int levels = 0;
        for (JsonNode level : GoldenEnv.read("minigrid.json").get("levels")) {
            levels++;
            for (JsonNode variant : level.get("variants")) {
                String where = level.get("id").textValue() + " " + variant.get("env_seed");
                assertEquals(0, variant.get("box_contents").size(), where);
                steps += replay(layout(variant, where), variant, where);
            }
        }
        assertEquals(7, levels);
        assertTrue(steps > 3000, "only " + steps + " steps");
    }

    /** Size, limit, sight and mission of our levels are the recorded ones. */
    @Test
    void levelsHaveTheRecordedFrame() throws IOException {
        int checked = 0;
        for (JsonNode recorded : GoldenEnv.read("minigrid.json").get("levels")) {
            JsonNode variant = recorded.get("variants").get(0);
            Layout ours = level(recorded.get("id").textValue()).generate(new SplittableRandom(7));
            assertEquals(variant.get("width").intValue(), ours.width());
            assertEquals(variant.get("height").intValue(), ours.height());
            assertEquals(variant.get("max_steps").intValue(), ours.maxSteps());
            assertEquals(variant.get("see_through_walls").booleanValue(), ours.seeThroughWalls());
            if (variant.get("instr").isNull()) {
                assertEquals(variant.get("mission").textValue(), ours.mission().text());
            }
            checked++;
        }
        assertEquals(7, checked);
    }

    private static Level level(String id) {
        return switch (id) {
            case "MiniGrid-Empty-8x8-v0" -> Levels.empty(8);
            case "MiniGrid-DoorKey-5x5-v0" -> Levels.doorKey(5);
            case "MiniGrid-DoorKey-8x8-v0" -> Levels.doorKey(8);
            case "MiniGrid-FourRooms-v0" -> Levels.fourRooms();
            case "BabyAI-GoToObj-v0" -> Levels.goToObject();
            case "BabyAI-GoToLocal-v0" -> Levels.goToLocal();
            case "BabyAI-PickupLoc-v0" -> Levels.pickUpLocation();
            default -> throw new AssertionError(id);
        };
    }

    private static Layout layout(JsonNode variant, String where) {
        int width = variant.get("width").intValue();
        Layout layout = Layout.decode(width, variant.get("height").intValue(), bytes(variant.get("grid")))
                .agent(
                        variant.get("agent_pos").get(0).intValue(),
                        variant.get("agent_pos").get(1).intValue(),
                        variant.get("agent_dir").intValue())
                .maxSteps(variant.get("max_steps").intValue())
                .seeThroughWalls(variant.get("see_through_walls").booleanValue());
        JsonNode instruction = variant.get("instr");
        if (instruction.isNull()) {
            return layout.mission(Mission.reachGoal(variant.get("mission").textValue()));
        }
        JsonNode words = instruction.get("desc");
        ObjectDescription which = new ObjectDescription(
                ObjectKind.valueOf(words.get("type").textValue().toUpperCase(Locale.ROOT)),
                words.get("color").isNull()
                        ? null
                        : GridColor.valueOf(words.get("color").textValue().toUpperCase(Locale.ROOT)),
                words.get("loc").isNull()
                        ? null
                        : ObjectDescription.Side.valueOf(
                                words.get("loc").textValue().toUpperCase(Locale.ROOT)));
        Mission mission = switch (instruction.get("kind").textValue()) {
            case "GoToInstr" -> Mission.goTo(layout, which);
            case "PickupInstr" -> Mission.pickUp(layout, which);
            default -> throw new AssertionError(instruction);
        };
        assertEquals(variant.get("mission").textValue(), mission.text(), where);
        List<Integer> targets = new ArrayList<>();
        instruction
                .get("matches")
                .forEach(place -> targets.add(
                        place.get(1).intValue() * width + place.get(0).intValue()));
        assertEquals(targets, mission.targets(), where);
        return layout.mission(mission);
    }

    private static int replay(Layout layout, JsonNode variant, String where) {
        MiniGrid world = new MiniGrid(rng -> layout);
        int steps = 0;
        for (JsonNode rollout : variant.get("rollouts")) {
            GridObservation first = world.reset(0);
            assertArrayEquals(bytes(variant.get("initial_image")), first.image(), where);
            for (int t = 0; t < rollout.get("actions").size(); t++) {
                String at = where + " " + rollout.get("name").textValue() + ", step " + t;
                Step<GridObservation> step =
                        world.step(rollout.get("actions").get(t).intValue());
                assertArrayEquals(
                        bytes(rollout.get("images").get(t)), step.observation().image(), at);
                assertEquals(
                        rollout.get("dir").get(t).intValue(), step.observation().direction(), at);
                assertEquals(rollout.get("pos").get(t).get(0).intValue(), world.agentX(), at);
                assertEquals(rollout.get("pos").get(t).get(1).intValue(), world.agentY(), at);
                assertEquals(rollout.get("reward").get(t).doubleValue(), step.reward(), at);
                assertEquals(GoldenEnv.ending(rollout, t), step.ending(), at);
                carrying(rollout.get("carrying").get(t), world, at);
                steps++;
            }
            assertArrayEquals(bytes(rollout.get("final_grid")), world.grid(), where);
        }
        return steps;
    }

    private static void carrying(JsonNode recorded, MiniGrid world, String at) {
        ObjectKind kind = world.carriedKind();
        GridColor color = world.carriedColor();
        if (recorded.isNull()) {
            assertNull(kind, at);
            return;
        }
        assertNotNull(kind, at);
        assertNotNull(color, at);
        assertEquals(recorded.get(0).intValue(), kind.ordinal(), at);
        assertEquals(recorded.get(1).intValue(), color.ordinal(), at);
    }

    private static byte[] bytes(JsonNode array) {
        byte[] values = new byte[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) array.get(i).intValue();
        }
        return values;
    }
}
