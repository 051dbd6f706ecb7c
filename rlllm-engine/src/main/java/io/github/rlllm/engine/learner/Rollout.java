package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Ending;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The experience of T steps of N environments in columns; element {@code t * N + n} is step t of environment n. */
final class Rollout {
    final float[][] observations;
    final float[][] actions;
    /** In nats, of the policy that acted. */
    final double[] logProbs;
    /** V of the observations. */
    final float[] values;

    final float[] rewards;
    final Ending[] endings;
    /** V of the last observation of an episode that was truncated at this step. */
    final float[] finalValues;
    /** V of the observations after the last step, one an environment. */
    final float[] lastValues;

    final float[] advantages;

    Rollout(int steps, int environments) {
        int size = steps * environments;
        observations = new float[size][];
        actions = new float[size][];
        logProbs = new double[size];
        values = new float[size];
        rewards = new float[size];
        endings = new Ending[size];
        finalValues = new float[size];
        lastValues = new float[environments];
        advantages = new float[size];
    }

    /** Writes the first {@code count} elements of what the environments and the policy gave. */
    void save(DataOutputStream out, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ActorCritic.write(out, observations[i]);
            ActorCritic.write(out, actions[i]);
            out.writeDouble(logProbs[i]);
            out.writeFloat(values[i]);
            out.writeFloat(rewards[i]);
            out.writeByte(endings[i].ordinal());
            out.writeFloat(finalValues[i]);
        }
    }

    void restore(DataInputStream in, int count) throws IOException {
        Ending[] kinds = Ending.values();
        for (int i = 0; i < count; i++) {
            observations[i] = ActorCritic.read(in);
            actions[i] = ActorCritic.read(in);
            logProbs[i] = in.readDouble();
            values[i] = in.readFloat();
            rewards[i] = in.readFloat();
            endings[i] = kinds[in.readUnsignedByte() % kinds.length];
            finalValues[i] = in.readFloat();
        }
    }
}
