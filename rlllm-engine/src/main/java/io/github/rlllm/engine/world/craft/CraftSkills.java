package io.github.rlllm.engine.world.craft;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.nn.Mlp;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Finding and collecting as one learned network, a policy over primitive actions for every goal. It is Boltzmann in the
 * values relative to the best of them, as the skills of the house are, so that an agent in a corner does not repeat one
 * action for ever. What it cannot do in its steps has failed: nothing is drawn. Immutable and thread-safe.
 */
public final class CraftSkills {
    private static final double TEMPERATURE = .02;
    private static final double LEAST_VALUE = 1e-3;
    private static final List<Integer> ACTIONS = List.of(0, 1, 2, 3, 4);

    private final Policy<float[], Integer> policy;

    /**
     * The skills of a network.
     *
     * @param net learned by {@link #learner}
     */
    public CraftSkills(Mlp net) {
        policy = observation -> distribution(net.forward(observation));
    }

    /**
     * The learner of the skills.
     *
     * @param config how
     * @param seed decides everything
     * @return the learner before its first update
     */
    public static HindsightDqn learner(HindsightConfig config, long seed) {
        return new HindsightDqn(config, CraftGoals::new, seed);
    }

    /**
     * What learns the skills in about 15 seconds of one core.
     *
     * @return the configuration
     */
    public static HindsightConfig config() {
        return new HindsightConfig(64, .95, 1e-3, 128, 8_000, 16, 200_000, .4);
    }

    /**
     * Tries to reach a goal.
     *
     * @param world where
     * @param goal the goal
     * @param limit the most steps, at least 1
     * @param rng the policy's source of randomness
     * @param control ends it early
     * @return whether the goal was reached
     */
    public boolean execute(CraftWorld world, CraftGoal goal, int limit, RandomGenerator rng, Control control) {
        float[] observation = world.pursue(goal, limit);
        while (!world.over() && !control.cancelled()) {
            observation = world.step(policy.at(observation).sample(rng)).observation();
        }
        return world.achieved(goal);
    }

    private static Finite<Integer> distribution(float[] q) {
        double best = q[0];
        for (float value : q) {
            best = Math.max(best, value);
        }
        double[] logits = new double[q.length];
        for (int a = 0; a < q.length; a++) {
            logits[a] = (q[a] - best) / (TEMPERATURE * Math.max(LEAST_VALUE, best));
        }
        return Finite.softmax(ACTIONS, logits);
    }
}
