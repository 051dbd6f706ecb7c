package io.github.rlllm.engine.world.house;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A house and a goal in it.
 *
 * @param start the first state
 * @param goal the goal, not yet reached in it
 * @param steps the primitive actions that the shortest-path oracle needs, or -1 where it does not reach the goal
 */
public record HouseTask(HouseState start, SkillGoal goal, int steps) {
    private static final int GOALS_A_LAYOUT = 20;
    private static final double ABSENT = 0.1;
    private static final double IN_HAND = 0.3;

    /**
     * Draws a house and a goal of one kind that the shortest-path oracle reaches. For put down next to, something is in
     * hand from the start; for the opening of a locked door its key is.
     *
     * @param seed decides everything; see {@link HouseLayout} for which seeds are for what
     * @param config what houses are drawn
     * @param kind the kind of skill
     * @return the task
     * @throws IllegalArgumentException if the houses have one room and the skill is to open a door
     */
    public static HouseTask sample(long seed, HouseConfig config, SkillGoal.Kind kind) {
        if (kind == SkillGoal.Kind.OPEN && config.rooms() == 1) {
            throw new IllegalArgumentException("kind: OPEN (expected: another, as houses of one room have no doors)");
        }
        SplittableRandom rng = new SplittableRandom(seed ^ 0x5DEECE66DL);
        for (long attempt = 0; ; attempt++) {
            // Far above the bit that separates training from evaluation: a retry stays on its side. Almost every layout
            // has a goal of every kind, so that a retry in another one is rare.
            HouseState house = HouseLayout.generate(seed + (attempt / GOALS_A_LAYOUT << 44), config);
            List<SkillGoal> goals = new ArrayList<>();
            for (Thing thing : house.things()) {
                if (kind == SkillGoal.Kind.GO_TO || (kind == SkillGoal.Kind.OPEN) != thing.portable()) {
                    goals.add(new SkillGoal(kind, thing));
                }
            }
            SkillGoal goal = goals.get(rng.nextInt(goals.size()));
            HouseState start = handed(house, goal, rng);
            List<HouseAction> plan = start == null || start.achieved(goal) ? null : HouseOracle.plan(start, goal);
            if (start != null && plan != null) {
                return new HouseTask(start, goal, plan.size());
            }
        }
    }

    /**
     * Draws a house and any goal of one kind, possible or not: the target may be absent or out of reach, the hands may
     * hold the wrong thing or be empty. For calibration.
     *
     * @param seed decides everything
     * @param config what houses are drawn
     * @param kind the kind of skill
     * @return the task, whose goal is not reached yet
     */
    public static HouseTask any(long seed, HouseConfig config, SkillGoal.Kind kind) {
        SplittableRandom rng = new SplittableRandom(seed ^ 0x2545F4914F6CDD1DL);
        HouseState house = HouseLayout.generate(seed, config);
        while (true) {
            boolean absent = rng.nextDouble() < ABSENT;
            boolean inHand = kind == SkillGoal.Kind.PUT_NEXT_TO || rng.nextDouble() < IN_HAND;
            List<SkillGoal> goals = SkillGoal.all().stream()
                    .filter(goal -> goal.kind() == kind && (house.find(goal.target()) < 0) == absent)
                    .toList();
            SkillGoal goal = goals.get(rng.nextInt(goals.size()));
            Thing key = new Thing(Thing.Kind.KEY, goal.target().colour());
            List<Thing> portable =
                    house.things().stream().filter(Thing::portable).toList();
            Thing held = kind == SkillGoal.Kind.OPEN && house.find(key) >= 0
                    ? key
                    : portable.get(rng.nextInt(portable.size()));
            HouseState start = inHand ? inHand(house, held) : house;
            if (!start.achieved(goal)) {
                List<HouseAction> plan = HouseOracle.plan(start, goal);
                return new HouseTask(start, goal, plan == null ? -1 : plan.size());
            }
        }
    }

    /** The house with what the goal needs in hand, or null where it lacks that. */
    private static @Nullable HouseState handed(HouseState house, SkillGoal goal, SplittableRandom rng) {
        Thing target = goal.target();
        if (goal.kind() == SkillGoal.Kind.PUT_NEXT_TO) {
            List<Thing> others = house.things().stream()
                    .filter(thing -> thing.portable() && !thing.equals(target))
                    .toList();
            return others.isEmpty() ? null : inHand(house, others.get(rng.nextInt(others.size())));
        }
        if (goal.kind() == SkillGoal.Kind.OPEN && house.door(target.colour()) == DoorState.LOCKED) {
            Thing key = new Thing(Thing.Kind.KEY, target.colour());
            return house.find(key) < 0 ? null : inHand(house, key);
        }
        return house;
    }

    /**
     * The house with a thing taken from its place into the agent's hand.
     *
     * @param house a state with empty hands
     * @param thing a portable thing that lies in it
     * @return the state
     * @throws IllegalArgumentException if the hands are not empty or the thing does not lie there
     */
    public static HouseState inHand(HouseState house, Thing thing) {
        int at = house.find(thing);
        if (at < 0 || !thing.portable() || house.carrying() != null) {
            throw new IllegalArgumentException(
                    "thing: " + thing + " (expected: a portable thing that lies in the house, and empty hands)");
        }
        byte[] cells = house.cells();
        byte held = cells[at];
        cells[at] = Cell.FLOOR;
        return new HouseState(house.width(), cells, house.x(), house.y(), house.heading(), held, -1);
    }
}
