package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.returns.PolicyLosses;
import io.github.rlllm.engine.returns.Returns;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Proximal policy optimisation (Schulman et al. 2017, algorithm 1), with separate networks for policy and value:
 *
 * <pre>{@code
 * repeat
 *   rollout: N environments, T steps each with the present policy; V of every observation
 *   A = generalised advantages; after a termination nothing is bootstrapped, after a truncation V of the last observation
 *   R = A + V
 *   for each epoch, for each batch of a random order:
 *     ratio = pi(a|s) / pi_old(a|s)
 *     L = -mean(min(ratio A, clamp(ratio, 1 - clip, 1 + clip) A)) - c_entropy mean(entropy) + c_value value loss
 *     Adam on L, the gradient of both networks clipped together
 * }</pre>
 *
 * <p>Everything random comes from the seed: equal seeds give equal weights, bit for bit, on one machine, JVM and kind of
 * kernels. {@link #save} between two calls of {@link #learn} holds everything that decides what comes next. Confined to one
 * thread, with its environments, which {@link #close} closes.
 *
 * @param <A> the type of an action
 */
public final class Ppo<A> implements Snapshot, AutoCloseable {
    private static final String NAME = "ppo";
    private static final int RECENT = 100;

    /**
     * The figures of one update, before its step.
     *
     * @param policy the clipped surrogate loss
     * @param value the value loss, without its coefficient
     * @param entropy the mean entropy in nats
     * @param total what was minimised
     * @param kl the estimate mean(ratio - 1 - log ratio) of the KL from the policy that acted, in nats
     * @param clipFraction the share of samples whose ratio is outside the clip range
     * @param gradientNorm the gradient's global norm before clipping
     */
    public record Losses(
            double policy,
            double value,
            double entropy,
            double total,
            double kl,
            double clipFraction,
            double gradientNorm) {}

    private final PpoConfig config;
    private final PolicyHead<A> head;
    private final List<Lane<A>> lanes;
    final ActorCritic<A> nets;
    private final SeededRandom acting;
    private final SeededRandom episodes;
    private final SeededRandom shuffling;

    /** The rollout in columns; element t * N + n is step t of environment n. */
    final Rollout rollout;

    /** Where in the rollout the next step goes; its length while it is being learned from. */
    private int t;
    /** The epochs of the present rollout that are done. */
    private int epoch;

    private final float[][] seen;
    private final int[] order;
    private final Minibatch mini;

    private long step;
    private long updates;
    private Losses losses = new Losses(0, 0, 0, 0, 0, 0, 0);
    private long ended;
    private final double[] recentReturns = new double[RECENT];

    private Ppo(
            PpoConfig config,
            EnvironmentFactory<float[], A> factory,
            Function<Environment<float[], A>, PolicyHead<A>> heads,
            long seed,
            Kernels kernels) {
        this.config = config;
        int n = config.rollout().environments();
        lanes = new ArrayList<>(n);
        try {
            for (int i = 0; i < n; i++) {
                lanes.add(new Lane<>(factory.create()));
            }
            Environment<float[], A> first = lanes.get(0).environment;
            if (!(first.observationSpace() instanceof Space.Box box)) {
                throw new IllegalArgumentException(
                        "observationSpace: " + first.observationSpace() + " (expected: a box)");
            }
            head = heads.apply(first);
            nets = new ActorCritic<>(config, box.size(), head, seed, kernels);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        acting = SeededRandom.of(seed, "ppo acting");
        episodes = SeededRandom.of(seed, "ppo episodes");
        shuffling = SeededRandom.of(seed, "ppo shuffling");
        rollout = new Rollout(config.rollout().steps(), n);
        seen = new float[n][];
        order = new int[config.rollout().steps() * n];
        mini = new Minibatch(config.updates().batch());
    }

    /**
     * A learner over the actions {@code 0 .. k-1} before its first step.
     *
     * @param config the figures
     * @param factory makes environments with flat observations
     * @param seed decides weights, actions, episodes and batches
     * @param kernels the arithmetic, usually {@link Kernels#fastest()}
     * @return the learner
     * @throws IllegalArgumentException if the spaces are not a box and a discrete one
     */
    public static Ppo<Integer> categorical(
            PpoConfig config, EnvironmentFactory<float[], Integer> factory, long seed, Kernels kernels) {
        int batch = config.updates().batch();
        return new Ppo<>(config, factory, made -> CategoricalHead.of(made.actionSpace(), batch), seed, kernels);
    }

    /**
     * A learner over vectors, with a normal distribution for each element whose standard deviation does not depend on the
     * observation. The environment gets the action clipped to its bounds.
     *
     * @param config the figures
     * @param factory makes environments with flat observations
     * @param seed decides weights, actions, episodes and batches
     * @param kernels the arithmetic
     * @return the learner
     * @throws IllegalArgumentException if the spaces are not boxes
     */
    public static Ppo<float[]> gaussian(
            PpoConfig config, EnvironmentFactory<float[], float[]> factory, long seed, Kernels kernels) {
        return new Ppo<>(config, factory, made -> GaussianHead.of(made.actionSpace(), kernels), seed, kernels);
    }

    /**
     * Learns until its budget is spent, it has gone a number of steps more, or it is cancelled; may be called again. It
     * goes whole rollouts, so it may go a little further than asked. When cancelled inside a rollout it keeps what it has
     * collected, and between two epochs over it what it has learned: the next call goes on there.
     *
     * @param steps environment steps of this call over all environments, at least 0
     * @param progress is told how far it is
     * @param control is looked at before every step and every epoch
     * @return the environment steps so far, over all calls
     * @throws NotFiniteException if a reward, a loss, a gradient or a weight is NaN or infinite
     */
    public long learn(long steps, Progress progress, Control control) {
        long until = Math.min(config.rollout().budget(), step + steps);
        while (step < until || t == config.rollout().steps()) {
            if (!collect(control) || !update(control)) {
                return step;
            }
            progress.update(
                    NAME,
                    Math.min(step, config.rollout().budget()),
                    config.rollout().budget());
        }
        return step;
    }

    /** Fills the rollout from where it is; false if cancelled before it is full. */
    private boolean collect(Control control) {
        int n = lanes.size();
        if (epoch > 0) {
            return true;
        }
        for (; t < config.rollout().steps(); t++) {
            if (control.cancelled()) {
                return false;
            }
            int base = t * n;
            for (int i = 0; i < n; i++) {
                seen[i] = lanes.get(i).observation(episodes);
                rollout.observations[base + i] = seen[i];
            }
            float[][] outputs = nets.actorBatch.forward(seen, n);
            float[][] values = nets.criticBatch.forward(seen, n);
            for (int i = 0; i < n; i++) {
                float[] action = new float[head.width()];
                rollout.logProbs[base + i] = head.sample(outputs[i], acting, action);
                rollout.actions[base + i] = action;
                rollout.values[base + i] = values[i][0];
            }
            for (int i = 0; i < n; i++) {
                Lane<A> lane = lanes.get(i);
                float[] action = rollout.actions[base + i];
                Step<float[]> answer = lane.step(head.action(action), action, ++step);
                rollout.rewards[base + i] = (float) answer.reward();
                rollout.endings[base + i] = answer.ending();
                if (answer.ending() == Ending.TRUNCATED) {
                    rollout.finalValues[base + i] = nets.critic.forward(answer.observation())[0];
                }
                if (answer.ending().over()) {
                    recentReturns[(int) (ended++ % RECENT)] = lane.episodeReturn();
                }
            }
        }
        for (int i = 0; i < n; i++) {
            rollout.lastValues[i] = nets.critic.forward(lanes.get(i).observation(episodes))[0];
        }
        return true;
    }

    /** Learns from a full rollout, from the first epoch that is not done; false if cancelled before the last. */
    private boolean update(Control control) {
        Returns.gae(
                config.rollout().steps(),
                lanes.size(),
                rollout.rewards,
                rollout.values,
                rollout.endings,
                rollout.finalValues,
                rollout.lastValues,
                config.gamma(),
                config.lambda(),
                rollout.advantages);
        double left = 1 - (double) (step - order.length) / config.rollout().budget();
        nets.adam.learningRate(
                config.adam().learningRate() * (config.annealing().learningRate() ? left : 1));
        double clip = config.loss().clip() * (config.annealing().clip() ? left : 1);
        int batch = config.updates().batch();
        int epochs = config.updates().epochs();
        double maxKl = config.updates().maxKl();
        for (; epoch < epochs; epoch++) {
            if (control.cancelled()) {
                return false;
            }
            shuffle();
            for (int from = 0; from < order.length; from += batch) {
                boolean last = epoch == epochs - 1 && from + batch == order.length;
                Losses now = minibatch(order, from, clip, last || maxKl < Double.POSITIVE_INFINITY);
                if (last || now.kl() > maxKl) {
                    losses = now;
                    epoch = epochs;
                    break;
                }
            }
        }
        nets.requireFinite(step);
        epoch = 0;
        t = 0;
        return true;
    }

    /** Fisher and Yates, from the identity, so that an order depends on the generator alone. */
    private void shuffle() {
        for (int i = 0; i < order.length; i++) {
            int j = shuffling.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    /**
     * One step of Adam on the samples {@code rows[from]} and following. The KL and the share of clipped samples take time
     * and change nothing, so they are 0 where {@code diagnose} is false.
     */
    Losses minibatch(int[] rows, int from, double clip, boolean diagnose) {
        PpoConfig.Loss loss = config.loss();
        int n = mini.size;
        for (int i = 0; i < n; i++) {
            mini.take(i, rollout, rows[from + i]);
        }
        float[][] outputs = nets.actorBatch.forward(mini.observations, n);
        float[][] predicted = nets.criticBatch.forward(mini.observations, n);
        head.evaluate(outputs, mini.actions, n, mini.logProbs, mini.entropies);
        double entropy = 0;
        for (int i = 0; i < n; i++) {
            mini.values[i] = predicted[i][0];
            entropy += mini.entropies[i] / n;
        }

        double[] advantages = loss.normaliseAdvantages() ? PolicyLosses.normalised(mini.advantages) : mini.advantages;
        double policy = PolicyLosses.clipped(mini.logProbs, mini.oldLogProbs, advantages, clip, mini.logProbGradient);
        double value = switch (loss.valueLoss()) {
            case SQUARED -> PolicyLosses.value(mini.values, mini.returns, mini.valueGradient);
            case CLIPPED ->
                PolicyLosses.clippedValue(
                        mini.values, mini.oldValues, mini.returns, loss.valueClip(), mini.valueGradient);
            case PESSIMISTIC ->
                PolicyLosses.pessimisticValue(
                        mini.values, mini.oldValues, mini.returns, loss.valueClip(), mini.valueGradient);
        };
        double total = policy - loss.entropyCoefficient() * entropy + loss.valueCoefficient() * value;
        Checks.finite("loss", total, step);

        head.gradient(n, mini.logProbGradient, -loss.entropyCoefficient() / n, nets.actorBatch.outputGradient());
        float[][] valueGradient = nets.criticBatch.outputGradient();
        for (int i = 0; i < n; i++) {
            valueGradient[i][0] = (float) (loss.valueCoefficient() * mini.valueGradient[i]);
        }
        nets.actorBatch.backward();
        nets.criticBatch.backward();
        double kl = diagnose ? PolicyLosses.kl3(mini.logProbs, mini.oldLogProbs) : 0;
        double outside = diagnose ? PolicyLosses.clipFraction(mini.logProbs, mini.oldLogProbs, clip) : 0;
        double norm = Checks.finite("gradient norm", nets.adam.step(), step);
        updates++;
        return new Losses(policy, value, entropy, total, kl, outside, norm);
    }

    /**
     * The policy of the present weights, of which it takes a copy. Thread-safe. Categorical distributions are
     * {@link io.github.rlllm.api.Finite}; a normal one is that of the action before it is clipped to the bounds.
     *
     * @return pi; its mode is the greedy action
     */
    public Policy<float[], A> policy() {
        Mlp frozen = nets.actor.copy();
        Function<float[], Distribution<A>> distributions = head.distributions();
        return seen -> distributions.apply(frozen.forward(seen));
    }

    /**
     * The value of an observation.
     *
     * @param seen an observation
     * @return V in the unit of the returns
     */
    public double value(float[] seen) {
        return nets.critic.forward(seen)[0];
    }

    /**
     * All weights: policy, value, and where actions are vectors the log standard deviations.
     *
     * @return a copy
     */
    public float[] weights() {
        return nets.weights();
    }

    /**
     * The environment steps so far, over all environments.
     *
     * @return at least 0
     */
    public long steps() {
        return step;
    }

    /**
     * The steps of the optimiser so far.
     *
     * @return at least 0
     */
    public long updates() {
        return updates;
    }

    /**
     * The figures of the newest rollout's last update.
     *
     * @return all 0 before the first
     */
    public Losses losses() {
        return losses;
    }

    /**
     * The mean undiscounted return of the newest hundred episodes.
     *
     * @return the mean, 0 before the first episode ends
     */
    public double recentReturn() {
        int n = (int) Math.min(ended, RECENT);
        return n == 0 ? 0 : Arrays.stream(recentReturns, 0, n).sum() / n;
    }

    private List<SeededRandom> generators() {
        return List.of(acting, episodes, shuffling);
    }

    @Override
    public byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(step);
            out.writeLong(updates);
            out.writeLong(ended);
            out.writeInt(t);
            out.writeInt(epoch);
            for (float last : rollout.lastValues) {
                out.writeFloat(last);
            }
            for (double recent : recentReturns) {
                out.writeDouble(recent);
            }
            nets.save(out);
            for (SeededRandom rng : generators()) {
                byte[] state = rng.save();
                out.writeInt(state.length);
                out.write(state);
            }
            for (Lane<A> lane : lanes) {
                lane.save(out);
            }
            rollout.save(out, t * lanes.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void restore(byte[] state) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            step = in.readLong();
            updates = in.readLong();
            ended = in.readLong();
            t = in.readInt();
            epoch = in.readInt();
            for (int i = 0; i < lanes.size(); i++) {
                rollout.lastValues[i] = in.readFloat();
            }
            for (int i = 0; i < RECENT; i++) {
                recentReturns[i] = in.readDouble();
            }
            nets.restore(in);
            for (SeededRandom rng : generators()) {
                rng.restore(in.readNBytes(in.readInt()));
            }
            for (Lane<A> lane : lanes) {
                lane.restore(in, head);
            }
            rollout.restore(in, t * lanes.size());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "state: " + state.length + " bytes (expected: what a learner of equal configuration saved)", e);
        }
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
