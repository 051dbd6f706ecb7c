package io.github.rlllm.engine.world.house;

import io.github.rlllm.api.Control;
import java.util.List;
import java.util.random.RandomGenerator;

/** See {@link SkillRunner#oracle}. */
final class OracleRunner implements SkillRunner {
    @Override
    public boolean execute(House house, SkillGoal goal, RandomGenerator rng, Control control) {
        house.pursue(goal);
        List<HouseAction> plan = HouseOracle.plan(house.state(), goal);
        for (int i = 0; plan != null && i < plan.size() && !house.over() && !control.cancelled(); i++) {
            house.step(plan.get(i).ordinal());
        }
        return house.state().achieved(goal);
    }

    @Override
    public double affordance(House house, SkillGoal goal) {
        return HouseOracle.plan(house.state(), goal) == null ? 0 : 1;
    }
}
