package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Deep Q-learning (Mnih et al. 2015) of one network for many goals (universal value functions, Schaul et al. 2015) with
 * hindsight experience replay (Andrychowicz et al. 2017): a transition is learned from under a goal that was reached
 * later on, under one of the place at random, or under the one pursued. Deviations: the target network follows by
 * averaging, and targets are cut to the range that values can have.
 *
 * <p>The reward is 1 when the goal is reached and the episode then ends, so that with discount {@code gamma}
 *
 * <pre>
 * y = 1                                        if g is reached in s'
 * y = 0                                        if g is lost in s or s'
 * y = gamma max_a Q'(s', a, g)                 otherwise, cut to [0, 1]
 * </pre>
 *
 * and {@code max_a Q(s, a, g)} is gamma to the power of the steps that are left, weighted by the chance of success.
 * Deterministic: equal seeds, configurations and worlds give equal bits. {@link #save} keeps networks, optimiser and
 * every action that was taken; the worlds and the replay memory, which is far larger, are made again from the actions.
 */
public final class HindsightDqn implements Snapshot {
    private static final int ATTEMPT = 80;
    private static final int ATTEMPTS_A_PLACE = 4;
    private static final int HORIZON = 40;
    /** Steps of every world before the first update. */
    private static final int FIRST_STEPS = 2 * HORIZON;

    private static final int NOT_BEGUN = -2;
    private static final double PURSUED = 0.4;
    private static final double LOST = 0.1;
    private static final double FIRST_EPSILON = 1.0;
    private static final double LAST_EPSILON = 0.1;
    private static final double EXPLORING = 0.3;
    private static final double TARGET_STEP = 0.005;
    private static final double MAX_GRADIENT = 5;

    private final HindsightConfig config;
    private final GoalWorld[] worlds;
    private final int[] goal;
    private final int[] steps;
    private final int[] attempts;
    private final SeededRandom acting;
    private final SeededRandom sampling;
    private final byte[] actingAtStart;
    private final Mlp net;
    private final Mlp target;
    private final Adam adam;
    private final HindsightReplay replay;
    private final MlpBatch act;
    private final MlpBatch learn;
    private final MlpBatch evaluate;
    private final float[][] seen;
    private final float[][] before;
    private final float[][] after;
    private final double[] label;
    private final int[] chosen;
    private final int[] going;
    /** The actions of every step of all worlds, the worlds of a step next to each other. */
    private final byte[] taken;

    private int stepped;
    private int updates;

    /**
     * A learner before its first update.
     *
     * @param config how
     * @param world makes worlds that are independent of each other; those of one seed begin in the same way each time
     * @param seed decides everything
     */
    public HindsightDqn(HindsightConfig config, Supplier<? extends GoalWorld> world, long seed) {
        this.config = config;
        worlds = new GoalWorld[config.worlds()];
        for (int w = 0; w < worlds.length; w++) {
            worlds[w] = world.get();
        }
        goal = new int[worlds.length];
        steps = new int[worlds.length];
        attempts = new int[worlds.length];
        SeededRandom random = SeededRandom.of(seed, "hindsight-dqn");
        acting = random.split("acting");
        sampling = random.split("replay");
        actingAtStart = acting.save();
        int inputs = worlds[0].observationSize();
        net = Mlp.orthogonal(
                random.split("weights"),
                Mlp.Activation.RELU,
                Math.sqrt(2),
                .1,
                inputs,
                config.width(),
                config.width(),
                worlds[0].actions());
        target = net.copy();
        adam = new Adam(
                AdamConfig.defaults().withLearningRate(config.learningRate()).withMaxGradientNorm(MAX_GRADIENT), net);
        replay = new HindsightReplay(worlds.length, config.replay(), worlds[0].memorySize());
        act = new MlpBatch(net, worlds.length);
        learn = new MlpBatch(net, config.batch());
        evaluate = new MlpBatch(target, config.batch());
        seen = new float[worlds.length][inputs];
        before = new float[config.batch()][inputs];
        after = new float[config.batch()][inputs];
        label = new double[config.batch()];
        chosen = new int[config.batch()];
        going = new int[config.batch()];
        taken = new byte[Math.multiplyExact(FIRST_STEPS + config.updates(), worlds.length)];
        Arrays.setAll(goal, w -> NOT_BEGUN);
    }

    /**
     * Learns from nothing to the end.
     *
     * @param config how
     * @param world makes worlds that are independent of each other
     * @param seed decides everything
     * @param progress where it says how far it is
     * @param control where it looks whether to stop early
     * @return the network: from an observation under a goal to one value an action
     * @throws io.github.rlllm.engine.run.NotFiniteException if the loss becomes NaN or infinite
     */
    public static Mlp train(
            HindsightConfig config,
            Supplier<? extends GoalWorld> world,
            long seed,
            Progress progress,
            Control control) {
        HindsightDqn dqn = new HindsightDqn(config, world, seed);
        dqn.learn(config.updates(), progress, control);
        return dqn.net;
    }

    /**
     * Learns on.
     *
     * @param more updates of this call; fewer where the configuration's number is reached or it is cancelled
     * @param progress where it says how far it is
     * @param control where it looks before each update whether to stop
     * @return the updates so far
     * @throws io.github.rlllm.engine.run.NotFiniteException if the loss becomes NaN or infinite
     */
    public int learn(int more, Progress progress, Control control) {
        int until = Math.min(config.updates(), updates + more);
        while (stepped < FIRST_STEPS) {
            step(false);
        }
        while (updates < until && !control.cancelled()) {
            step(false);
            adam.learningRate(config.learningRate() * (1 - .9 * updates / config.updates()));
            update(updates);
            if (updates++ % 100 == 0) {
                progress.update("learning skills", updates - 1, config.updates());
            }
        }
        return updates;
    }

    /**
     * The updates so far.
     *
     * @return at least 0
     */
    public int updates() {
        return updates;
    }

    /**
     * The network: from an observation under a goal to one value an action.
     *
     * @return what is being learned, not a copy
     */
    public Mlp net() {
        return net;
    }

    /** How often a step explores: always before the first update, then less and less. */
    private double epsilon() {
        double done = (double) Math.max(0, stepped - FIRST_STEPS) / config.updates();
        return Math.max(LAST_EPSILON, FIRST_EPSILON - (FIRST_EPSILON - LAST_EPSILON) * done / EXPLORING);
    }

    /** Moves to a new place and draws a goal that can be pursued there. */
    private void settle(int w) {
        do {
            worlds[w].begin(acting);
            goal[w] = worlds[w].drawGoal(acting);
        } while (goal[w] < 0);
        steps[w] = 0;
        attempts[w] = 0;
    }

    /**
     * One step of every world: epsilon-greedy, or what was {@link #taken} before, with the same random numbers.
     *
     * @param again whether the step was taken before
     */
    private void step(boolean again) {
        for (int w = 0; w < worlds.length; w++) {
            if (goal[w] == NOT_BEGUN) {
                settle(w);
            }
        }
        float[][] q = again ? new float[0][] : values();
        double epsilon = epsilon();
        for (int w = 0; w < worlds.length; w++) {
            if (goal[w] < 0) {
                replay.add(w, worlds[w], 0, -1);
                settle(w);
                continue;
            }
            int at = stepped * worlds.length + w;
            if (acting.nextDouble() < epsilon) {
                taken[at] = (byte) acting.nextInt(worlds[w].actions());
            } else if (!again) {
                taken[at] = (byte) best(q[w], worlds[w].actions());
            }
            replay.add(w, worlds[w], goal[w], taken[at]);
            worlds[w].step(taken[at]);
            if (worlds[w].achieved(goal[w]) || worlds[w].lost(goal[w]) || ++steps[w] >= ATTEMPT) {
                steps[w] = 0;
                goal[w] = ++attempts[w] >= ATTEMPTS_A_PLACE ? -1 : worlds[w].drawGoal(acting);
            }
        }
        replay.advance();
        stepped++;
    }

    /** The values of what every world shows under the goal that it pursues. */
    private float[][] values() {
        byte[] memory = new byte[worlds[0].memorySize()];
        for (int w = 0; w < worlds.length; w++) {
            worlds[w].remember(memory);
            worlds[w].observe(memory, Math.max(goal[w], 0), seen[w]);
        }
        return act.forward(seen, worlds.length);
    }

    private void update(int step) {
        int batch = config.batch();
        int open = 0;
        for (int b = 0; b < batch; b++) {
            int at = replay.draw(sampling);
            int then = replay.after(at);
            int g = goal(at);
            worlds[0].observe(replay.memory(at), g, before[b]);
            chosen[b] = replay.action(at);
            if (replay.lost(at, g) || (replay.lost(then, g) && !replay.achieved(then, g))) {
                label[b] = 0;
            } else if (replay.achieved(then, g)) {
                label[b] = 1;
            } else {
                worlds[0].observe(replay.memory(then), g, after[open]);
                going[open++] = b;
            }
        }
        if (open > 0) {
            bootstrap(open);
        }
        float[][] q = learn.forward(before, batch);
        float[][] gradient = learn.outputGradient();
        learn.clearOutputGradient();
        double loss = 0;
        for (int b = 0; b < batch; b++) {
            double error = q[b][chosen[b]] - label[b];
            gradient[b][chosen[b]] = (float) (error / batch);
            loss += error * error / (2.0 * batch);
        }
        Checks.finite("loss", loss, step);
        learn.backward();
        adam.step();
        target.polyak(net, TARGET_STEP);
    }

    /** The third case of the target, for the first rows of {@code after}. */
    private void bootstrap(int open) {
        float[][] later = evaluate.forward(after, open);
        for (int i = 0; i < open; i++) {
            double value = later[i][best(later[i], worlds[0].actions())];
            label[going[i]] = config.gamma() * Math.max(0, Math.min(1, value));
        }
    }

    /** The goal under which a transition is learned from; never one that is reached before it. */
    private int goal(int at) {
        double u = sampling.nextDouble();
        if (u < config.hindsight()) {
            int later = replay.reachedLater(at, HORIZON, sampling);
            if (later >= 0) {
                return later;
            }
        } else if (u < config.hindsight() + (1 - config.hindsight()) * PURSUED) {
            return replay.pursued(at);
        }
        while (true) {
            int any = worlds[0].anyGoal(sampling, replay.place(at));
            // What is lost has value 0, which is soon learned: most draws go to goals that can still be reached.
            if (!replay.achieved(at, any) && (!replay.lost(at, any) || sampling.nextDouble() < LOST)) {
                return any;
            }
        }
    }

    @Override
    public byte[] save() {
        return new Checkpoint.Builder()
                .floats("net", net.parameters())
                .floats("target", target.parameters())
                .floats("adam", adam.moments())
                .longs("counters", adam.steps(), updates, stepped)
                .bytes("taken", Arrays.copyOf(taken, stepped * worlds.length))
                .bytes("acting", acting.save())
                .bytes("sampling", sampling.save())
                .build()
                .encode();
    }

    @Override
    public void restore(byte[] state) {
        Checkpoint from = Checkpoint.ofState(state);
        long[] counters = from.longs("counters");
        net.setParameters(from.floats("net"));
        target.setParameters(from.floats("target"));
        adam.restore(counters[0], from.floats("adam"));
        updates = Math.toIntExact(counters[1]);
        sampling.restore(from.bytes("sampling"));
        byte[] actions = from.bytes("taken");
        System.arraycopy(actions, 0, taken, 0, actions.length);
        if (updates < config.updates()) {
            repeat(Math.toIntExact(counters[2]), from.bytes("acting"));
        } else { // nothing is learned any more, and so no world needed
            stepped = Math.toIntExact(counters[2]);
            acting.restore(from.bytes("acting"));
        }
    }

    /** Brings worlds and replay memory to where they were after the actions that were taken. */
    private void repeat(int steps, byte[] end) {
        acting.restore(actingAtStart);
        Arrays.setAll(goal, w -> NOT_BEGUN);
        replay.clear();
        stepped = 0;
        while (stepped < steps) {
            replay.writing(steps - stepped <= replay.length());
            step(true);
        }
        replay.writing(true);
        if (!Arrays.equals(end, acting.save())) {
            throw new IllegalArgumentException("worlds: other goals or places than before (expected: the same after "
                    + steps + " steps with the same actions)");
        }
    }

    private static int best(float[] q, int actions) {
        int best = 0;
        for (int a = 1; a < actions; a++) {
            if (q[a] > q[best]) {
                best = a;
            }
        }
        return best;
    }
}
