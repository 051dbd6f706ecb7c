package io.github.rlllm.engine.returns;

import io.github.rlllm.api.Ending;

/**
 * Returns and advantages. All arrays are {@code [T]}, one element a step; rewards, values and results share one unit.
 * Termination and truncation are handled exactly: see {@link Trajectory#nextValue}. Pure functions, thread-safe.
 */
public final class Returns {
    private Returns() {}

    /**
     * Generalised advantage estimation (Schulman et al. 2016, "High-Dimensional Continuous Control Using Generalized
     * Advantage Estimation", equations 11 and 16):
     *
     * <pre>{@code
     * delta_t = r_t + gamma * V(s_{t+1}) - V(s_t)
     * A_t     = delta_t + gamma * lambda * (1 - over_t) * A_{t+1}
     * }</pre>
     *
     * <p>The critic's targets are {@code A_t + V(s_t)}.
     *
     * @param trajectory T steps
     * @param gamma the discount, from 0 to 1
     * @param lambda the trace decay, from 0 (one-step TD error) to 1 (discounted return less the value)
     * @return {@code [T]} the advantages
     * @throws IllegalArgumentException if gamma or lambda is outside its range
     */
    public static double[] gae(Trajectory trajectory, double gamma, double lambda) {
        requireShare(gamma, "gamma");
        requireShare(lambda, "lambda");
        double[] advantages = new double[trajectory.steps()];
        double next = 0;
        for (int t = advantages.length - 1; t >= 0; t--) {
            double delta = trajectory.reward(t) + gamma * trajectory.nextValue(t) - trajectory.value(t);
            next = trajectory.over(t) ? delta : delta + gamma * lambda * next;
            advantages[t] = next;
        }
        return advantages;
    }

    /**
     * {@link #gae(Trajectory, double, double)} over the columns of several environments that step together; element
     * {@code t * lanes + n} is step t of environment n. Sums are kept in double precision.
     *
     * @param steps T, at least 1
     * @param lanes the number N of environments, at least 1
     * @param rewards {@code [T * N]} rewards
     * @param values {@code [T * N]} V(s_t)
     * @param endings {@code [T * N]} how each step left its episode
     * @param finalValues {@code [T * N]} V of the last observation of the cut episode, read at a truncation alone
     * @param lastValues {@code [N]} V(s_T)
     * @param gamma the discount, from 0 to 1
     * @param lambda the trace decay, from 0 to 1
     * @param advantages {@code [T * N]} receives the advantages
     * @throws IllegalArgumentException if a column is shorter than its shape, or gamma or lambda is outside its range
     */
    public static void gae(
            int steps,
            int lanes,
            float[] rewards,
            float[] values,
            Ending[] endings,
            float[] finalValues,
            float[] lastValues,
            double gamma,
            double lambda,
            float[] advantages) {
        requireShare(gamma, "gamma");
        requireShare(lambda, "lambda");
        requireColumn(rewards.length, steps * lanes, "rewards");
        requireColumn(values.length, steps * lanes, "values");
        requireColumn(endings.length, steps * lanes, "endings");
        requireColumn(finalValues.length, steps * lanes, "finalValues");
        requireColumn(lastValues.length, lanes, "lastValues");
        requireColumn(advantages.length, steps * lanes, "advantages");
        for (int n = 0; n < lanes; n++) {
            double nextValue = lastValues[n];
            double nextAdvantage = 0;
            for (int i = (steps - 1) * lanes + n; i >= 0; i -= lanes) {
                Ending ending = endings[i];
                if (ending != Ending.NONE) {
                    nextValue = ending == Ending.TRUNCATED ? finalValues[i] : 0;
                    nextAdvantage = 0;
                }
                nextAdvantage = rewards[i] + gamma * nextValue - values[i] + gamma * lambda * nextAdvantage;
                nextValue = values[i];
                advantages[i] = (float) nextAdvantage;
            }
        }
    }

    /**
     * Discounted returns, bootstrapped where an episode was cut (Sutton and Barto, "Reinforcement Learning", 2nd ed.,
     * equation 3.9): {@code G_t = r_t + gamma * (G_{t+1} within the episode, V(s_{t+1}) at its end)}.
     *
     * @param trajectory T steps
     * @param gamma the discount, from 0 to 1
     * @return {@code [T]} the returns
     * @throws IllegalArgumentException if gamma is outside its range
     */
    public static double[] discounted(Trajectory trajectory, double gamma) {
        requireShare(gamma, "gamma");
        double[] returns = new double[trajectory.steps()];
        for (int t = returns.length - 1; t >= 0; t--) {
            boolean bootstraps = trajectory.over(t) || t == returns.length - 1;
            returns[t] = trajectory.reward(t) + gamma * (bootstraps ? trajectory.nextValue(t) : returns[t + 1]);
        }
        return returns;
    }

