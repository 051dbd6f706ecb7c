package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.testkit.PlannerContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;

/** The planners of the study keep to what every planner keeps to. */
class Plan4McContractTest {
    private static final SkillGraph GRAPH = SkillGraphFile.crafting();

    abstract static class Contract extends PlannerContract<Inventory> {
        @Override
        protected List<PlanContext<Inventory>> contexts(RandomGenerator rng) {
            PlanEvent failed = PlanEvent.executed(
                    SkillCall.of("tree_nearby"), new SkillResult(SkillResult.Status.FAILED, "not found"));
            return List.of(
                    context(Inventory.empty(), List.of(), rng),
                    context(new Inventory(Map.of("log", 2, "planks", 1)), List.of(failed), rng));
        }

        private static PlanContext<Inventory> context(Inventory state, List<PlanEvent> history, RandomGenerator rng) {
            List<SkillCall> allowed = GRAPH.skills().stream()
                    .map(skill -> SkillCall.of(skill.name()))
                    .toList();
            Budget budget = new Budget(10, 10, Duration.ofMinutes(1));
            return new PlanContext<>("get a bed", state, history, allowed, budget, Control.none(), rng);
        }
    }

    @Nested
    class Search extends Contract {
        @Override
        protected Planner<Inventory> planner() {
            return new Plan4Mc(GRAPH, "bed", 1, Plan4McConfig.defaults());
        }
    }

    @Nested
    class OnePlan extends Contract {
        @Override
        protected Planner<Inventory> planner() {
            return new FixedPlan(new Plan4Mc(GRAPH, "bed", 1, Plan4McConfig.defaults()).plan(Inventory.empty()));
        }
    }
}
