package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Space;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Outputs are the means of independent normal distributions, whose log standard deviations are parameters of their own, 0
 * at the start. The environment gets the action clipped to its bounds; the log-probability is the unclipped one's.
 */
final class GaussianHead implements PolicyHead<float[]> {
    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private final Space.Box space;
    private final int size;
    /** The log standard deviations are the biases of a network whose only input is always 0. */
    private final Mlp logStdNet;

    private final MlpBatch logStdBatch;
    private final float[][] noInput = {{0f}};
    private float[][] means = new float[0][];
    private float[][] taken = new float[0][];

    GaussianHead(Space.Box space, Kernels kernels) {
        this.space = space;
        size = space.size();
        logStdNet = new Mlp(kernels, Mlp.Activation.TANH, 1, size);
        logStdBatch = new MlpBatch(logStdNet, 1);
    }

    static GaussianHead of(Space<float[]> actionSpace, Kernels kernels) {
        if (actionSpace instanceof Space.Box box) {
            return new GaussianHead(box, kernels);
        }
        throw new IllegalArgumentException("actionSpace: " + actionSpace + " (expected: a box)");
    }

    @Override
    public int outputs() {
        return size;
    }

    @Override
    public List<Mlp> extra() {
        return List.of(logStdNet);
    }

    private float[] logStd() {
        return logStdBatch.forward(noInput, 1)[0];
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public double sample(float[] output, RandomGenerator rng, float[] action) {
        float[] logStd = logStd();
        for (int d = 0; d < size; d++) {
            action[d] = (float) (output[d] + Math.exp(logStd[d]) * rng.nextGaussian());
        }
        return logProb(output, logStd, action, size);
    }

    static double logProb(float[] mean, float[] logStd, float[] action, int size) {
        double sum = 0;
        for (int d = 0; d < size; d++) {
            double z = (action[d] - mean[d]) * Math.exp(-logStd[d]);
            sum -= 0.5 * z * z + logStd[d] + HALF_LOG_TWO_PI;
        }
        return sum;
    }

    @Override
    public float[] action(float[] action) {
        float[] clipped = new float[size];
        for (int d = 0; d < size; d++) {
            clipped[d] = Math.max(space.low(d), Math.min(space.high(d), action[d]));
        }
        return clipped;
    }

    @Override
    public void evaluate(float[][] outputs, float[][] actions, int n, double[] logProbs, double[] entropies) {
        means = outputs;
        taken = actions;
        float[] logStd = logStd();
        double entropy = 0;
        for (int d = 0; d < size; d++) {
            entropy += 0.5 + HALF_LOG_TWO_PI + logStd[d];
        }
        for (int i = 0; i < n; i++) {
            logProbs[i] = logProb(outputs[i], logStd, actions[i], size);
            entropies[i] = entropy;
        }
    }

    @Override
    public void gradient(int n, double[] byLogProb, double byEntropy, float[][] outputGradient) {
        float[] logStd = logStd();
        double[] byLogStd = new double[size];
        for (int d = 0; d < size; d++) {
            double inverse = Math.exp(-logStd[d]);
            // d log p / d mean = (a - mean) / s^2;   d log p / d log s = ((a - mean) / s)^2 - 1;   d entropy / d log s
            // = 1
            for (int i = 0; i < n; i++) {
                double z = (taken[i][d] - means[i][d]) * inverse;
                outputGradient[i][d] = (float) (byLogProb[i] * z * inverse);
                byLogStd[d] += byLogProb[i] * (z * z - 1) + byEntropy;
            }
        }
        float[] row = logStdBatch.outputGradient()[0];
        for (int d = 0; d < size; d++) {
            row[d] = (float) byLogStd[d];
        }
        logStdBatch.backward();
    }

    @Override
    public Function<float[], Distribution<float[]>> distributions() {
        float[] logStd = logStdNet.forward(noInput[0]);
        return mean -> new Normal(mean.clone(), logStd);
    }

    /** Independent normal distributions of the action before it is clipped to the bounds. */
    private static final class Normal implements Distribution<float[]> {
        private final float[] mean;
        private final float[] logStd;

        Normal(float[] mean, float[] logStd) {
            this.mean = mean;
            this.logStd = logStd;
        }

        @Override
        public float[] sample(RandomGenerator rng) {
            float[] action = new float[mean.length];
            for (int d = 0; d < mean.length; d++) {
                action[d] = (float) (mean[d] + Math.exp(logStd[d]) * rng.nextGaussian());
            }
            return action;
        }

        @Override
        public float[] mode() {
            return mean.clone();
        }

        @Override
        public double logProb(float[] action) {
            return GaussianHead.logProb(mean, logStd, action, mean.length);
        }
    }
}
