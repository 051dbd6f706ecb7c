package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan4mc.FixedPlan;
import io.github.rlllm.rlplusllm.plan4mc.InteractivePlanner;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import io.github.rlllm.rlplusllm.plan4mc.Plan4Mc;
import io.github.rlllm.rlplusllm.plan4mc.Plan4McConfig;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraph;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraphFile;
import java.util.List;

/**
 * A row of the demonstration.
 *
 * @param name of the row
 * @param model the language model that plans; {@code none} where a search does
 * @param graph the skills
 * @param planners makes the planner of an episode
 */
record CraftArm(String name, String model, SkillGraph graph, Planners planners) {
    static final String FULL = "full";
    static final String NO_FINDING = "no find skills";
    static final String NO_REPLANNING = "no replanning";
    static final String INTERACTIVE = "interactive LLM";
    static final String RANDOM = "random among what is possible";
    private static final String NONE = "none";

    /** Makes the planner of an episode. */
    @FunctionalInterface
    interface Planners {
        Planner<Inventory> of(SkillGraph graph, String target, Inventory start);
    }

    /** Whether things are found before they are collected. */
    boolean finds() {
        return !name.equals(NO_FINDING);
    }

    /** The rows without a language model of the person's choice. */
    static List<CraftArm> standard() {
        SkillGraph graph = SkillGraphFile.crafting();
        return List.of(
                new CraftArm(FULL, NONE, graph, (of, target, start) -> search(of, target)),
                new CraftArm(NO_FINDING, NONE, graph.withoutFinding(), (of, target, start) -> search(of, target)),
                new CraftArm(
                        NO_REPLANNING,
                        NONE,
                        graph,
                        (of, target, start) -> new FixedPlan(search(of, target).plan(start))),
                interactive(INTERACTIVE + ", " + ScriptedCrafter.NAME, ScriptedCrafter.NAME, new ScriptedCrafter()),
                new CraftArm(RANDOM, NONE, graph, (of, target, start) -> context -> random(of, target, context)));
    }

    /** The row of a language model. */
    static CraftArm interactive(String name, String model, LanguageModel planner) {
        return new CraftArm(
                name,
                model,
                SkillGraphFile.crafting(),
                (of, target, start) -> new InteractivePlanner(planner, of, target, 1));
    }

    private static Plan4Mc search(SkillGraph graph, String target) {
        return new Plan4Mc(graph, target, 1, Plan4McConfig.defaults().withPatience(CraftTrials.PATIENCE));
    }

    private static Directive random(SkillGraph graph, String target, PlanContext<Inventory> context) {
        if (context.state().count(target) >= 1) {
            return Directive.done();
        }
        List<SkillCall> possible = context.allowed().stream()
                .filter(call -> context.state().allows(graph.skill(call.skill())))
                .toList();
        return possible.isEmpty()
                ? Directive.giveUp("nothing is possible")
                : Directive.invoke(possible.get(context.rng().nextInt(possible.size())));
    }
}
