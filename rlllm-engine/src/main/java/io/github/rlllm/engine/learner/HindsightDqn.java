package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

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
 * Deterministic: equal seeds, configurations and worlds give equal bits.
 */
public final class HindsightDqn {
    private static final int ATTEMPT = 80;
    private static final int ATTEMPTS_A_PLACE = 4;
    private static final int HORIZON = 40;
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
    private final RandomGenerator acting;
    private final RandomGenerator sampling;
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

    private HindsightDqn(HindsightConfig config, Supplier<? extends GoalWorld> world, long seed) {
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
    }

    /**
     * Learns.
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
        dqn.run(progress, control);
        return dqn.net;
    }

    private void run(Progress progress, Control control) {
        for (int w = 0; w < worlds.length; w++) {
            settle(w);
        }
        for (int i = 0; i < 2 * HORIZON; i++) {
            step(1);
        }
        int updates = config.updates();
        for (int i = 0; i < updates && !control.cancelled(); i++) {
            double done = (double) i / updates;
            step(Math.max(LAST_EPSILON, FIRST_EPSILON - (FIRST_EPSILON - LAST_EPSILON) * done / EXPLORING));
            adam.learningRate(config.learningRate() * (1 - .9 * done));
            update(i);
            if (i % 100 == 0) {
                progress.update("learning skills", i, updates);
            }
        }
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

    /** One step of every world, epsilon-greedy. */
    private void step(double epsilon) {
        byte[] memory = new byte[worlds[0].memorySize()];
        for (int w = 0; w < worlds.length; w++) {
            worlds[w].remember(memory);
            worlds[w].observe(memory, Math.max(goal[w], 0), seen[w]);
        }
        float[][] q = act.forward(seen, worlds.length);
        for (int w = 0; w < worlds.length; w++) {
            if (goal[w] < 0) {
                replay.add(w, worlds[w], 0, -1);
                settle(w);
                continue;
            }
            int action = acting.nextDouble() < epsilon
                    ? acting.nextInt(worlds[w].actions())
                    : best(q[w], worlds[w].actions());
            replay.add(w, worlds[w], goal[w], action);
            worlds[w].step(action);
            if (worlds[w].achieved(goal[w]) || worlds[w].lost(goal[w]) || ++steps[w] >= ATTEMPT) {
                steps[w] = 0;
                goal[w] = ++attempts[w] >= ATTEMPTS_A_PLACE ? -1 : worlds[w].drawGoal(acting);
            }
        }
        replay.advance();
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
