package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.function.ToDoubleFunction;

/**
 * Judges a policy now and then while it learns, by the rule of the Python peers: the mean return of some episodes in a
 * world of its own, every look with new ones. Four episodes without any return are plainly unsolved and spare the rest.
 * The first episode of all learners begins alike, and so does the second.
 */
final class Look implements ToDoubleFunction<Policy<float[], Integer>>, AutoCloseable {
    private static final long SEED = 10_000;
    private static final int PLAIN = 4;

    private final Environment<float[], Integer> world;
    private final int episodes;
    private final boolean greedy;
    private final SeededRandom beginnings = SeededRandom.of(SEED, "beginnings");
    private final SeededRandom acting = SeededRandom.of(SEED, "acting");

    /**
     * A judge before its first look.
     *
     * @param world where; closed with this
     * @param episodes of one look
     * @param greedy whether the most probable action is taken; otherwise actions are sampled
     */
    Look(Environment<float[], Integer> world, int episodes, boolean greedy) {
        this.world = world;
        this.episodes = episodes;
        this.greedy = greedy;
    }

    @Override
    public double applyAsDouble(Policy<float[], Integer> policy) {
        double sum = 0;
        double best = 0;
        for (int episode = 0; episode < episodes && (episode < PLAIN || best > 0); episode++) {
            double earned = 0;
            float[] seen = world.reset(beginnings.nextLong());
            Step<float[]> answer;
            do {
                answer = world.step(
                        greedy ? policy.at(seen).mode() : policy.at(seen).sample(acting));
                earned += answer.reward();
                seen = answer.observation();
            } while (!answer.ending().over());
            sum += earned;
            best = Math.max(best, earned);
        }
        return sum / episodes;
    }

    @Override
    public void close() {
        world.close();
    }
}
