package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.Checks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One of several environments that step together, with what it takes to continue its running episode after a restart: its
 * {@link Snapshot} where it offers one, otherwise the episode's seed and actions. Confined to one thread.
 *
 * @param <A> the type of an action
 */
final class Lane<A> implements AutoCloseable {
    final Environment<float[], A> environment;
    private final @Nullable Snapshot snapshot;
    private float[] observation = new float[0];
    private boolean running;
    private long seed;
    private float[][] actions = new float[64][];
    private int length;
    private double episodeReturn;

    @SuppressWarnings("unchecked")
    Lane(Environment<float[], A> environment) {
        this.environment = environment;
        snapshot = (Object) environment instanceof Snapshot offered ? offered : null;
    }

    /** What is seen now; begins an episode where none runs. */
    float[] observation(RandomGenerator seeds) {
        if (!running) {
            seed = seeds.nextLong();
            begin();
        }
        return observation;
    }

    private void begin() {
        observation = environment.reset(seed);
        running = true;
        length = 0;
        episodeReturn = 0;
    }

    /** Takes an action; {@code row} is what is kept of it. */
    Step<float[]> step(A action, float[] row, long step) {
        Step<float[]> answer = environment.step(action);
        Checks.finite("reward", (float) answer.reward(), step);
        if (snapshot == null) {
            if (length == actions.length) {
                actions = Arrays.copyOf(actions, 2 * length);
            }
            actions[length] = row;
        }
        length++;
        episodeReturn += answer.reward();
        observation = answer.observation();
        running = !answer.ending().over();
        return answer;
    }

    /** The undiscounted return of the episode so far, or of the one that has just ended. */
    double episodeReturn() {
        return episodeReturn;
    }

    void save(DataOutputStream out) throws IOException {
        out.writeBoolean(running);
        out.writeLong(seed);
        out.writeInt(length);
        out.writeDouble(episodeReturn);
        if (!running) {
            return;
        }
        if (snapshot != null) {
            byte[] state = snapshot.save();
            out.writeInt(state.length);
            out.write(state);
            ActorCritic.write(out, observation);
        } else {
            for (int i = 0; i < length; i++) {
                ActorCritic.write(out, actions[i]);
            }
        }
    }

    void restore(DataInputStream in, PolicyHead<A> head) throws IOException {
        boolean ran = in.readBoolean();
        seed = in.readLong();
        int steps = in.readInt();
        double sum = in.readDouble();
        running = false;
        if (!ran) {
            return;
        }
        begin();
        if (snapshot != null) {
            snapshot.restore(in.readNBytes(in.readInt()));
            observation = ActorCritic.read(in);
            length = steps;
            episodeReturn = sum;
            return;
        }
        for (int i = 0; i < steps; i++) {
            float[] row = ActorCritic.read(in);
            if (!running) {
                throw new IllegalStateException("environment: ended at step " + i
                        + " of a replayed episode (expected: equal answers to equal seeds and actions)");
            }
            step(head.action(row), row, i);
        }
    }

    @Override
    public void close() {
        environment.close();
    }
}
