package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** One task in a room with an Actor in it, which obeys instructions until something is picked up. Confined to one thread. */
final class RoomEpisode {
    private final SecretRoom room;
    private final Policy<float[], Integer> actor;
    private final int limit;
    private final RandomGenerator rng;
    private final List<Integer> path = new ArrayList<>();
    private float[] seen;
    private boolean over;
    private boolean success;
    private int steps;

    /**
     * Begins an episode.
     *
     * @param room where
     * @param seed of the room
     * @param actor who acts, by what it sees under an instruction
     * @param limit the most steps of one instruction
     * @param rng draws the Actor's actions
     */
    RoomEpisode(SecretRoom room, long seed, Policy<float[], Integer> actor, int limit, RandomGenerator rng) {
        this.room = room;
        this.actor = actor;
        this.limit = limit;
        this.rng = rng;
        seen = room.reset(seed);
        path.add(room.agent());
    }

    /** The calls that can be made, examining before picking up. */
    List<SkillCall> calls() {
        List<SkillCall> calls = new ArrayList<>();
        for (Instruction.Verb verb : Instruction.Verb.values()) {
            for (RoomObject object : room.objects()) {
                calls.add(SkillCall.of(verb.words(), object.words()));
            }
        }
        return calls;
    }

    /** The Actor obeys; what it examined is then to be seen in {@link #texture}. */
    SkillResult obey(SkillCall call, Control control) {
        Instruction instruction = Instruction.of(call, room);
        for (int t = 0; t < limit && !over; t++) {
            if (control.cancelled()) {
                return new SkillResult(SkillResult.Status.CANCELLED, "stopped after " + t + " steps");
            }
            var step = room.step(actor.at(instruction.input(seen)).sample(rng));
            steps++;
            seen = step.observation();
            path.add(room.agent());
            over = step.ending().over();
            success = step.reward() > 0;
            if (instruction.done(room)) {
                return new SkillResult(SkillResult.Status.SUCCESS, "");
            }
        }
        RoomObject taken = room.pickedUp();
        return over
                ? new SkillResult(
                        SkillResult.Status.FAILED, taken == null ? "the time is over" : "picked up the " + taken)
                : new SkillResult(SkillResult.Status.TIMEOUT, "not done in " + limit + " steps");
    }

    /** What the last step's examination showed. */
    float[] texture() {
        return SecretView.texture(seen);
    }

    /** What is seen now. */
    float[] seen() {
        return seen;
    }

    /** Whether something was picked up or the time is over. */
    boolean over() {
        return over;
    }

    /** Whether what was picked up is what the task means. */
    boolean success() {
        return success;
    }

    /** The environment steps so far. */
    int steps() {
        return steps;
    }

    /** The cells on which the Actor was, from the start. */
    List<Integer> path() {
        return path;
    }

    SecretRoom room() {
        return room;
    }
}
