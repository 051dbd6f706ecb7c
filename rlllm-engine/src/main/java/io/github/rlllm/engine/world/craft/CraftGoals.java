package io.github.rlllm.engine.world.craft;

import io.github.rlllm.engine.learner.GoalWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The crafting world as a world of goals for learning with hindsight: the goals are {@link CraftGoal#all} by their position,
 * the places are the maps of the seeds below {@link CraftWorld#TRAINED} alone, with a tool drawn evenly.
 */
final class CraftGoals implements GoalWorld {
    private static final List<CraftGoal> GOALS = CraftGoal.all();
    private static final int KINDS = Resource.VALUES.length;
    /** How often a goal is to collect, where something that can be is near. */
    private static final double COLLECT = .6;

    private final CraftWorld world = new CraftWorld();

    @Override
    public int observationSize() {
        return CraftSight.OBSERVATION;
    }

    @Override
    public int actions() {
        return CraftWorld.ACTIONS;
    }

    @Override
    public int goals() {
        return GOALS.size();
    }

    @Override
    public int memorySize() {
        return CraftSight.MEMORY;
    }

    @Override
    public void begin(RandomGenerator rng) {
        int tier = rng.nextInt(Resource.TOOLS.length + 1);
        world.begin(rng.nextInt(CraftWorld.TRAINED), tier == 0 ? Map.of() : Map.of(Resource.TOOLS[tier - 1], 1));
    }

    @Override
    public int drawGoal(RandomGenerator rng) {
        List<Integer> near = new ArrayList<>();
        List<Integer> far = new ArrayList<>();
        for (int r = 0; r < KINDS; r++) {
            CraftGoal collect = GOALS.get(KINDS + r);
            if (!achieved(r)) {
                far.add(r);
            } else if (world.admits(collect) && !world.achieved(collect)) {
                near.add(KINDS + r);
            }
        }
        List<Integer> drawn = !near.isEmpty() && rng.nextDouble() < COLLECT ? near : far;
        return drawn.isEmpty() ? -1 : drawn.get(rng.nextInt(drawn.size()));
    }

    @Override
    public long place() {
        return world.tier();
    }

    @Override
    public int anyGoal(RandomGenerator rng, long place) {
        while (true) {
            int goal = rng.nextInt(GOALS.size());
            if (goal < KINDS || GOALS.get(goal).resource().tier() <= place) {
                return goal;
            }
        }
    }

    @Override
    public void step(int action) {
        world.act(action);
    }

    @Override
    public void remember(byte[] out) {
        world.sight().remember(world, out);
    }

    @Override
    public boolean achieved(int goal) {
        return world.achieved(GOALS.get(goal));
    }

    @Override
    public boolean lost(int goal) {
        return !world.admits(GOALS.get(goal));
    }

    @Override
    public void observe(byte[] memory, int goal, float[] out) {
        CraftSight.observe(memory, GOALS.get(goal), out);
    }
}
