package io.github.rlllm.engine.world.grid;

import static io.github.rlllm.engine.world.grid.GridColor.BLUE;
import static io.github.rlllm.engine.world.grid.GridColor.GREEN;
import static io.github.rlllm.engine.world.grid.GridColor.PURPLE;
import static io.github.rlllm.engine.world.grid.GridColor.RED;
import static io.github.rlllm.engine.world.grid.GridColor.YELLOW;
import static io.github.rlllm.engine.world.grid.ObjectKind.BALL;
import static io.github.rlllm.engine.world.grid.ObjectKind.BOX;
import static io.github.rlllm.engine.world.grid.ObjectKind.GOAL;
import static io.github.rlllm.engine.world.grid.ObjectKind.KEY;
import static io.github.rlllm.engine.world.grid.ObjectKind.LAVA;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class MiniGridTest {
    private static final int LEFT = 0;
    private static final int RIGHT = 1;
    private static final int FORWARD = 2;
    private static final int PICK_UP = 3;
    private static final int DROP = 4;
    private static final int TOGGLE = 5;

    /** The letters of a view, far row first: {@code ?} hidden, {@code .} empty, {@code #} wall, {@code D/d} door, kinds. */
    private static String picture(GridObservation seen) {
        StringBuilder picture = new StringBuilder();
        for (int j = 0; j < 7; j++) {
            for (int i = 0; i < 7; i++) {
                int at = 3 * (7 * i + j);
                char letter = "?.#_DkbxGL".charAt(seen.image()[at]);
                picture.append(letter == 'D' && seen.image()[at + 2] == 0 ? 'd' : letter);
            }
            picture.append('\n');
        }
        return picture.toString();
    }

    private static MiniGrid play(Layout layout, int... actions) {
        MiniGrid world = new MiniGrid(rng -> layout);
        world.reset(0);
        for (int action : actions) {
            assertEquals(Ending.NONE, world.step(action).ending());
        }
        return world;
    }

    /** A 9 x 5 world: a closed blue door in the wall between two rooms, the goal behind it. */
    private static Layout twoRooms(DoorState door) {
        return new Layout(9, 5)
                .border()
                .wall(4, 0, 1, 5)
                .door(4, 2, BLUE, door)
                .put(7, 2, GOAL, GREEN)
                .agent(2, 2, 0)
                .maxSteps(20);
    }

    @Test
    void aClosedDoorHidesWhatIsBehindIt() {
        MiniGrid world = new MiniGrid(rng -> twoRooms(DoorState.CLOSED));
        // The agent is below the middle, looking up: its left hand is the upper row of the grid.
        assertEquals("""
                ???????
                ???????
                ???????
                ???????
                ?##D##?
                ?#...#?
                ?#...#?
                """, picture(world.reset(0)));
        world.step(FORWARD);
        String[] opened = picture(world.step(TOGGLE).observation()).split("\n");
        assertEquals("?##d##?", opened[5]);
        assertEquals("?#.G.#?", opened[2]);
    }

    @Test
    void anOpenDoorShowsACone() {
        MiniGrid world = new MiniGrid(rng -> twoRooms(DoorState.OPEN));
        assertEquals("""
                ?#####?
                ?#.G.#?
                ?#...#?
                ?#...#?
                ?##d##?
                ?#...#?
                ?#...#?
                """, picture(world.reset(0)));
    }

    @Test
    void lockedDoorsWantTheirKey() {
        Layout layout = twoRooms(DoorState.LOCKED).put(2, 1, KEY, RED).put(2, 3, KEY, BLUE);
        MiniGrid wrong = play(layout, LEFT, PICK_UP, RIGHT, FORWARD, TOGGLE);
        assertEquals(KEY, wrong.carriedKind());
        assertEquals(RED, wrong.carriedColor());
        assertEquals(2, wrong.grid()[3 * (4 * 5 + 2) + 2], "locked");
        MiniGrid right = play(layout, RIGHT, PICK_UP, LEFT, FORWARD, TOGGLE);
        assertEquals(0, right.grid()[3 * (4 * 5 + 2) + 2], "open");
        right.step(TOGGLE);
        assertEquals(1, right.grid()[3 * (4 * 5 + 2) + 2], "closed, no longer locked");
        assertEquals(KEY, right.carriedKind());
    }

    @Test
    void theGoalEarnsLessTheLaterItIsReached() {
        MiniGrid world = play(twoRooms(DoorState.OPEN), FORWARD, FORWARD, FORWARD, FORWARD);
        Step<GridObservation> step = world.step(FORWARD);
        assertEquals(Ending.TERMINATED, step.ending());
        assertEquals(1 - 0.9 * (5.0 / 20), step.reward());
        assertEquals(
                "MiniGrid.step: no episode is running (expected: reset first)",
                assertThrows(IllegalStateException.class, () -> world.step(LEFT))
                        .getMessage());
    }

    @Test
    void terminationWinsAtTheLimit() {
        MiniGrid at = play(twoRooms(DoorState.OPEN).maxSteps(5), FORWARD, FORWARD, FORWARD, FORWARD);
        Step<GridObservation> last = at.step(FORWARD);
        assertEquals(Ending.TERMINATED, last.ending());
        assertEquals(1 - 0.9, last.reward());
        MiniGrid late = play(twoRooms(DoorState.OPEN).maxSteps(5), LEFT, RIGHT, FORWARD, FORWARD);
        assertEquals(Ending.TRUNCATED, late.step(FORWARD).ending());
    }

    @Test
    void lavaEndsWithoutReward() {
        MiniGrid world = play(new Layout(4, 4).border().put(2, 1, LAVA, RED).agent(1, 1, 0));
        Step<GridObservation> step = world.step(FORWARD);
        assertEquals(Ending.TERMINATED, step.ending());
        assertEquals(0, step.reward());
    }

    @Test
    void carriesOneThingAndDropsItOnEmptyGroundOnly() {
        Layout layout = new Layout(5, 5)
                .border()
                .put(2, 1, BALL, RED)
                .put(1, 2, BOX, PURPLE)
                .agent(1, 1, 0);
        MiniGrid world = play(layout, PICK_UP);
        GridObservation seen = world.step(RIGHT).observation();
        assertEquals(BALL.ordinal(), seen.image()[3 * (7 * 3 + 6)], "what is carried shows where the agent is");
        world.step(PICK_UP); // a second thing: refused
        world.step(DROP); // onto the box: refused
        assertEquals(BALL, world.carriedKind());
        assertEquals(BOX.ordinal(), world.grid()[3 * (5 + 2)]);
        world.step(LEFT);
        world.step(DROP);
        assertNull(world.carriedKind());
        assertEquals(BALL.ordinal(), world.grid()[3 * (2 * 5 + 1)]);
    }

    @Test
    void aBoxOpensToWhatItHolds() {
        Layout layout = new Layout(4, 4).border().box(2, 1, YELLOW, KEY, GREEN).agent(1, 1, 0);
        MiniGrid world = play(layout, TOGGLE);
        assertArrayEquals(new byte[] {5, 1, 0}, cell(world, 2, 1));
        MiniGrid empty = play(new Layout(4, 4).border().put(2, 1, BOX, YELLOW).agent(1, 1, 0), TOGGLE);
        assertArrayEquals(new byte[] {1, 0, 0}, cell(empty, 2, 1));
    }

    private static byte[] cell(MiniGrid world, int x, int y) {
        int at = 3 * (4 * x + y);
        return new byte[] {world.grid()[at], world.grid()[at + 1], world.grid()[at + 2]};
    }

    private static Layout twoBalls() {
        return new Layout(6, 6)
                .border()
                .put(3, 1, BALL, RED)
                .put(3, 4, BALL, BLUE)
                .agent(2, 1, 1);
    }

    @Test
    void goToSucceedsBeforeTheTargetAlone() {
        Layout layout = twoBalls();
        layout.mission(Mission.goTo(layout, new ObjectDescription(BALL, BLUE, null)));
        assertEquals("go to the blue ball", layout.mission().text());
        MiniGrid world = play(layout, LEFT, RIGHT, FORWARD, FORWARD, FORWARD); // the red ball does not count
        assertEquals(Ending.TERMINATED, world.step(LEFT).ending());
    }

    /** What was picked up counts at its old place until something is dropped, as in MiniGrid; then at its new one. */
    @Test
    void goToRemembersPlacesUntilADrop() {
        Layout layout = new Layout(6, 6)
                .border()
                .put(3, 1, KEY, RED)
                .put(1, 2, BALL, RED)
                .agent(2, 1, 3);
        layout.mission(Mission.goTo(layout, new ObjectDescription(BALL, RED, null)));
        MiniGrid world = play(layout, RIGHT, PICK_UP, RIGHT, FORWARD); // the key in hand, at (2, 2) looking down
        byte[] here = world.save();
        assertEquals(Ending.TERMINATED, world.step(RIGHT).ending()); // the ball is before the agent
        world.restore(here);
        assertEquals(Ending.NONE, world.step(DROP).ending()); // the key, which is no target
        assertEquals(Ending.TERMINATED, world.step(RIGHT).ending());
    }

    @Test
    void pickUpWantsTheTargetItself() {
        Layout layout = twoBalls();
        layout.mission(Mission.pickUp(layout, new ObjectDescription(BALL, BLUE, null)));
        MiniGrid world = play(layout, LEFT, PICK_UP); // the red one
        assertEquals(RED, world.carriedColor());
        for (int action : new int[] {DROP, RIGHT, FORWARD, FORWARD, FORWARD, LEFT}) {
            assertEquals(Ending.NONE, world.step(action).ending());
        }
        Step<GridObservation> step = world.step(PICK_UP);
        assertEquals(Ending.TERMINATED, step.ending());
        assertEquals(1 - 0.9 * (9.0 / 100), step.reward());
    }

    @Test
    void descriptionsBySide() {
        Layout layout = twoBalls().put(1, 3, BALL, GREEN); // looking down from (2, 1)
        assertEquals(2, which(ObjectDescription.Side.FRONT).matches(layout).size());
        assertEquals(0, which(ObjectDescription.Side.BEHIND).matches(layout).size());
        assertEquals(2, which(ObjectDescription.Side.LEFT).matches(layout).size());
        assertEquals(
                "the ball on your right", which(ObjectDescription.Side.RIGHT).words(layout));
        assertEquals(
                "a ball in front of you", which(ObjectDescription.Side.FRONT).words(layout));
        assertThrows(
                IllegalArgumentException.class, () -> Mission.goTo(layout, new ObjectDescription(KEY, null, null)));
    }

    private static ObjectDescription which(ObjectDescription.Side side) {
        return new ObjectDescription(BALL, null, side);
    }

    @Test
    void refusesWhatIsWrongAtTheDoor() {
        MiniGrid world = new MiniGrid(Levels.empty(8));
        assertThrows(IllegalStateException.class, () -> world.step(0));
        world.reset(1);
        assertEquals(
                "MiniGrid.step: action 7 (expected: 0 .. 6)",
                assertThrows(IllegalArgumentException.class, () -> world.step(7))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> world.restore(new byte[12]));
        assertThrows(IllegalArgumentException.class, () -> world.resetTo(new Layout(4, 4)));
        assertThrows(
                IllegalArgumentException.class, () -> new Layout(4, 4).border().agent(0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Layout(4, 4).put(4, 0, BALL, RED));
        assertThrows(IllegalArgumentException.class, () -> Layout.decode(4, 4, new byte[47]));
        assertThrows(IllegalArgumentException.class, () -> Levels.doorKey(4));
        assertEquals(List.of(), Mission.reachGoal("x").targets());
    }
}
