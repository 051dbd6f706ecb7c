package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import io.github.rlllm.engine.returns.QTargets;
import io.github.rlllm.engine.rollout.ReplayBuffer;
import io.github.rlllm.engine.rollout.Transitions;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Deep Q-learning (Mnih et al. 2015, "Human-level control through deep reinforcement learning", algorithm 1), with double
 * Q-learning and returns over n steps where wanted:
 *
 * <pre>{@code
 * act:     a = random with probability epsilon, else argmax_a Q(s, a); keep (s, a, r, s', ending)
 * target:  y = r_0 + ... + gamma^(m-1) r_(m-1) + gamma^m Q_target(s_m, a*)       no last term after a termination
 *          a* = argmax_a Q_target(s_m, a), or argmax_a Q(s_m, a) in double Q-learning
 * update:  Adam on mean(huber(Q(s, a) - y)); no gradient through y; every k steps Q_target = Q
 * }</pre>
 *
 * <p>Values begin near zero, see {@link Mlp#uniform}. A truncated episode is bootstrapped, a terminated one is not. Everything random comes from the seed: equal seeds give
 * equal weights, bit for bit, on one machine and JVM. Confined to one thread, with its environment, which it does not
 * close.
 */
public final class Dqn implements Snapshot {
    private static final String NAME = "dqn";
    private static final int RECENT = 100;

    private final DqnConfig config;
    private final DqnConfig.Schedule schedule;
    private final Environment<float[], Integer> environment;
    private final List<Integer> actions;

    private final Mlp online;
    private final Mlp target;
    private final Adam adam;
    private final ReplayBuffer replay;
    private final SeededRandom acting;
    private final SeededRandom sampling;

    private final Transitions batch;
    private final MlpBatch onlineBatch;
    private final MlpBatch chooserBatch;
    private final MlpBatch targetBatch;
    private final double[] taken;
    private final double[] targets;
    private final double[] gradient;

    private long step;
    private double loss;
    private float @Nullable [] observation;
    private long episodeSeed;
    private int[] episodeActions = new int[64];
    private int episodeLength;
    private double episodeReturn;
    private long episodes;
    private final double[] recentReturns = new double[RECENT];

    /**
     * A learner before its first step, on {@link Kernels#fastest()}.
     *
     * @param config the figures
     * @param environment with flat observations and the actions {@code 0 .. n-1}
     * @param seed decides weights, exploration, episodes and batches
     * @throws IllegalArgumentException if the spaces are not a box and a discrete one
     */
    public Dqn(DqnConfig config, Environment<float[], Integer> environment, long seed) {
        this(config, environment, seed, Kernels.fastest());
    }

    /**
     * A learner on chosen kernels.
     *
     * @param config the figures
     * @param environment with flat observations and the actions {@code 0 .. n-1}
     * @param seed decides weights, exploration, episodes and batches
     * @param kernels the arithmetic
     * @throws IllegalArgumentException if the spaces are not a box and a discrete one
     */
    public Dqn(DqnConfig config, Environment<float[], Integer> environment, long seed, Kernels kernels) {
        if (!(environment.observationSpace() instanceof Space.Box box)) {
            throw new IllegalArgumentException(
                    "observationSpace: " + environment.observationSpace() + " (expected: a box)");
        }
        if (!(environment.actionSpace() instanceof Space.Discrete discrete)) {
            throw new IllegalArgumentException("actionSpace: " + environment.actionSpace() + " (expected: discrete)");
        }
        this.config = config;
        this.schedule = config.schedule();
        this.environment = environment;
        actions = IntStream.range(0, discrete.n()).boxed().toList();
        int[] sizes = IntStream.concat(
                        IntStream.concat(
                                IntStream.of(box.size()),
                                config.hidden().stream().mapToInt(Integer::intValue)),
                        IntStream.of(discrete.n()))
                .toArray();
        online = Mlp.uniform(kernels, SeededRandom.of(seed, "dqn weights"), Mlp.Activation.RELU, sizes);
        target = online.copy();
        adam = new Adam(config.adam(), online);
        replay = new ReplayBuffer(schedule.replay());
        acting = SeededRandom.of(seed, "dqn acting");
        sampling = SeededRandom.of(seed, "dqn sampling");
        batch = new Transitions(schedule.batch());
        onlineBatch = new MlpBatch(online, schedule.batch());
        chooserBatch = new MlpBatch(online, schedule.batch());
        targetBatch = new MlpBatch(target, schedule.batch());
        taken = new double[schedule.batch()];
        targets = new double[schedule.batch()];
        gradient = new double[schedule.batch()];
    }

    /**
     * Learns until its budget is spent, it is cancelled, or it has gone a number of steps; may be called again.
     *
     * @param steps the most environment steps of this call, at least 0
     * @param progress is told how far it is
     * @param control is looked at before every step
     * @return the environment steps so far, over all calls
     * @throws NotFiniteException if an observation, a loss or a weight is NaN or infinite
     */
    public long learn(long steps, Progress progress, Control control) {
        long until = Math.min(schedule.steps(), step + steps);
        while (step < until && !control.cancelled()) {
            float[] current = observation != null ? observation : begin();
            int action = explores() ? acting.nextInt(actions.size()) : argmax(online.forward(current), actions.size());
            Step<float[]> answer = environment.step(actions.get(action));
            step++;
            Checks.finite("dqn observation", answer.observation(), step);
            replay.add(current, action, answer.reward(), answer.observation(), answer.ending());
            follow(action, answer);

            if (step > schedule.learningStarts() && step % schedule.trainEvery() == 0) {
                update();
            }
            if (step % schedule.targetEvery() == 0) {
                synchronise();
            }
            progress.update(NAME, step, schedule.steps());
        }
        return step;
    }

    private boolean explores() {
        double epsilon =
                step < schedule.learningStarts() ? 1 : config.exploration().epsilon(step, schedule.steps());
        return acting.nextDouble() < epsilon;
    }

    private float[] begin() {
        episodeSeed = acting.nextLong();
        episodeLength = 0;
        episodeReturn = 0;
        float[] first = environment.reset(episodeSeed);
        Checks.finite("dqn observation", first, step);
        observation = first;
        return first;
    }

    private void follow(int action, Step<float[]> answer) {
        if (episodeLength == episodeActions.length) {
            episodeActions = Arrays.copyOf(episodeActions, 2 * episodeLength);
        }
        episodeActions[episodeLength++] = action;
        episodeReturn += answer.reward();
        observation = answer.observation();
        if (answer.ending() != Ending.NONE) {
            recentReturns[(int) (episodes++ % RECENT)] = episodeReturn;
            observation = null;
        }
    }

    /**
     * One step of the optimiser on a batch from the replay memory. {@link #learn} calls it; a loop of one's own that adds
     * to {@link #replay} may too.
     *
     * @return the loss before the step
     * @throws IllegalStateException if the replay memory is empty
     * @throws NotFiniteException if the loss or the gradient is NaN or infinite; the weights are then as before
     */
    public double update() {
        int n = batch.size();
        int choices = actions.size();
        replay.sample(sampling, config.nStep(), config.gamma(), batch);
        float[][] next = targetBatch.forward(batch.nextObservations(), n);
        float[][] chooser = config.doubleQ() ? chooserBatch.forward(batch.nextObservations(), n) : next;
        float[][] q = onlineBatch.forward(batch.observations(), n);
        QTargets.into(n, choices, batch.rewards(), batch.discounts(), next, chooser, targets);
        for (int i = 0; i < n; i++) {
            taken[i] = q[i][batch.actions()[i]];
        }
        loss = QTargets.huber(taken, targets, config.huberDelta(), gradient);
        Checks.finite("dqn loss", loss, step);

        float[][] outputGradient = onlineBatch.outputGradient();
        for (int i = 0; i < n; i++) {
            Arrays.fill(outputGradient[i], 0, choices, 0);
            outputGradient[i][batch.actions()[i]] = (float) gradient[i];
        }
        onlineBatch.backward();
        Checks.finite("dqn gradient norm", adam.step(), step);
        return loss;
    }

    /**
     * Copies the weights into the target network; {@link #learn} calls it every k steps.
     *
     * @throws NotFiniteException if a weight is NaN or infinite
     */
    public void synchronise() {
        if (!online.finite()) {
            Checks.finite("dqn weights", online.parameters(), step);
        }
        target.copyFrom(online);
    }

    /**
     * The replay memory, for a loop of one's own, such as one that relabels goals in hindsight.
     *
     * @return the memory, not a copy
     */
    public ReplayBuffer replay() {
        return replay;
    }

    /**
     * The action values at an observation.
     *
     * @param seen an observation
     * @return {@code [actions]} in the unit of the returns; belongs to the caller
     */
    public float[] values(float[] seen) {
        return online.forward(seen);
    }

    /**
     * The weights, in the network's order.
     *
     * @return a copy
     */
    public float[] weights() {
        return online.parameters();
    }

    /**
     * The greedy policy of the present weights, of which it takes a copy. Thread-safe.
     *
     * @return all probability on the action of the highest value, the first of equals
     */
    public Policy<float[], Integer> greedy() {
        return epsilonGreedy(0);
    }

    /**
     * The policy that acts at random with a probability and greedily otherwise, with a copy of the present weights.
     * Thread-safe.
     *
     * @param epsilon the probability of a uniformly random action, from 0 to 1
     * @return {@code epsilon / n} on every action and the rest on the greedy one; its distributions are {@link Finite}
     * @throws IllegalArgumentException if epsilon is outside its range
     */
    public Policy<float[], Integer> epsilonGreedy(double epsilon) {
        if (!(epsilon >= 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: from 0 to 1)");
        }
        Mlp frozen = online.copy();
        // One distribution for each greedy action: they differ in nothing else.
        List<Finite<Integer>> answers = actions.stream()
                .map(best -> {
                    double[] weights = new double[actions.size()];
                    Arrays.fill(weights, epsilon / weights.length);
                    weights[best] += 1 - epsilon;
                    return Finite.of(actions, weights);
                })
                .toList();
        return seen -> answers.get(argmax(frozen.forward(seen), answers.size()));
    }

    /**
     * The environment steps so far.
     *
     * @return at least 0
     */
    public long steps() {
        return step;
    }

    /**
     * The episodes that have ended.
     *
     * @return at least 0
     */
    public long episodes() {
        return episodes;
    }

    /**
     * The loss of the newest update.
     *
     * @return at least 0; 0 before the first
     */
    public double loss() {
        return loss;
    }

    /**
     * The mean undiscounted return of the newest hundred episodes, exploration included.
     *
     * @return the mean, 0 before the first episode ends
     */
    public double recentReturn() {
        int n = (int) Math.min(episodes, RECENT);
        return n == 0 ? 0 : Arrays.stream(recentReturns, 0, n).sum() / n;
    }

    /**
     * Everything that decides what comes next: networks, optimiser, replay memory, randomness, and the running episode as
     * its seed and actions.
     */
    @Override
    public byte[] save() {
        return new Checkpoint.Builder()
                .floats("online", online.parameters())
                .floats("target", target.parameters())
                .floats("adam", adam.moments())
                .bytes("replay", replay.save())
                .bytes("acting", acting.save())
                .bytes("sampling", sampling.save())
                .longs("counters", adam.steps(), step, episodes, observation == null ? 0 : 1, episodeSeed)
                .longs(
                        "actions",
                        Arrays.stream(episodeActions, 0, episodeLength)
                                .asLongStream()
                                .toArray())
                .doubles("loss", loss)
                .doubles("returns", recentReturns)
                .build()
                .encode();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Steps the environment through the running episode again. The learner must have been made with the same
     * configuration and kind of environment; after a failure it is unusable.
     *
     * @throws IllegalStateException if the environment answers the same seed and actions differently
     */
    @Override
    public void restore(byte[] state) {
        Checkpoint from = Checkpoint.ofState(state);
        long[] counters = from.longs("counters");
        online.setParameters(from.floats("online"));
        target.setParameters(from.floats("target"));
        adam.restore(counters[0], from.floats("adam"));
        replay.restore(from.bytes("replay"));
        acting.restore(from.bytes("acting"));
        sampling.restore(from.bytes("sampling"));
        step = counters[1];
        episodes = counters[2];
        episodeSeed = counters[4];
        loss = from.doubles("loss")[0];
        System.arraycopy(from.doubles("returns"), 0, recentReturns, 0, RECENT);
        restoreEpisode(counters[3] == 1, from.longs("actions"));
    }

    private void restoreEpisode(boolean running, long[] replayed) {
        observation = null;
        if (!running) {
            return;
        }
        observation = environment.reset(episodeSeed);
        episodeLength = 0;
        episodeReturn = 0;
        for (long replayedAction : replayed) {
            int action = (int) replayedAction;
            Step<float[]> answer = environment.step(actions.get(action));
            if (answer.ending() != Ending.NONE) {
                throw new IllegalStateException("environment: ended at step " + episodeLength
                        + " of a replayed episode (expected: equal answers to equal seeds and actions)");
            }
            follow(action, answer);
        }
    }

    private static int argmax(float[] values, int n) {
        int best = 0;
        for (int a = 1; a < n; a++) {
            if (values[a] > values[best]) {
                best = a;
            }
        }
        return best;
    }
}
