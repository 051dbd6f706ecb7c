package io.github.rlllm.engine.world.secret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.secret.RoomObject.Colour;
import io.github.rlllm.engine.world.secret.RoomObject.Shape;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretRoomTest {
    private final SecretRoom room = new SecretRoom(false);

    /** Walks to an object: rows first. */
    private static void walk(SecretRoom room, RoomObject to) {
        int there = room.cell(to);
        while (room.agent() / 9 != there / 9) {
            room.step(room.agent() / 9 < there / 9 ? 2 : 0);
        }
        while (room.agent() % 9 != there % 9) {
            room.step(room.agent() % 9 < there % 9 ? 1 : 3);
        }
    }

    @Test
    void aThirdOfTheCombinationsIsHeldOutAndEveryColourAndShapeIsInBoth() {
        assertEquals(12, RoomObject.all(true).size());
        assertEquals(24, RoomObject.all(false).size());
        for (boolean heldOut : new boolean[] {true, false}) {
            assertEquals(
                    6,
                    RoomObject.all(heldOut).stream()
                            .map(RoomObject::colour)
                            .distinct()
                            .count());
            assertEquals(
                    6,
                    RoomObject.all(heldOut).stream()
                            .map(RoomObject::shape)
                            .distinct()
                            .count());
        }
        assertTrue(new RoomObject(Colour.RED, Shape.BALL).heldOut());
        assertEquals("grey ring", new RoomObject(Colour.GREY, Shape.RING).words());
    }

    @Test
    void roomsHoldObjectsOfTheirKindAloneOnCellsOfTheirOwn() {
        for (long seed = 0; seed < 200; seed++) {
            for (boolean heldOut : new boolean[] {true, false}) {
                SecretRoom one = new SecretRoom(heldOut);
                one.reset(seed);
                assertEquals(5, new HashSet<>(one.objects()).size());
                assertTrue(one.objects().stream().allMatch(object -> object.heldOut() == heldOut));
                assertEquals(5, one.objects().stream().map(one::cell).distinct().count());
                assertEquals(one.task().named(), one.objects().subList(0, 3));
            }
        }
    }

    @Test
    void theTargetIsWhatTheSecretsSay() {
        int[] targets = new int[3];
        for (long seed = 0; seed < 600; seed++) {
            room.reset(seed);
            SecretTask task = room.task();
            List<RoomObject> named = task.named();
            if (task.kind() == SecretTask.Kind.CONDITION) {
                assertEquals(room.secret(named.get(0)) == task.wanted() ? 1 : 2, task.target());
                targets[task.target()]++;
            } else {
                for (int i = 0; i < 3; i++) {
                    assertEquals(i == task.target(), room.secret(named.get(i)) == task.wanted());
                }
            }
        }
        // both answers to a condition occur about equally often
        assertEquals(0.5, targets[1] / (double) (targets[1] + targets[2]), 0.08);
    }

    @Test
    void pickingUpTheTargetIsRewardedAndEndsTheEpisode() {
        for (long seed = 0; seed < 20; seed++) {
            for (int i = 0; i < 5; i++) {
                room.reset(seed);
                RoomObject object = room.objects().get(i);
                walk(room, object);
                Step<float[]> step = room.step(SecretRoom.PICK_UP);
                assertEquals(i == room.task().target() ? 1 : 0, step.reward());
                assertEquals(Ending.TERMINATED, step.ending());
                assertEquals(object, room.pickedUp());
                assertThrows(IllegalStateException.class, () -> room.step(0));
            }
        }
    }

    @Test
    void onlyExaminingShowsTheSecretAndForOneObservationAlone() {
        for (long seed = 0; seed < 50; seed++) {
            room.reset(seed);
            RoomObject object = room.objects().get((int) seed % 5);
            walk(room, object);
            assertArrayEquals(new float[9], SecretView.texture(room.observation()));
            float[] seen = room.step(SecretRoom.EXAMINE).observation();
            assertEquals(object, room.examined());
            assertEquals(1, seen[SecretView.EXAMINED]);
            assertEquals(room.secret(object), SecretView.meaning(SecretView.texture(seen)));
            float[] after = room.step(0).observation();
            assertNull(room.examined());
            assertArrayEquals(new float[10], java.util.Arrays.copyOfRange(after, 343, 353));
        }
    }

    @Test
    void noSinglePixelTellsTheSecret() {
        double[][] sum = new double[2][9];
        int[] count = new int[2];
        for (long seed = 0; seed < 3_000; seed++) {
            room.reset(seed);
            RoomObject object = room.objects().get(3);
            walk(room, object);
            float[] texture = SecretView.texture(room.step(SecretRoom.EXAMINE).observation());
            int kind = room.secret(object).ordinal();
            count[kind]++;
            for (int i = 0; i < 9; i++) {
                sum[kind][i] += texture[i];
            }
        }
        for (int i = 0; i < 9; i++) {
            assertEquals(sum[0][i] / count[0], sum[1][i] / count[1], 0.06);
        }
    }

    @Test
    void theAgentSeesTwoCellsFarAndNoFarther() {
        for (long seed = 0; seed < 50; seed++) {
            float[] seen = room.reset(seed);
            for (RoomObject object : room.objects()) {
                int dy = room.cell(object) / 9 - room.agent() / 9;
                int dx = room.cell(object) % 9 - room.agent() % 9;
                boolean near = Math.abs(dy) <= 2 && Math.abs(dx) <= 2;
                int cell = (dy + 2) * 5 + dx + 2;
                if (near) {
                    assertTrue(SecretView.has(seen, cell, object.colour()));
                    assertTrue(SecretView.has(seen, cell, object.shape()));
                    assertTrue(SecretView.occupied(seen, cell));
                }
            }
            int occupied = 0;
            for (int cell = 0; cell < 25; cell++) {
                occupied += SecretView.occupied(seen, cell) ? 1 : 0;
                int y = room.agent() / 9 + cell / 5 - 2;
                int x = room.agent() % 9 + cell % 5 - 2;
                assertEquals(y < 0 || y > 8 || x < 0 || x > 8, SecretView.outside(seen, cell));
            }
            long near = room.objects().stream()
                    .filter(object -> Math.abs(room.cell(object) / 9 - room.agent() / 9) <= 2
                            && Math.abs(room.cell(object) % 9 - room.agent() % 9) <= 2)
                    .count();
            assertEquals(near, occupied);
        }
    }

    @Test
    void theTaskSaysEverythingButTheAnswer() {
        List<RoomObject> named = List.of(
                new RoomObject(Colour.RED, Shape.BALL),
                new RoomObject(Colour.GREEN, Shape.BOX),
                new RoomObject(Colour.BLUE, Shape.RING));
        assertEquals(
                "If the red ball is toxic, pick up the green box, otherwise pick up the blue ring.",
                new SecretTask(SecretTask.Kind.CONDITION, Property.TOXIC, named, 1).text());
        assertEquals(
                "Pick up the one that is good: the red ball, the green box or the blue ring.",
                new SecretTask(SecretTask.Kind.CHOICE, Property.GOOD, named, 0).text());
        assertThrows(
                IllegalArgumentException.class,
                () -> new SecretTask(SecretTask.Kind.CONDITION, Property.GOOD, named, 0));
        assertFalse(new SecretTask(SecretTask.Kind.CHOICE, Property.GOOD, named, 0)
                .text()
                .contains("target"));
    }

    @Test
    void badCallsAreRefused() {
        SecretRoom fresh = new SecretRoom(true);
        assertThrows(IllegalStateException.class, fresh::task);
        assertThrows(IllegalStateException.class, () -> fresh.step(0));
        fresh.reset(1);
        assertThrows(IllegalArgumentException.class, () -> fresh.step(6));
        assertThrows(IllegalArgumentException.class, () -> fresh.secret(new RoomObject(Colour.RED, Shape.BOX)));
    }

    @Test
    void anEpisodeIsTruncatedAfter160Steps() {
        room.reset(3);
        Step<float[]> step = room.step(0);
        for (int t = 1; t < 160; t++) {
            assertEquals(Ending.NONE, step.ending());
            step = room.step(0);
        }
        assertEquals(Ending.TRUNCATED, step.ending());
    }
}
