package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.Locale;
import java.util.Objects;

/**
 * What the Planner tells the Actor to do, and the room as the Actor sees it under that instruction.
 *
 * <p>The Actor's input is {@code float[120]}: row and column (18), for each of the 25 cells around it whether it is outside,
 * whether anything lies there, whether that has the colour and whether it has the shape that the instruction names (100), and the verb
 * (2). Colours and shapes come in as matches alone, so that a combination which was never named is no new input.
 *
 * @param verb what is to be done
 * @param object with which object
 */
record Instruction(Verb verb, RoomObject object) {
    /** What an Actor can be told to do. */
    enum Verb {
        EXAMINE(SecretRoom.EXAMINE),
        PICK_UP(SecretRoom.PICK_UP);

        final int action;

        Verb(int action) {
            this.action = action;
        }

        /** The name of the skill. */
        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private static final int CELL = 4;
    private static final int FIRST_VERB = SecretView.FIRST_CELL + SecretView.CELLS * CELL;

    /** The length of the Actor's input. */
    static final int INPUTS = FIRST_VERB + Verb.values().length;

    Instruction {
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(object, "object");
    }

    /** The instruction that a call of one of the two skills gives, about an object of the room. */
    static Instruction of(SkillCall call, SecretRoom room) {
        for (Verb verb : Verb.values()) {
            if (verb.words().equals(call.skill()) && call.arguments().size() == 1) {
                for (RoomObject object : room.objects()) {
                    if (object.words().equals(call.arguments().get(0))) {
                        return new Instruction(verb, object);
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                "call: " + call + " (expected: examine or pick up, with one of " + room.objects() + ")");
    }

    /** Whether the room's last action did what the instruction says. */
    boolean done(SecretRoom room) {
        return object.equals(verb == Verb.EXAMINE ? room.examined() : room.pickedUp());
    }

    /** The Actor's input. */
    float[] input(float[] seen) {
        float[] input = new float[INPUTS];
        System.arraycopy(seen, 0, input, 0, SecretView.FIRST_CELL);
        for (int cell = 0; cell < SecretView.CELLS; cell++) {
            int at = SecretView.FIRST_CELL + cell * CELL;
            input[at] = SecretView.outside(seen, cell) ? 1 : 0;
            if (SecretView.occupied(seen, cell)) {
                input[at + 1] = 1;
                input[at + 2] = SecretView.has(seen, cell, object.colour()) ? 1 : 0;
                input[at + 3] = SecretView.has(seen, cell, object.shape()) ? 1 : 0;
            }
        }
        input[FIRST_VERB + verb.ordinal()] = 1;
        return input;
    }
}
