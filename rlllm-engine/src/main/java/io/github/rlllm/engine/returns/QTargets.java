package io.github.rlllm.engine.returns;

/**
 * Targets and losses of Q-learning over a batch of {@code [n]} transitions and {@code [n][a]} action values. Targets are
 * numbers: no gradient goes through them. Pure functions in double precision, thread-safe.
 */
public final class QTargets {
    private QTargets() {}

    /**
     * The target of deep Q-learning (Mnih et al. 2015, "Human-level control through deep reinforcement learning"):
     * {@code y = r + discount * max_a Q_target(s', a)}. The discount is {@code gamma^m} for a return over m steps, and 0
     * where the episode terminated; after a truncation it is not 0.
     *
     * @param rewards {@code [n]} rewards, or discounted sums of them
     * @param discounts {@code [n]} each from 0 to 1
     * @param nextTarget {@code [n][a]} the target network's action values at the next observation
     * @return {@code [n]} targets
     * @throws IllegalArgumentException if lengths differ, a row is empty or a discount is outside its range
     */
    public static double[] dqn(double[] rewards, double[] discounts, double[][] nextTarget) {
        return doubleDqn(rewards, discounts, nextTarget, nextTarget);
    }

    /**
     * The target of double Q-learning (van Hasselt et al. 2016, "Deep Reinforcement Learning with Double Q-learning",
     * equation 4): {@code y = r + discount * Q_target(s', argmax_a Q_online(s', a))}.
     *
     * @param rewards {@code [n]} rewards, or discounted sums of them
     * @param discounts {@code [n]} each from 0 to 1
     * @param nextTarget {@code [n][a]} the target network's action values at the next observation
     * @param nextOnline {@code [n][a]} the online network's; the first of equals is chosen
     * @return {@code [n]} targets
     * @throws IllegalArgumentException if lengths differ, a row is empty or a discount is outside its range
     */
    public static double[] doubleDqn(
            double[] rewards, double[] discounts, double[][] nextTarget, double[][] nextOnline) {
        int n = rewards.length;
        if (discounts.length != n || nextTarget.length != n || nextOnline.length != n) {
            throw new IllegalArgumentException("discounts, nextTarget, nextOnline: lengths " + discounts.length + ", "
                    + nextTarget.length + ", " + nextOnline.length + " (expected: " + n + ")");
        }
        double[] targets = new double[n];
        for (int i = 0; i < n; i++) {
            Returns.requireShare(discounts[i], "discounts[" + i + "]");
            if (nextTarget[i].length == 0 || nextTarget[i].length != nextOnline[i].length) {
                throw new IllegalArgumentException("nextTarget[" + i + "]: " + nextTarget[i].length
                        + " actions (expected: " + nextOnline[i].length + ", at least 1)");
            }
            targets[i] = rewards[i] + discounts[i] * nextTarget[i][argmax(nextOnline[i])];
        }
        return targets;
    }

    /**
     * {@link #doubleDqn} on the rows that a network gives, into an array that is there already.
     *
     * @param n the number of rows to read, at least 0
     * @param actions the number of actions, at least 1; what follows them in a row is not read
     * @param rewards {@code [n]} rewards, or discounted sums of them
     * @param discounts {@code [n]} each from 0 to 1
     * @param nextTarget {@code [n][>= actions]} the target network's action values at the next observation
     * @param chooser {@code [n][>= actions]} the values by which the action is chosen: {@code nextTarget} itself in plain
     *     Q-learning, the online network's in double Q-learning
     * @param targets {@code [n]} receives the targets
     * @throws IndexOutOfBoundsException if an array is too short
     */
    public static void into(
            int n,
            int actions,
            double[] rewards,
            double[] discounts,
            float[][] nextTarget,
            float[][] chooser,
            double[] targets) {
        for (int i = 0; i < n; i++) {
            int best = 0;
            for (int a = 1; a < actions; a++) {
                if (chooser[i][a] > chooser[i][best]) {
                    best = a;
                }
            }
            targets[i] = rewards[i] + discounts[i] * nextTarget[i][best];
        }
    }

    /**
     * The Huber loss: {@code mean(e^2 / 2 where |e| <= delta, delta * (|e| - delta / 2) beyond)}, with {@code e = q - y}.
     * Smooth L1 is the Huber loss with delta 1; in general {@code smoothL1(beta) = huber(delta = beta) / beta}.
     *
     * @param q {@code [n]} the values of the actions taken
     * @param targets {@code [n]} targets
     * @param delta where the loss turns linear, above 0
     * @param gradient {@code [n]} receives d loss / d q
     * @return the loss
     * @throws IllegalArgumentException if lengths differ, the batch is empty or delta is not above 0
     */
    public static double huber(double[] q, double[] targets, double delta, double[] gradient) {
        int n = requireBatch(q, targets, gradient);
        if (!(delta > 0)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: > 0)");
        }
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double error = q[i] - targets[i];
            double size = Math.abs(error);
            loss += (size <= delta ? 0.5 * error * error : delta * (size - 0.5 * delta)) / n;
            gradient[i] = Math.max(-delta, Math.min(delta, error)) / n;
        }
        return loss;
    }

    /**
     * The mean squared error, {@code mean((q - y)^2)}.
     *
     * @param q {@code [n]} the values of the actions taken
     * @param targets {@code [n]} targets
     * @param gradient {@code [n]} receives d loss / d q
     * @return the loss
     * @throws IllegalArgumentException if lengths differ or the batch is empty
     */
    public static double meanSquared(double[] q, double[] targets, double[] gradient) {
        requireBatch(q, targets, gradient);
        return PolicyLosses.value(q, targets, gradient);
    }

    private static int requireBatch(double[] q, double[] targets, double[] gradient) {
        if (q.length == 0 || targets.length != q.length || gradient.length != q.length) {
            throw new IllegalArgumentException("q, targets, gradient: lengths " + q.length + ", " + targets.length
                    + ", " + gradient.length + " (expected: equal, at least 1)");
        }
        return q.length;
    }

    private static int argmax(double[] values) {
        int best = 0;
        for (int a = 1; a < values.length; a++) {
            if (values[a] > values[best]) {
                best = a;
            }
        }
        return best;
    }
}
