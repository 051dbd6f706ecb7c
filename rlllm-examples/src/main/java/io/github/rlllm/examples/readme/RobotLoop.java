package io.github.rlllm.examples.readme;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRun;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import io.github.rlllm.rlplusllm.saycan.SayCanConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A robot's loop that calls a planner; the scorer is scripted here and a language model in earnest. */
final class RobotLoop {
    private RobotLoop() {}

    static Object run() {
        OptionScorer<SkillCall> scripted = (context, options) -> {
            double[] weights = new double[options.size()];
            for (int i = 0; i < weights.length; i++) {
                SkillCall option = options.get(i);
                boolean asked = option.arguments().stream().anyMatch(context.split("\n")[0]::contains);
                boolean fulfilled = context.contains("\n");
                weights[i] = asked && !fulfilled || option.equals(SayCan.DONE) && fulfilled ? 1 : 0.01;
            }
            return Finite.of(options, weights);
        };
        return loop(scripted);
    }

    static PlanReport loop(OptionScorer<SkillCall> say) {
        // region RobotLoop
        Set<String> inHand = ConcurrentHashMap.newKeySet(); // stands for the robot's sensors
        Skill<Set<String>> grasp = Skill.<Set<String>>named("grasp", "thing")
                .affordance((state, thing) -> state.contains(thing.get(0)) ? 0.0 : 0.9)
                .does((call, control) -> {
                    inHand.addAll(call.arguments()); // stands for the arm; looks at control.cancelled()
                    return new SkillResult(SkillResult.Status.SUCCESS, "");
                });
        SkillLibrary<Set<String>> library =
                new SkillLibrary<>(Map.of("thing", List.of("cup", "knife")), Set.of(), List.of(grasp));
        Planner<Set<String>> planner = new SayCan<>(say, library, SayCanConfig.defaults());
        PlanRunner<Set<String>> runner =
                new PlanRunner<>(library, planner, () -> Set.copyOf(inHand), Runnable::run, System::nanoTime);
        PlanRun run = runner.execute("Hand me the cup.", PlanOptions.defaults());
        PlanReport report = run.join(); // or run.cancel(), pause, preempt, amend, events: docs/planner-api.md
        // endregion
        return report;
    }
}
