package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.KlEstimator;

/** Figures of the optimiser's steps of one update. */
final class StepFigures {
    private double losses;
    private int steps;
    private double gradientNorm;
    private double clipped;
    private double kl;
    private long tokens;

    /** Forgets what the last pass saw of tokens. */
    void beginPass() {
        clipped = 0;
        kl = 0;
        tokens = 0;
    }

    /** Tokens of a forward pass, new and old, and which share of them was clipped. */
    void saw(double[][] logProbs, double[][] old, double clippedShare) {
        long seen = 0;
        for (int i = 0; i < logProbs.length; i++) {
            for (int t = 0; t < logProbs[i].length; t++) {
                kl += KlEstimator.K3.value(old[i][t] - logProbs[i][t]);
                seen++;
            }
        }
        clipped += clippedShare * seen;
        tokens += seen;
    }

    void stepped(double loss, Descent.Step step) {
        losses += loss;
        gradientNorm = step.gradientNorm();
        steps++;
    }

    /** The mean of {@code rho - 1 - log rho} over the tokens of the last pass, 0 before it. */
    double klOfPass() {
        return tokens == 0 ? 0 : kl / tokens;
    }

    /** The share of the last pass's tokens that were clipped. */
    double clipped() {
        return clipped / tokens;
    }

    int steps() {
        return steps;
    }

    double meanLoss() {
        return losses / steps;
    }

    double gradientNorm() {
        return gradientNorm;
    }
}
