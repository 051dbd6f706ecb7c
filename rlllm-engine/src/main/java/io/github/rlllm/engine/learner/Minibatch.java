package io.github.rlllm.engine.learner;

/** The samples of one update of {@link Ppo}, gathered from a rollout, and the gradients of the loss. */
final class Minibatch {
    final int size;
    final float[][] observations;
    final float[][] actions;
    final double[] oldLogProbs;
    final double[] oldValues;
    final double[] advantages;
    /** Advantage plus old value: the targets of the values. */
    final double[] returns;

    final double[] logProbs;
    final double[] entropies;
    final double[] values;
    final double[] logProbGradient;
    final double[] valueGradient;

    Minibatch(int size) {
        this.size = size;
        observations = new float[size][];
        actions = new float[size][];
        oldLogProbs = new double[size];
        oldValues = new double[size];
        advantages = new double[size];
        returns = new double[size];
        logProbs = new double[size];
        entropies = new double[size];
        values = new double[size];
        logProbGradient = new double[size];
        valueGradient = new double[size];
    }

    void take(int i, Rollout rollout, int row) {
        observations[i] = rollout.observations[row];
        actions[i] = rollout.actions[row];
        oldLogProbs[i] = rollout.logProbs[row];
        oldValues[i] = rollout.values[row];
        advantages[i] = rollout.advantages[row];
        returns[i] = rollout.advantages[row] + rollout.values[row];
    }
}
