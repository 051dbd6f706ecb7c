package io.github.rlllm.engine.world.secret;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A room of 9 x 9 cells with five objects, of which the agent sees those within two cells of itself. Each object is good or
 * toxic, and looks the same: only {@link #EXAMINE} on its cell shows a texture, for that one observation, whose brightest line
 * is a row where the object is good and a column where it is toxic (no single pixel says anything about it). The task
 * names three of the objects and depends on a secret; picking up any object ends the episode, with reward 1 for the one that is meant
 * and 0 for another. Truncated after {@link #MAX_STEPS} steps.
 *
 * <p>Actions: 0 to 3 walk north, east, south, west by one cell (against a wall nothing happens, objects are walked
 * over), 4 examines and 5 picks up what lies on the agent's cell (where nothing lies nothing happens). Observations are laid out
 * as {@link SecretView} says. Confined to one thread.
 */
public final class SecretRoom implements Environment<float[], Integer> {
    /** Cells in each direction. */
    public static final int SIZE = 9;
    /** Objects in a room. */
    public static final int OBJECTS = 5;
    /** The action that shows the secret of what lies here. */
    public static final int EXAMINE = 4;
    /** The action that picks up what lies here. */
    public static final int PICK_UP = 5;
    /** Steps after which an episode is truncated. */
    public static final int MAX_STEPS = 160;

    private static final Space.Discrete ACTIONS = Space.discrete(6);
    private static final int[] ROW = {-1, 0, 1, 0};
    private static final int[] COLUMN = {0, 1, 0, -1};
    /** Bright pixels are at least 1 - CONTRAST, dark ones at most CONTRAST. */
    private static final float CONTRAST = 0.3f;

    private final List<RoomObject> kinds;
    private final List<RoomObject> objects = new ArrayList<>();
    private final List<Integer> cells = new ArrayList<>();
    private final List<Property> properties = new ArrayList<>();
    private final float[][] textures = new float[OBJECTS][];
    private @Nullable SecretTask task;
    private int row;
    private int column;
    private int steps;
    private boolean running;
    private @Nullable RoomObject examined;
    private @Nullable RoomObject pickedUp;

    /**
     * A room.
     *
     * @param heldOut whether all objects are of the combinations that nothing is trained on, or all of the others
     */
    public SecretRoom(boolean heldOut) {
        kinds = RoomObject.all(heldOut);
    }

    @Override
    public Space<float[]> observationSpace() {
        return SecretView.SPACE;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    @Override
    public float[] reset(long seed) {
        RandomGenerator rng = new SplittableRandom(seed);
        List<RoomObject> left = new ArrayList<>(kinds);
        objects.clear();
        cells.clear();
        properties.clear();
        for (int i = 0; i < OBJECTS; i++) {
            objects.add(left.remove(rng.nextInt(left.size())));
            properties.add(Property.values()[rng.nextInt(2)]);
            int cell = rng.nextInt(SIZE * SIZE);
            while (cells.contains(cell)) {
                cell = rng.nextInt(SIZE * SIZE);
            }
            cells.add(cell);
        }
        SecretTask.Kind kind = SecretTask.Kind.values()[rng.nextInt(2)];
        Property wanted = Property.values()[rng.nextInt(2)];
        task = kind == SecretTask.Kind.CONDITION ? condition(wanted) : choice(wanted, rng.nextInt(SecretTask.NAMED));
        for (int i = 0; i < OBJECTS; i++) {
            textures[i] = texture(properties.get(i), rng);
        }
        row = rng.nextInt(SIZE);
        column = rng.nextInt(SIZE);
        steps = 0;
        running = true;
        examined = null;
        pickedUp = null;
        return observation();
    }

    private SecretTask condition(Property wanted) {
        int target = properties.get(0) == wanted ? 1 : 2;
        return new SecretTask(SecretTask.Kind.CONDITION, wanted, objects.subList(0, SecretTask.NAMED), target);
    }

    private SecretTask choice(Property wanted, int target) {
        for (int i = 0; i < SecretTask.NAMED; i++) {
            properties.set(i, i == target ? wanted : wanted.other());
        }
        return new SecretTask(SecretTask.Kind.CHOICE, wanted, objects.subList(0, SecretTask.NAMED), target);
    }

    private static float[] texture(Property property, RandomGenerator rng) {
        int line = rng.nextInt(SecretView.TEXTURE_SIDE);
        float[] pixels = new float[SecretView.PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            int across = i / SecretView.TEXTURE_SIDE;
            int down = i % SecretView.TEXTURE_SIDE;
            boolean bright = (property == Property.GOOD ? across : down) == line;
            float noise = CONTRAST * rng.nextFloat();
            pixels[i] = bright ? 1 - noise : noise;
        }
        return pixels;
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("SecretRoom.step: action " + action + " (expected: from 0 to 5)");
        }
        if (!running) {
            throw new IllegalStateException("SecretRoom.step: no episode is running (expected: reset first)");
        }
        examined = null;
        RoomObject here = at(row, column);
        if (action == EXAMINE) {
            examined = here;
        } else if (action == PICK_UP) {
            pickedUp = here;
        } else {
            row = Math.max(0, Math.min(SIZE - 1, row + ROW[action]));
            column = Math.max(0, Math.min(SIZE - 1, column + COLUMN[action]));
        }
        steps++;
        boolean right = pickedUp != null && pickedUp.equals(task().named().get(task().target()));
        Ending ending = pickedUp != null ? Ending.TERMINATED : steps >= MAX_STEPS ? Ending.TRUNCATED : Ending.NONE;
        running = ending == Ending.NONE;
        return new Step<>(observation(), right ? 1 : 0, ending);
    }

    private @Nullable RoomObject at(int y, int x) {
        int index = cells.indexOf(y * SIZE + x);
        return index < 0 ? null : objects.get(index);
    }

    /**
     * What is asked for in this episode.
     *
     * @return the task
     * @throws IllegalStateException before the first {@link #reset}
     */
    public SecretTask task() {
        if (task == null) {
            throw new IllegalStateException("SecretRoom.task: no episode has begun (expected: reset first)");
        }
        return task;
    }

    /**
     * What lies in the room.
     *
     * @return five objects; those that the task names come first, in its order
     */
    public List<RoomObject> objects() {
        return List.copyOf(objects);
    }

    /**
     * Where an object lies; for pictures and tests, as no agent knows it.
     *
     * @param object one of {@link #objects}
     * @return {@code row * SIZE + column}
     */
    public int cell(RoomObject object) {
        return cells.get(index(object));
    }

    /**
     * An object's secret; for truthful reports, pictures and tests, as no agent knows it.
     *
     * @param object one of {@link #objects}
     * @return good or toxic
     */
    public Property secret(RoomObject object) {
        return properties.get(index(object));
    }

    private int index(RoomObject object) {
        int index = objects.indexOf(object);
        if (index < 0) {
            throw new IllegalArgumentException("object: " + object + " (expected: one of " + objects + ")");
        }
        return index;
    }

    /**
     * Where the agent is.
     *
     * @return {@code row * SIZE + column}
     */
    public int agent() {
        return row * SIZE + column;
    }

    /**
     * What the last action examined.
     *
     * @return null where it examined nothing
     */
    public @Nullable RoomObject examined() {
        return examined;
    }

    /**
     * What was picked up, which ended the episode.
     *
     * @return null where nothing was
     */
    public @Nullable RoomObject pickedUp() {
        return pickedUp;
    }

    /**
     * What is seen now.
     *
     * @return an array of the caller's own
     */
    public float[] observation() {
        float[] seen = new float[SecretView.LENGTH];
        seen[row] = 1;
        seen[SIZE + column] = 1;
        int reach = SecretView.SIDE / 2;
        for (int cell = 0; cell < SecretView.CELLS; cell++) {
            int y = row + cell / SecretView.SIDE - reach;
            int x = column + cell % SecretView.SIDE - reach;
            int from = SecretView.FIRST_CELL + cell * SecretView.CELL;
            if (y < 0 || y >= SIZE || x < 0 || x >= SIZE) {
                seen[from] = 1;
                continue;
            }
            RoomObject object = at(y, x);
            if (object != null) {
                seen[from + 1 + object.colour().ordinal()] = 1;
                seen[
                        from
                                + 1
                                + RoomObject.Colour.values().length
                                + object.shape().ordinal()] = 1;
            }
        }
        if (examined != null) {
            seen[SecretView.EXAMINED] = 1;
            System.arraycopy(textures[index(examined)], 0, seen, SecretView.TEXTURE, SecretView.PIXELS);
        }
        return seen;
    }
}
