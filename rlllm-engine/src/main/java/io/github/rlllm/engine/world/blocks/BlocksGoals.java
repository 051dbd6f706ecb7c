package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.engine.learner.GoalWorld;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The table as a world of goals for learning with hindsight: the goals are {@link PickPlace#all} by their position, those
 * that cannot be reached among them. Whether one can is nowhere told: heavy, buried and distant blocks are goals like the
 * others, which are pursued in vain. Only a goal about what is not there, and one for which another block was lifted, is
 * lost.
 */
public final class BlocksGoals implements GoalWorld {
    private final BlocksConfig config;
    private BlocksState state = BlocksScene.draw(new SplittableRandom(0), Map.of());
    private RandomGenerator nature = new SplittableRandom(0);

    /**
     * A world.
     *
     * @param config noise and adversary; its limit is not used
     */
    public BlocksGoals(BlocksConfig config) {
        this.config = config;
    }

    @Override
    public int observationSize() {
        return BlocksObservation.SIZE;
    }

    @Override
    public int actions() {
        return BlocksAction.all().size();
    }

    @Override
    public int goals() {
        return PickPlace.all().size();
    }

    @Override
    public int memorySize() {
        return BlocksState.SEEN;
    }

    @Override
    public void begin(RandomGenerator rng) {
        state = BlocksScene.draw(rng, Map.of());
        nature = new SplittableRandom(rng.nextLong());
    }

    @Override
    public int drawGoal(RandomGenerator rng) {
        @Nullable PickPlace drawn = Blocks.drawGoal(state, rng);
        return drawn == null ? -1 : drawn.number();
    }

    @Override
    public long place() {
        return 0;
    }

    @Override
    public int anyGoal(RandomGenerator rng, long place) {
        return rng.nextInt(goals());
    }

    @Override
    public void step(int action) {
        BlocksAction taken = BlocksAction.all().get(action);
        double chance = taken.moves() ? config.drop() : config.slip();
        state = state.after(taken, chance > 0 && nature.nextDouble() < chance);
    }

    @Override
    public void remember(byte[] out) {
        state.see(out);
    }

    @Override
    public boolean achieved(int goal) {
        return state.achieved(PickPlace.all().get(goal));
    }

    @Override
    public boolean lost(int goal) {
        return !state.admits(PickPlace.all().get(goal));
    }

    @Override
    public void observe(byte[] memory, int goal, float[] out) {
        BlocksObservation.encode(memory, PickPlace.all().get(goal), out);
    }
}
