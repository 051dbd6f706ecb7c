package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Space;
import io.github.rlllm.engine.nn.Mlp;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Outputs are logits of the actions 0 .. k-1. */
final class CategoricalHead implements PolicyHead<Integer> {
    private final List<Integer> actions;
    private final int k;
    private final double[][] probs;
    private final double[][] logProbs;
    private final double[] entropies;
    private float[][] taken = new float[0][];

    CategoricalHead(int k, int capacity) {
        this.k = k;
        actions = IntStream.range(0, k).boxed().toList();
        probs = new double[capacity][k];
        logProbs = new double[capacity][k];
        entropies = new double[capacity];
    }

    static CategoricalHead of(Space<Integer> actionSpace, int capacity) {
        if (actionSpace instanceof Space.Discrete discrete) {
            return new CategoricalHead(discrete.n(), capacity);
        }
        throw new IllegalArgumentException("actionSpace: " + actionSpace + " (expected: discrete)");
    }

    @Override
    public int outputs() {
        return k;
    }

    @Override
    public List<Mlp> extra() {
        return List.of();
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public double sample(float[] output, RandomGenerator rng, float[] row) {
        logSoftmax(output, logProbs[0], probs[0]);
        double u = rng.nextDouble();
        int action = 0;
        for (double sum = probs[0][0]; u >= sum && action < k - 1; sum += probs[0][action]) {
            action++;
        }
        row[0] = action;
        return logProbs[0][action];
    }

    @Override
    public Integer action(float[] action) {
        return actions.get((int) action[0]);
    }

    @Override
    public void evaluate(float[][] outputs, float[][] rows, int n, double[] logProbsOut, double[] entropiesOut) {
        taken = rows;
        for (int i = 0; i < n; i++) {
            double[] logP = logProbs[i];
            double[] p = probs[i];
            logSoftmax(outputs[i], logP, p);
            double entropy = 0;
            for (int a = 0; a < k; a++) {
                entropy -= p[a] * logP[a];
            }
            entropies[i] = entropy;
            entropiesOut[i] = entropy;
            logProbsOut[i] = logP[(int) rows[i][0]];
        }
    }

    @Override
    public void gradient(int n, double[] byLogProb, double byEntropy, float[][] outputGradient) {
        for (int i = 0; i < n; i++) {
            int action = (int) taken[i][0];
            double[] logP = logProbs[i];
            double[] p = probs[i];
            float[] row = outputGradient[i];
            // d log p(action) / d logit a = 1{a = action} - p_a;   d entropy / d logit a = -p_a (log p_a + entropy)
            for (int a = 0; a < k; a++) {
                row[a] = (float) (-p[a] * (byLogProb[i] + byEntropy * (logP[a] + entropies[i])));
            }
            row[action] += (float) byLogProb[i];
        }
    }

    @Override
    public Function<float[], Distribution<Integer>> distributions() {
        return output -> {
            double[] logits = new double[k];
            for (int a = 0; a < k; a++) {
                logits[a] = output[a];
            }
            return Finite.softmax(actions, logits);
        };
    }

    private void logSoftmax(float[] logits, double[] logP, double[] p) {
        double max = logits[0];
        for (int a = 1; a < k; a++) {
            max = Math.max(max, logits[a]);
        }
        double sum = 0;
        for (int a = 0; a < k; a++) {
            p[a] = Math.exp(logits[a] - max);
            sum += p[a];
        }
        double logZ = max + Math.log(sum);
        for (int a = 0; a < k; a++) {
            p[a] /= sum;
            logP[a] = logits[a] - logZ;
        }
    }
}
