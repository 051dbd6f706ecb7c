package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import io.github.rlllm.testkit.PlannerContract;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

class InnerMonologueContractTest extends PlannerContract<Set<String>> {
    @Override
    protected Planner<Set<String>> planner() {
        return new InnerMonologue<>(
                (context, options) -> Finite.softmax(
                        options,
                        options.stream()
                                .mapToDouble(option -> (context + option).hashCode() % 7)
                                .toArray()),
                Shelf::words,
                MonologueConfig.defaults().withQuestions(1, "what is left?").withSample(true));
    }

    @Override
    protected List<PlanContext<Set<String>>> contexts(RandomGenerator rng) {
        return List.of(context("all", List.of(), rng), context("the cup", told(), rng));
    }

    private static List<PlanEvent> told() {
        return List.of(
                PlanEvent.executed(Shelf.call("cup"), new SkillResult(Status.FAILED, "Success: false")),
                PlanEvent.said("answer", "left: put the cup"));
    }

    private static PlanContext<Set<String>> context(String task, List<PlanEvent> history, RandomGenerator rng) {
        return new PlanContext<>(
                task,
                Set.of(),
                history,
                Shelf.THINGS.stream().map(Shelf::call).toList(),
                Budget.ofCalls(9),
                Control.none(),
                rng);
    }
}
