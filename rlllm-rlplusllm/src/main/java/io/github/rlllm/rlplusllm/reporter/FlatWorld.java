package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.secret.Property;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretTask;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.Arrays;

/**
 * The room for one policy that does everything: no Planner, no Actor, no Reporter, the task's reward alone. It has the task's words
 * in numbers (kind, property, the three objects named) and remembers the last texture that each named object showed, so that it
 * lacks no information that the others have.
 *
 * <p>Observations are row and column (18); the 25 cells; kind (2), property (2) and three remembered textures, each with
 * whether there is one (30). A cell by {@link Seen#WORDS} is as in {@link SecretView} (13), and the named objects follow as
 * colour and shape (36): {@code float[413]}. By {@link Seen#MATCHES} a cell says whether it is outside, whether anything
 * lies there, and whether that has the colour and the shape of each named object (8): {@code float[252]}, with colours and shapes as
 * matches alone, as the Actor has them. Confined to one thread.
 */
final class FlatWorld implements Environment<float[], Integer> {
    /** How objects come into the observation. */
    enum Seen {
        /** Colours and shapes, in the room and in the task. */
        WORDS(SecretView.CELL, SecretTask.NAMED * (SecretView.CELL - 1)),
        /** Whether what is seen agrees with what is named. */
        MATCHES(2 + 2 * SecretTask.NAMED, 0);

        private final int cell;
        private final int named;

        Seen(int cell, int named) {
            this.cell = cell;
            this.named = named;
        }

        private int tail() {
            return SecretView.FIRST_CELL + SecretView.CELLS * cell;
        }

        int inputs() {
            return tail() + 4 + SecretTask.NAMED * (1 + SecretView.PIXELS) + named;
        }
    }

    private static final int COLOURS = RoomObject.Colour.values().length;

    private final SecretRoom room;
    private final Seen kind;
    private final Space.Box space;
    private final float[][] textures = new float[SecretTask.NAMED][1 + SecretView.PIXELS];

    FlatWorld(boolean heldOut, Seen kind) {
        room = new SecretRoom(heldOut);
        this.kind = kind;
        space = Space.box(0, 1, kind.inputs());
    }

    @Override
    public Space<float[]> observationSpace() {
        return space;
    }

    @Override
    public Space<Integer> actionSpace() {
        return room.actionSpace();
    }

    @Override
    public float[] reset(long seed) {
        for (float[] texture : textures) {
            Arrays.fill(texture, 0);
        }
        return input(room.reset(seed));
    }

    @Override
    public Step<float[]> step(Integer action) {
        Step<float[]> step = room.step(action);
        RoomObject examined = room.examined();
        int named = examined == null ? -1 : room.task().named().indexOf(examined);
        if (named >= 0) {
            textures[named][0] = 1;
            System.arraycopy(SecretView.texture(step.observation()), 0, textures[named], 1, SecretView.PIXELS);
        }
        return new Step<>(input(step.observation()), step.reward(), step.ending());
    }

    private float[] input(float[] seen) {
        float[] input = new float[kind.inputs()];
        SecretTask task = room.task();
        if (kind == Seen.WORDS) {
            System.arraycopy(seen, 0, input, 0, SecretView.EXAMINED);
        } else {
            System.arraycopy(seen, 0, input, 0, SecretView.FIRST_CELL);
            for (int cell = 0; cell < SecretView.CELLS; cell++) {
                matches(seen, cell, task, input);
            }
        }
        int at = kind.tail();
        input[at + task.kind().ordinal()] = 1;
        at += SecretTask.Kind.values().length;
        input[at + task.wanted().ordinal()] = 1;
        at += Property.values().length;
        for (float[] texture : textures) {
            System.arraycopy(texture, 0, input, at, texture.length);
            at += texture.length;
        }
        if (kind == Seen.WORDS) {
            for (RoomObject object : task.named()) {
                input[at + object.colour().ordinal()] = 1;
                input[at + COLOURS + object.shape().ordinal()] = 1;
                at += SecretView.CELL - 1;
            }
        }
        return input;
    }

    private void matches(float[] seen, int cell, SecretTask task, float[] input) {
        int at = SecretView.FIRST_CELL + cell * kind.cell;
        input[at] = SecretView.outside(seen, cell) ? 1 : 0;
        if (SecretView.occupied(seen, cell)) {
            input[at + 1] = 1;
            for (int i = 0; i < SecretTask.NAMED; i++) {
                RoomObject object = task.named().get(i);
                input[at + 2 + 2 * i] = SecretView.has(seen, cell, object.colour()) ? 1 : 0;
                input[at + 3 + 2 * i] = SecretView.has(seen, cell, object.shape()) ? 1 : 0;
            }
        }
    }
}
