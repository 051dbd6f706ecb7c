package io.github.rlllm.engine.learner;

import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.SeededRandom;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The networks of {@link Ppo} with their optimiser and working memory: policy and value, which share nothing, tanh hidden
 * layers with orthogonal weights of gain sqrt(2), gain .01 for the policy's output and 1 for the value's. Confined to one
 * thread.
 */
final class ActorCritic<A> {
    final Mlp actor;
    final Mlp critic;
    final Adam adam;
    final MlpBatch actorBatch;
    final MlpBatch criticBatch;
    private final List<Mlp> all;

    ActorCritic(PpoConfig config, int inputs, PolicyHead<A> head, long seed, Kernels kernels) {
        SeededRandom rng = SeededRandom.of(seed, "ppo weights");
        double gain = Math.sqrt(2);
        Mlp.Activation tanh = Mlp.Activation.TANH;
        actor = Mlp.orthogonal(kernels, rng, tanh, gain, 0.01, sizes(config.hidden(), inputs, head.outputs()));
        critic = Mlp.orthogonal(kernels, rng, tanh, gain, 1, sizes(config.hidden(), inputs, 1));
        all = new ArrayList<>(List.of(actor, critic));
        all.addAll(head.extra());
        adam = new Adam(config.adam(), all.toArray(Mlp[]::new));
        int capacity =
                Math.max(config.rollout().environments(), config.updates().batch());
        actorBatch = new MlpBatch(actor, capacity);
        criticBatch = new MlpBatch(critic, capacity);
    }

    private static int[] sizes(List<Integer> hidden, int inputs, int outputs) {
        int[] sizes = new int[hidden.size() + 2];
        sizes[0] = inputs;
        for (int l = 0; l < hidden.size(); l++) {
            sizes[l + 1] = hidden.get(l);
        }
        sizes[sizes.length - 1] = outputs;
        return sizes;
    }

    /** All parameters: policy, value, then the head's own. */
    float[] weights() {
        float[] weights = new float[all.stream().mapToInt(Mlp::parameterCount).sum()];
        int at = 0;
        for (Mlp net : all) {
            float[] part = net.parameters();
            System.arraycopy(part, 0, weights, at, part.length);
            at += part.length;
        }
        return weights;
    }

    void requireFinite(long step) {
        for (Mlp net : all) {
            if (!net.finite()) {
                Checks.finite("weights", net.parameters(), step);
            }
        }
    }

    void save(DataOutputStream out) throws IOException {
        write(out, weights());
        out.writeLong(adam.steps());
        write(out, adam.moments());
    }

    void restore(DataInputStream in) throws IOException {
        float[] weights = read(in);
        int at = 0;
        for (Mlp net : all) {
            net.setParameters(Arrays.copyOfRange(weights, at, at += net.parameterCount()));
        }
        adam.restore(in.readLong(), read(in));
    }

    static void write(DataOutputStream out, float[] row) throws IOException {
        out.writeInt(row.length);
        for (float value : row) {
            out.writeFloat(value);
        }
    }

    static float[] read(DataInputStream in) throws IOException {
        // never more than is there, whatever a damaged length says
        float[] row = new float[Math.max(0, Math.min(in.readInt(), in.available() / Float.BYTES))];
        for (int i = 0; i < row.length; i++) {
            row[i] = in.readFloat();
        }
        return row;
    }
}
