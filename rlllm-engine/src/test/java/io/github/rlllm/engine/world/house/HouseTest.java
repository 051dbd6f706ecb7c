package io.github.rlllm.engine.world.house;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final String[] PLAN = {
        "#  #  #  #  #  #  #",
        "#  >  .  ro #  bk #",
        "#  .  .  .  y+ .  #",
        "#  yk .  gx #  .  #",
        "#  #  #  #  #  #  #"
    };

    private static HouseState run(HouseState state, HouseAction... actions) {
        HouseState now = state;
        for (HouseAction action : actions) {
            now = now.after(action);
        }
        return now;
    }

    private static SkillGoal goal(String text) {
        return SkillGoal.parse(text);
    }

    @Test
    void goToIsReachedFacingTheTargetAndNotBefore() {
        HouseState start = HouseLayout.parse(PLAN);
        assertFalse(start.achieved(goal("go to red ball")));
        assertTrue(start.after(HouseAction.FORWARD).achieved(goal("go to red ball")));
        assertFalse(run(start, HouseAction.FORWARD, HouseAction.LEFT).achieved(goal("go to red ball")));
    }

    @Test
    void pickUpTakesTheThingFromTheFloorAndNeedsEmptyHands() {
        HouseState held = run(HouseLayout.parse(PLAN), HouseAction.FORWARD, HouseAction.PICK_UP);
        assertTrue(held.achieved(goal("pick up red ball")));
        assertEquals(new Thing(Thing.Kind.BALL, Colour.RED), held.carrying());
        assertEquals(-1, held.find(new Thing(Thing.Kind.BALL, Colour.RED)));
        assertFalse(held.admits(goal("pick up green box")));
        assertFalse(held.admits(goal("go to red ball")));
        assertTrue(held.admits(goal("put down next to green box")));
        HouseState again = run(held, HouseAction.RIGHT, HouseAction.FORWARD, HouseAction.PICK_UP);
        assertEquals(new Thing(Thing.Kind.BALL, Colour.RED), again.carrying());
    }

    @Test
    void putDownNextToCountsSidesAndNotDiagonals() {
        HouseState start = HouseTask.inHand(HouseLayout.parse(PLAN), new Thing(Thing.Kind.KEY, Colour.YELLOW));
        // From (1, 1) facing east: (2, 1) touches the red ball at (3, 1).
        HouseState beside = start.after(HouseAction.DROP);
        assertTrue(beside.achieved(goal("put down next to red ball")));
        assertFalse(beside.achieved(goal("put down next to green box")));
        assertTrue(beside.nextTo(new Thing(Thing.Kind.KEY, Colour.YELLOW), new Thing(Thing.Kind.BALL, Colour.RED)));
        assertFalse(beside.after(HouseAction.LEFT).achieved(goal("put down next to red ball")), "a moment later");
        // (2, 2) touches neither: the ball is diagonal to it.
        HouseState diagonal = run(start, HouseAction.RIGHT, HouseAction.FORWARD, HouseAction.LEFT, HouseAction.DROP);
        assertNull(diagonal.carrying());
        assertFalse(diagonal.achieved(goal("put down next to red ball")));
        assertFalse(diagonal.admits(goal("put down next to red ball")));
    }

    @Test
    void aDoorstepStaysFree() {
        HouseState start = HouseTask.inHand(HouseLayout.parse(PLAN), new Thing(Thing.Kind.KEY, Colour.YELLOW));
        // (3, 2) is before the door.
        HouseState at = run(start, HouseAction.RIGHT, HouseAction.FORWARD, HouseAction.LEFT, HouseAction.FORWARD);
        assertEquals(at, at.after(HouseAction.DROP));
    }

    @Test
    void aLockedDoorNeedsTheKeyOfItsColour() {
        String[] plan = PLAN.clone();
        plan[2] = "#  .  .  .  y! .  #";
        HouseState locked = HouseLayout.parse(plan);
        SkillGoal open = goal("open yellow door");
        assertFalse(locked.admits(open));
        assertNull(HouseOracle.plan(locked, open));
        assertNull(HouseOracle.plan(locked, goal("go to blue key")));
        assertEquals(Set.of(Colour.YELLOW), locked.lockedDoors());
        HouseState withBall = HouseTask.inHand(locked, new Thing(Thing.Kind.BALL, Colour.RED));
        assertFalse(withBall.admits(open));
        HouseState withKey = HouseTask.inHand(locked, new Thing(Thing.Kind.KEY, Colour.YELLOW));
        assertTrue(withKey.admits(open));
        List<HouseAction> plan2 = HouseOracle.plan(withKey, open);
        // Right, forward, left, forward, forward, toggle.
        assertEquals(6, plan2.size());
        assertEquals(
                DoorState.OPEN, run(withKey, plan2.toArray(HouseAction[]::new)).door(Colour.YELLOW));
    }

    @Test
    void shortestPlansHaveTheLengthsCountedByHand() {
        HouseState start = HouseLayout.parse(PLAN);
        assertEquals(List.of(HouseAction.FORWARD), HouseOracle.plan(start, goal("go to red ball")));
        assertEquals(2, HouseOracle.plan(start, goal("pick up red ball")).size());
        // To (3, 2), toggle, through to (5, 2), turn north: R F L F F T F F L.
        assertEquals(9, HouseOracle.plan(start, goal("go to blue key")).size());
        assertNull(HouseOracle.plan(start, goal("go to purple ball")));
        assertEquals(List.of(), HouseOracle.plan(start.after(HouseAction.FORWARD), goal("go to red ball")));
    }

    @Test
    void theOracleReachesFiveHundredGoalsAsPlanned() {
        for (int i = 0; i < 500; i++) {
            SkillGoal.Kind kind = SkillGoal.Kind.values()[i % 4];
            HouseTask task = HouseTask.sample(HouseLayout.UNSEEN + i, HouseConfig.defaults(), kind);
            House house = new House();
            house.begin(task.start());
            house.pursue(task.goal());
            Step<float[]> last = null;
            for (HouseAction action : HouseOracle.plan(task.start(), task.goal())) {
                assertTrue(last == null || last.ending() == Ending.NONE);
                last = house.step(action.ordinal());
            }
            assertEquals(Ending.TERMINATED, last.ending());
            assertEquals(1, last.reward());
            assertTrue(house.observationSpace().contains(last.observation()));
        }
    }

    @Test
    void wallsAndShutDoorsHideWhatIsBehind() {
        House house = new House();
        house.begin(HouseLayout.parse(PLAN));
        assertFalse(house.known().contains(new Thing(Thing.Kind.KEY, Colour.BLUE)));
        assertTrue(house.known().contains(new Thing(Thing.Kind.DOOR, Colour.YELLOW)));
        house.pursue(goal("go to blue key"));
        for (int action : new int[] {1, 2, 0, 2, 2}) {
            house.step(action);
        }
        assertFalse(house.known().contains(new Thing(Thing.Kind.KEY, Colour.BLUE)), "before the shut door");
        house.step(HouseAction.TOGGLE.ordinal());
        assertTrue(house.known().contains(new Thing(Thing.Kind.KEY, Colour.BLUE)), "before the open door");
    }

    @Test
    void memoryKeepsWhatThePresentViewLacks() {
        HouseState start = HouseLayout.parse(PLAN);
        SkillGoal goal = goal("go to blue key");
        House remembering = new House();
        House memoryless = new House(HouseConfig.defaults(), false, 10);
        for (House house : List.of(remembering, memoryless)) {
            house.begin(start);
            house.pursue(goal);
            house.step(HouseAction.LEFT.ordinal());
        }
        assertTrue(remembering.known().contains(new Thing(Thing.Kind.DOOR, Colour.YELLOW)));
        assertFalse(memoryless.known().contains(new Thing(Thing.Kind.DOOR, Colour.YELLOW)));
    }

    @Test
    void anAttemptEndsAtTheLimitAndWhereThePreconditionIsLost() {
        House house = new House(HouseConfig.defaults(), true, 3);
        house.begin(HouseLayout.parse(PLAN));
        house.pursue(goal("pick up blue key"));
        assertEquals(Ending.NONE, house.step(0).ending());
        assertEquals(Ending.NONE, house.step(0).ending());
        assertEquals(Ending.TRUNCATED, house.step(0).ending());
        assertThrows(IllegalStateException.class, () -> house.step(0));
        house.begin(HouseTask.inHand(HouseLayout.parse(PLAN), new Thing(Thing.Kind.KEY, Colour.YELLOW)));
        house.pursue(goal("put down next to green box"));
        Step<float[]> lost = house.step(HouseAction.DROP.ordinal());
        assertEquals(Ending.TERMINATED, lost.ending());
        assertEquals(0, lost.reward());
        assertThrows(IllegalArgumentException.class, () -> house.step(6));
    }

    @Test
    void aSnapshotGoesOnAsTheOriginal() {
        House house = new House();
        house.reset(3);
        house.step(1);
        byte[] saved = house.save();
        House other = new House();
        other.restore(saved);
        for (int i = 0; i < 20 && !house.over(); i++) {
            Step<float[]> a = house.step(i * 7 % 6);
            Step<float[]> b = other.step(i * 7 % 6);
            assertArrayEquals(a.observation(), b.observation());
            assertEquals(a.ending(), b.ending());
        }
        assertEquals(house.state(), other.state());
        assertThrows(IllegalArgumentException.class, () -> other.restore(new byte[] {1, 2, 3}));
    }

    @Test
    void layoutsForEvaluationAreNoneOfTheTrainingLayouts() {
        Set<HouseState> training = new HashSet<>();
        for (long i = 0; i < 2000; i++) {
            training.add(HouseLayout.generate(i, HouseConfig.defaults()));
        }
        assertEquals(2000, training.size());
        for (long i = 0; i < 500; i++) {
            assertFalse(training.contains(HouseLayout.generate(HouseLayout.UNSEEN + i, HouseConfig.defaults())));
        }
    }

    @Test
    void parsingRefusesWhatIsNoFloorPlan() {
        for (String broken :
                new String[] {"#  >  >  #", "#  >  zz #", "#  >  .  .", "#  .  .  #", "#  >  ro ro", "# > #"}) {
            String[] rows = {"#  #  #  #", broken, "#  #  #  #"};
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> HouseLayout.parse(rows), broken);
            assertTrue(e.getMessage().contains("expected: "), e.getMessage());
        }
        HouseState state = HouseLayout.generate(5, HouseConfig.defaults());
        assertEquals(state, HouseLayout.parse(state.toString().split("\n")));
    }

    @Test
    void goalsAndThingsReadWhatTheyWrite() {
        List<SkillGoal> read = new ArrayList<>();
        for (SkillGoal goal : SkillGoal.all()) {
            read.add(SkillGoal.parse(" " + goal.text().toUpperCase(java.util.Locale.ROOT)));
        }
        assertEquals(SkillGoal.all(), read);
        assertEquals(66, read.size());
        assertThrows(IllegalArgumentException.class, () -> SkillGoal.parse("eat red ball"));
        assertThrows(IllegalArgumentException.class, () -> SkillGoal.parse("open red ball"));
        assertNotEquals(goal("go to red ball"), goal("go to red box"));
    }
}
