package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** DQN in a game of one decision, with the reward given from outside when the decision has been judged. */
final class ValueLearner<E> implements EpisodeLearner<E> {
    /** What would come of an action in a test episode. */
    interface Tested<E> {
        E outcome(int test, int action);
    }

    private final DqnConfig config;
    private final Environment<float[], Integer> game;
    private final Supplier<E> outcome;
    private final IntFunction<float[]> tests;
    private final Tested<E> tested;
    private final Dqn dqn;
    private final SeededRandom acting;
    private float[] seen = {};
    private int action;
    private @Nullable Step<float[]> last;
    private long step;

    ValueLearner(
            DqnConfig config,
            Environment<float[], Integer> game,
            Supplier<E> outcome,
            IntFunction<float[]> tests,
            Tested<E> tested,
            long seed) {
        this.config = config;
        this.game = game;
        this.outcome = outcome;
        this.tests = tests;
        this.tested = tested;
        dqn = new Dqn(config, game, seed);
        acting = SeededRandom.of(seed, "proxy reward acting");
    }

    @Override
    public E play() {
        seen = game.reset(acting.nextLong());
        action = acting.nextDouble()
                        < config.exploration().epsilon(step, config.schedule().steps())
                ? game.actionSpace().sample(acting)
                : greedy(seen);
        last = game.step(action);
        return outcome.get();
    }

    @Override
    public void learn(double reward) {
        Step<float[]> played = last;
        if (played == null) {
            throw new IllegalStateException("learn: no episode (expected: play before)");
        }
        dqn.replay().add(seen, action, reward, played.observation(), played.ending());
        step++;
        DqnConfig.Schedule schedule = config.schedule();
        if (step > schedule.learningStarts() && step % schedule.trainEvery() == 0) {
            dqn.update();
        }
        if (step % schedule.targetEvery() == 0) {
            dqn.synchronise();
        }
    }

    @Override
    public E show(int test) {
        return tested.outcome(test, greedy(tests.apply(test)));
    }

    private int greedy(float[] observation) {
        float[] values = dqn.values(observation);
        int best = 0;
        for (int a = 1; a < values.length; a++) {
            best = values[a] > values[best] ? a : best;
        }
        return best;
    }
}
