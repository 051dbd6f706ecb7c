package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Where the Actor learns: an episode is one instruction about one of the room's objects, drawn with equal probabilities. The reward is 1 where it
 * was done, which ends the episode, and 0 otherwise; picking up anything else ends it too, and it is truncated after a
 * number of steps. Nothing of the room's task is seen or rewarded. Observations as {@link Instruction} says; confined to
 * one thread.
 */
final class ActorWorld implements Environment<float[], Integer> {
    private static final Space.Box SPACE = Space.box(0, 1, Instruction.INPUTS);

    private final SecretRoom room;
    private final int limit;
    private Instruction instruction =
            new Instruction(Instruction.Verb.EXAMINE, RoomObject.all(false).get(0));
    private int steps;
    private boolean running;

    ActorWorld(boolean heldOut, int limit) {
        room = new SecretRoom(heldOut);
        this.limit = limit;
    }

    @Override
    public Space<float[]> observationSpace() {
        return SPACE;
    }

    @Override
    public Space<Integer> actionSpace() {
        return room.actionSpace();
    }

    @Override
    public float[] reset(long seed) {
        RandomGenerator rng = new SplittableRandom(seed);
        float[] seen = room.reset(rng.nextLong());
        List<RoomObject> objects = room.objects();
        Instruction.Verb verb = Instruction.Verb.values()[rng.nextInt(2)];
        instruction = new Instruction(verb, objects.get(rng.nextInt(objects.size())));
        steps = 0;
        running = true;
        return instruction.input(seen);
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!running) {
            throw new IllegalStateException("ActorWorld.step: no episode is running (expected: reset first)");
        }
        Step<float[]> step = room.step(action);
        steps++;
        boolean done = instruction.done(room);
        Ending ending = done || room.pickedUp() != null
                ? Ending.TERMINATED
                : steps >= limit || step.ending().over() ? Ending.TRUNCATED : Ending.NONE;
        running = ending == Ending.NONE;
        return new Step<>(instruction.input(step.observation()), done ? 1 : 0, ending);
    }

    /** What is to be done in this episode. */
    Instruction instruction() {
        return instruction;
    }
}
