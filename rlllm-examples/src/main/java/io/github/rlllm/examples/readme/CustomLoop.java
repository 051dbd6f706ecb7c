package io.github.rlllm.examples.readme;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.CartPole;
import java.util.List;
import java.util.SplittableRandom;

/** A loop of one's own with a reward model of one's own. */
final class CustomLoop {
    private CustomLoop() {}

    static Object run() {
        // region CustomLoop
        RewardModel<Step<float[]>> task = Step::reward;
        RewardModel<Step<float[]>> centred = step -> -Math.abs(step.observation()[0]); // the cart's position
        RewardModel<Step<float[]>> reward = task.plus(centred.scaled(0.5));
        Environment<float[], Integer> cart = new CartPole();
        SplittableRandom rng = new SplittableRandom(1);
        double total = 0;
        float[] seen = cart.reset(1);
        for (boolean over = false; !over; ) {
            double lean = 8 * seen[2] + seen[3]; // the pole's angle and its speed
            Step<float[]> step =
                    cart.step(Finite.softmax(List.of(0, 1), -lean, lean).sample(rng));
            total += reward.score(step);
            seen = step.observation();
            over = step.ending().over();
        }
        // endregion
        return total;
    }
}