    /**
     * Returns of at most n steps, mixed by lambda within the horizon (Sutton and Barto, 2nd ed., equations 7.1 and
     * 12.2):
     *
     * <pre>{@code
     * G_{t:h} = r_t + gamma * ((1 - lambda) * V(s_{t+1}) + lambda * G_{t+1:h}),   G_{h:h} = V(s_h),   h = min(t + n, T)
     * }</pre>
     *
     * <p>With lambda 1 this is {@code r_t + ... + gamma^(n-1) r_{t+n-1} + gamma^n V(s_{t+n})}. The horizon shrinks at the
     * end of the trajectory and at the end of an episode.
     *
     * @param trajectory T steps
     * @param n the horizon, at least 1
     * @param gamma the discount, from 0 to 1
     * @param lambda the weight of the longer return, from 0 to 1
     * @return {@code [T]} the returns
     * @throws IllegalArgumentException if n, gamma or lambda is outside its range
     */
    public static double[] nStep(Trajectory trajectory, int n, double gamma, double lambda) {
        requireShare(gamma, "gamma");
        requireShare(lambda, "lambda");
        if (n < 1) {
            throw new IllegalArgumentException("n: " + n + " (expected: >= 1)");
        }
        double[] returns = new double[trajectory.steps()];
        for (int t = 0; t < returns.length; t++) {
            int last = (int) Math.min((long) t + n, returns.length) - 1;
            double target = trajectory.nextValue(last);
            for (int k = last; k >= t; k--) {
                double next = trajectory.nextValue(k);
                target = trajectory.reward(k)
                        + gamma * (trajectory.over(k) ? next : (1 - lambda) * next + lambda * target);
            }
            returns[t] = target;
        }
        return returns;
    }

    /**
     * V-trace targets for a critic that learns from another policy's steps (Espeholt et al. 2018, "IMPALA", equation 1
     * and remark 1):
     *
     * <pre>{@code
     * vs_t = V(s_t) + delta_t + gamma * c_t * (1 - over_t) * (vs_{t+1} - V(s_{t+1}))
     * delta_t = min(clipRho, rho_t) * (r_t + gamma * V(s_{t+1}) - V(s_t)),   c_t = lambda * min(1, rho_t)
     * }</pre>
     *
     * @param trajectory T steps of the behaviour policy, with the target's values
     * @param logRhos {@code [T]} log rho_t = log pi(a_t | s_t) - log mu(a_t | s_t), in nats
     * @param gamma the discount, from 0 to 1
     * @param lambda the trace decay, from 0 to 1
     * @param clipRho the bound rho-bar, above 0
     * @return {@code [T]} the targets vs_t
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public static double[] vTraceTargets(
            Trajectory trajectory, double[] logRhos, double gamma, double lambda, double clipRho) {
        requireShare(gamma, "gamma");
        requireShare(lambda, "lambda");
        requireRatios(trajectory, logRhos, clipRho, "clipRho");
        double[] targets = new double[trajectory.steps()];
        double error = 0;
        for (int t = targets.length - 1; t >= 0; t--) {
            double rho = Math.exp(logRhos[t]);
            double delta = Math.min(clipRho, rho)
                    * (trajectory.reward(t) + gamma * trajectory.nextValue(t) - trajectory.value(t));
            error = trajectory.over(t) ? delta : delta + gamma * lambda * Math.min(1, rho) * error;
            targets[t] = trajectory.value(t) + error;
        }
        return targets;
    }

    /**
     * Advantages for the policy gradient of V-trace (Espeholt et al. 2018, section 4.2):
     *
     * <pre>{@code
     * A_t = min(clipPgRho, rho_t) * (r_t + gamma * (lambda * vs_{t+1} + (1 - lambda) * V(s_{t+1})) - V(s_t))
     * }</pre>
     *
     * <p>At the end of an episode and of the trajectory the bootstrap is {@link Trajectory#nextValue}.
     *
     * @param trajectory T steps
     * @param logRhos {@code [T]} log-ratios in nats
     * @param targets {@code [T]} what {@link #vTraceTargets} gave
     * @param gamma the discount, from 0 to 1
     * @param lambda the trace decay, from 0 to 1
     * @param clipPgRho the bound of the ratio in the gradient, above 0
     * @return {@code [T]} the advantages
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public static double[] vTraceAdvantages(
            Trajectory trajectory, double[] logRhos, double[] targets, double gamma, double lambda, double clipPgRho) {
        requireShare(gamma, "gamma");
        requireShare(lambda, "lambda");
        requireRatios(trajectory, logRhos, clipPgRho, "clipPgRho");
        requireColumn(targets.length, trajectory.steps(), "targets");
        double[] advantages = new double[trajectory.steps()];
        for (int t = 0; t < advantages.length; t++) {
            boolean bootstraps = trajectory.over(t) || t == advantages.length - 1;
            double next = trajectory.nextValue(t);
            double q =
                    trajectory.reward(t) + gamma * (bootstraps ? next : lambda * targets[t + 1] + (1 - lambda) * next);
            advantages[t] = Math.min(clipPgRho, Math.exp(logRhos[t])) * (q - trajectory.value(t));
        }
        return advantages;
    }

    private static void requireRatios(Trajectory trajectory, double[] logRhos, double clip, String name) {
        requireColumn(logRhos.length, trajectory.steps(), "logRhos");
        if (!(clip > 0)) {
            throw new IllegalArgumentException(name + ": " + clip + " (expected: > 0)");
        }
        for (int t = 0; t < trajectory.steps(); t++) {
            if (Double.isNaN(logRhos[t])) {
                throw new IllegalArgumentException("logRhos[" + t + "]: NaN (expected: a log-ratio)");
            }
        }
    }

    static void requireShare(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 0 to 1)");
        }
    }

    private static void requireColumn(int length, int expected, String name) {
        if (length < expected || expected < 1) {
            throw new IllegalArgumentException(name + ": length " + length + " (expected: >= " + expected + ")");
        }
    }
}
