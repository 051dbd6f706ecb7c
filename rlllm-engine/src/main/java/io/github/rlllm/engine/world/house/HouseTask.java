package io.github.rlllm.engine.world.house;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A house and a goal that can be reached in it.
 *
 * @param start the first state
 * @param goal the goal, not yet reached in it
 */
public record HouseTask(HouseState start, SkillGoal goal) {
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
            // Far above the bit that separates training from evaluation: a retry stays on its side.
            HouseState house = HouseLayout.generate(seed + (attempt << 44), config);
            List<SkillGoal> goals = new ArrayList<>();
            for (Thing thing : house.things()) {
                if (kind == SkillGoal.Kind.GO_TO || (kind == SkillGoal.Kind.OPEN) != thing.portable()) {
                    goals.add(new SkillGoal(kind, thing));
                }
            }
            SkillGoal goal = goals.get(rng.nextInt(goals.size()));
            HouseState start = handed(house, goal, rng);
            if (start != null && !start.achieved(goal) && HouseOracle.plan(start, goal) != null) {
                return new HouseTask(start, goal);
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
