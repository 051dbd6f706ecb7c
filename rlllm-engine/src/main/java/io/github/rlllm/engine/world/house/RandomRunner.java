package io.github.rlllm.engine.world.house;

import io.github.rlllm.api.Control;
import java.util.random.RandomGenerator;

/** See {@link SkillRunner#random}. */
final class RandomRunner implements SkillRunner {
    @Override
    public boolean execute(House house, SkillGoal goal, RandomGenerator rng, Control control) {
        house.pursue(goal);
        while (!house.over() && !control.cancelled()) {
            house.step(rng.nextInt(HouseAction.values().length));
        }
        return house.state().achieved(goal);
    }

    @Override
    public double affordance(House house, SkillGoal goal) {
        return 0.5;
    }
}
