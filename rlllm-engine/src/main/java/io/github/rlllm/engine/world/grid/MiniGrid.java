package io.github.rlllm.engine.world.grid;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A grid world with a partial view. Actions: 0 turn left, 1 turn right, 2 forward, 3 pick up, 4 drop, 5 toggle, 6 done
 * (which does nothing). Success earns {@code 1 - 0.9 * steps / maxSteps} and terminates the episode; the limit truncates it.
 * {@link #flat} shows the same world as {@code float[147]}. Confined to one thread.
 */
public final class MiniGrid implements Environment<GridObservation, Integer>, Snapshot {
    private static final Space.Discrete ACTIONS = Space.discrete(GridWorld.ACTIONS);
    private static final Space<GridObservation> OBSERVATIONS = new Observations();

    private final Level level;
    private final GridWorld world = new GridWorld();

    /**
     * A world that draws a layout of a level at every reset.
     *
     * @param level the level
     */
    public MiniGrid(Level level) {
        this.level = level;
    }

    /**
     * The same worlds seen as flat numbers.
     *
     * @param level the level
     * @return an environment whose observations are {@link GridObservation#flat()}: {@code float[147]} in [0, 1]; it has
     *     the {@link Snapshot} capability
     */
    public static Environment<float[], Integer> flat(Level level) {
        return new FlatGrid(level);
    }

    @Override
    public Space<GridObservation> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    @Override
    public GridObservation reset(long seed) {
        return resetTo(level.generate(new SplittableRandom(seed)));
    }

    /**
     * Begins an episode in a given layout.
     *
     * @param layout a complete layout, which is copied
     * @return the first observation
     * @throws IllegalArgumentException if there is no agent in it
     */
    public GridObservation resetTo(Layout layout) {
        world.load(layout);
        return observation();
    }

    @Override
    public Step<GridObservation> step(Integer action) {
        Ending ending = world.step(action);
        return new Step<>(observation(), world.reward(), ending);
    }

    private GridObservation observation() {
        return new GridObservation(
                world.image(), world.direction(), world.mission().text());
    }

    /**
     * The whole grid, which the agent does not see.
     *
     * @return kind, colour and state of every cell, {@code [x][y][3]} in row-major order
     */
    public byte[] grid() {
        return world.encode();
    }

    /**
     * The agent's column.
     *
     * @return x
     */
    public int agentX() {
        return world.x();
    }

    /**
     * The agent's row.
     *
     * @return y
     */
    public int agentY() {
        return world.y();
    }

    /**
     * What the agent carries.
     *
     * @return its kind, or null
     */
    public @Nullable ObjectKind carriedKind() {
        return world.carried() == 0 ? null : ObjectKind.values()[Cells.kind(world.carried())];
    }

    /**
     * The colour of what the agent carries.
     *
     * @return the colour, or null
     */
    public @Nullable GridColor carriedColor() {
        return world.carried() == 0 ? null : GridColor.values()[Cells.color(world.carried())];
    }

    @Override
    public byte[] save() {
        return world.save();
    }

    @Override
    public void restore(byte[] state) {
        world.restore(state);
    }

    private static final class Observations implements Space<GridObservation> {
        private static final int MOST_KINDS = ObjectKind.values().length;

        @Override
        public boolean contains(GridObservation value) {
            for (int k = 0; k < GridObservation.IMAGE; k += 3) {
                if (!within(value.image()[k], MOST_KINDS)
                        || !within(value.image()[k + 1], 6)
                        || !within(value.image()[k + 2], 3)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean within(int code, int bound) {
            return code >= 0 && code < bound;
        }

        @Override
        public GridObservation sample(RandomGenerator rng) {
            byte[] image = new byte[GridObservation.IMAGE];
            for (int k = 0; k < image.length; k += 3) {
                image[k] = (byte) rng.nextInt(MOST_KINDS);
                image[k + 1] = (byte) rng.nextInt(6);
                image[k + 2] = (byte) rng.nextInt(3);
            }
            return new GridObservation(image, rng.nextInt(4), "");
        }

        @Override
        public String toString() {
            return "view[7, 7, 3] with direction and mission";
        }
    }

    /** The flat view. */
    private static final class FlatGrid implements Environment<float[], Integer>, Snapshot {
        private static final Space.Box FLAT = Space.box(0, 1, GridObservation.IMAGE);

        private final Level level;
        private final GridWorld world = new GridWorld();

        FlatGrid(Level level) {
            this.level = level;
        }

        @Override
        public Space<float[]> observationSpace() {
            return FLAT;
        }

        @Override
        public Space<Integer> actionSpace() {
            return ACTIONS;
        }

        @Override
        public float[] reset(long seed) {
            world.load(level.generate(new SplittableRandom(seed)));
            return world.flat();
        }

        @Override
        public Step<float[]> step(Integer action) {
            Ending ending = world.step(action);
            return new Step<>(world.flat(), world.reward(), ending);
        }

        @Override
        public byte[] save() {
            return world.save();
        }

        @Override
        public void restore(byte[] state) {
            world.restore(state);
        }
    }
}
