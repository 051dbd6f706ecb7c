package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The table as an environment: six actions of the gripper ({@link BlocksAction}, by their numbers), a goal-conditioned
 * observation ({@link BlocksObservation}), and a reward of 1 when the goal is reached, else 0. An episode terminates
 * there, and where the attempt has failed because another block was lifted; it is truncated after
 * {@link BlocksConfig#limit} steps.
 *
 * <p>For plans of several skills: {@link #begin} a state, then {@link #pursue} one goal after the other. Slips, drops and
 * the adversary are drawn from the world's own generator, which the seed of the episode decides. Confined to one thread.
 */
public final class Blocks implements Environment<float[], Integer> {
    private static final Space<float[]> OBSERVATIONS = Space.box(-1, 1, BlocksObservation.SIZE);
    private static final Space<Integer> ACTIONS =
            Space.discrete(BlocksAction.all().size());

    private final BlocksConfig config;
    private @Nullable BlocksState state;
    private @Nullable PickPlace goal;
    private RandomGenerator nature = new SplittableRandom(0);
    private int steps;
    private int disturbances;
    private boolean over = true;

    /**
     * A table.
     *
     * @param config how it behaves
     */
    public Blocks(BlocksConfig config) {
        this.config = config;
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    /** Draws a table and a goal that an attempt has a sense of and that is not reached. */
    @Override
    public float[] reset(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        PickPlace drawn = null;
        while (drawn == null) {
            begin(BlocksScene.draw(rng, Map.of()), rng.nextLong());
            drawn = drawGoal(state(), rng);
        }
        return pursue(drawn);
    }

    /** A goal that makes sense in a state and is not reached there, null where there is none. */
    static @Nullable PickPlace drawGoal(BlocksState state, RandomGenerator rng) {
        List<PickPlace> open = new ArrayList<>();
        for (PickPlace any : PickPlace.all()) {
            if (state.admits(any) && !state.achieved(any)) {
                open.add(any);
            }
        }
        return open.isEmpty() ? null : open.get(rng.nextInt(open.size()));
    }

    /**
     * Begins in a given state. Follow it by {@link #pursue}.
     *
     * @param start the first state
     * @param seed decides slips, drops and the adversary
     */
    public void begin(BlocksState start, long seed) {
        state = start;
        nature = new SplittableRandom(seed);
        goal = null;
        steps = 0;
        disturbances = 0;
        over = true;
    }

    /**
     * Sets the next goal and begins a new attempt in the present state.
     *
     * @param next the goal
     * @return the observation
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public float[] pursue(PickPlace next) {
        BlocksState present = state();
        goal = next;
        steps = 0;
        over = present.achieved(next) || !present.admits(next);
        return observation(next);
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("action: " + action + " (expected: from 0 to 5)");
        }
        PickPlace pursued = goal;
        if (over || pursued == null) {
            throw new IllegalStateException("step: the episode is over (expected: reset or pursue before it)");
        }
        BlocksAction taken = BlocksAction.all().get(action);
        double chance = taken.moves() ? config.drop() : config.slip();
        boolean noise = chance > 0 && nature.nextDouble() < chance;
        state = state().after(taken, noise);
        if (config.disturbance() > 0 && nature.nextDouble() < config.disturbance()) {
            disturb();
        }
        steps++;
        boolean reached = state().achieved(pursued);
        boolean failed = !state().admits(pursued);
        Ending ending =
                reached || failed ? Ending.TERMINATED : steps >= config.limit() ? Ending.TRUNCATED : Ending.NONE;
        over = ending != Ending.NONE;
        return new Step<>(observation(pursued), reached ? 1 : 0, ending);
    }

    /**
     * The adversary's move: a block that lies free is put to a free cell within reach, each equally likely.
     *
     * @return the block, or null where none lies free
     */
    public @Nullable TableThing disturb() {
        List<TableThing> free = new ArrayList<>();
        for (TableThing block : TableThing.blocks()) {
            if (state().present(block) && state().held() != block && !state().buried(block)) {
                free.add(block);
            }
        }
        if (free.isEmpty()) {
            return null;
        }
        TableThing block = free.get(nature.nextInt(free.size()));
        int cell = BlocksScene.freeCell(state(), -1, nature);
        state = state().moved(block, cell % BlocksState.WIDTH, cell / BlocksState.WIDTH);
        disturbances++;
        return block;
    }

    /** Lets go of what is held, as a skill does when it ends without success. Counts no step. */
    public void letGo() {
        state = state().after(BlocksAction.OPEN, false);
    }

    /**
     * How often the adversary moved a block since the table began.
     *
     * @return at least 0
     */
    public int disturbances() {
        return disturbances;
    }

    /**
     * The steps of the present attempt.
     *
     * @return at least 0
     */
    public int steps() {
        return steps;
    }

    /**
     * Whether the present attempt is over, or there is none.
     *
     * @return true if {@link #step} would refuse
     */
    public boolean over() {
        return over;
    }

    /**
     * The true state.
     *
     * @return the state
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public BlocksState state() {
        BlocksState present = state;
        if (present == null) {
            throw new IllegalStateException("state: none (expected: begin or reset before it)");
        }
        return present;
    }

    /**
     * What would be observed under a goal.
     *
     * @param of the goal
     * @return {@link BlocksObservation#SIZE} numbers, the caller's
     */
    public float[] observation(PickPlace of) {
        byte[] seen = new byte[BlocksState.SEEN];
        state().see(seen);
        float[] out = new float[BlocksObservation.SIZE];
        BlocksObservation.encode(seen, of, out);
        return out;
    }
}
