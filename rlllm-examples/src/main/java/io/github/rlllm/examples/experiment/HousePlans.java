package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.world.house.House;
import io.github.rlllm.engine.world.house.HouseState;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.SkillRunner;
import io.github.rlllm.engine.world.house.Thing;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import io.github.rlllm.rlplusllm.saycan.SayCanConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The house behind the planner's contracts: its skills as a library, and runs of instructions. The state that
 * affordances see is the house with its inventory: which things it holds, which doors are locked and what is in hand is
 * told, where things are is not.
 */
final class HousePlans {
    /** After so many failures in the present state a skill counts as impossible until another succeeds. */
    static final int TRIES = 2;

    private static final int MOST_STEPS = 7;

    private HousePlans() {}

    /** Where the affordance comes from. */
    enum Affordance {
        /** What the runner says, 0 where the skill's precondition does not hold. */
        VALUE,
        /** 1 everywhere: no value function. */
        CONSTANT,
        /** The value of another skill. */
        SHUFFLED
    }

    /** A house in which an instruction is being followed. */
    static final class World {
        private final House house = new House();
        private final SkillRunner values;
        private final SkillRunner hands;
        private final Affordance affordance;
        private final SplittableRandom rng;
        private final Map<SkillGoal, Integer> failures = new HashMap<>();

        /**
         * A world.
         *
         * @param start the house
         * @param values says how probable success is
         * @param hands carries skills out
         * @param affordance what planners are told
         * @param seed decides the actions of a policy that draws them
         */
        World(HouseState start, SkillRunner values, SkillRunner hands, Affordance affordance, long seed) {
            this.values = values;
            this.hands = hands;
            this.affordance = affordance;
            this.rng = new SplittableRandom(seed);
            house.begin(start);
        }

        double affordance(SkillGoal goal) {
            return switch (affordance) {
                case VALUE -> value(goal);
                case CONSTANT -> 1;
                case SHUFFLED -> {
                    List<SkillGoal> all = SkillGoal.all();
                    yield value(all.get((all.indexOf(goal) * 29 + 31) % all.size()));
                }
            };
        }

        private double value(SkillGoal goal) {
            HouseState state = house.state();
            boolean sensible = state.achieved(goal) || state.admits(goal);
            return sensible && failures.getOrDefault(goal, 0) < TRIES ? values.affordance(house, goal) : 0;
        }

        boolean execute(SkillGoal goal, Control control) {
            if (!house.state().achieved(goal) && !house.state().admits(goal)) {
                failures.merge(goal, 1, Integer::sum);
                return false;
            }
            boolean reached = hands.execute(house, goal, rng, control);
            if (reached) {
                failures.clear();
            } else {
                failures.merge(goal, 1, Integer::sum);
            }
            return reached;
        }
    }

    /** How a run went. */
    record Trial(List<SkillGoal> succeeded, boolean done, boolean gaveUp) {}

    /** The skills of the house in a world: 66 calls of four skills. */
    static SkillLibrary<World> library(World world) {
        List<Skill<World>> skills = new ArrayList<>();
        Map<String, List<String>> domains = new HashMap<>();
        for (SkillGoal.Kind kind : SkillGoal.Kind.values()) {
            String parameter = switch (kind) {
                case GO_TO -> "thing";
                case OPEN -> "door";
                case PICK_UP, PUT_NEXT_TO -> "object";
            };
            domains.put(
                    parameter,
                    SkillGoal.all().stream()
                            .filter(goal -> goal.kind() == kind)
                            .map(goal -> goal.target().text())
                            .toList());
            Skill.Builder<World> skill = Skill.<World>named(kind.text(), parameter)
                    .affordance((state, arguments) -> state.affordance(goal(kind, arguments)));
            switch (kind) {
                case PICK_UP ->
                    skill.requires(Map.of("hands empty", 1)).yields(Map.of("carrying", 1, "hands empty", -1));
                case PUT_NEXT_TO ->
                    skill.requires(Map.of("carrying", 1)).yields(Map.of("carrying", -1, "hands empty", 1));
                case OPEN -> skill.yields(Map.of("open {door}", 1));
                case GO_TO -> skill.yields(Map.of("at {thing}", 1));
            }
            skills.add(skill.does((call, control) -> {
                boolean admitted = world.house.state().admits(goal(kind, call.arguments()));
                return world.execute(goal(kind, call.arguments()), control)
                        ? new SkillResult(SkillResult.Status.SUCCESS, "")
                        : new SkillResult(admitted ? SkillResult.Status.FAILED : SkillResult.Status.PRECONDITION, "");
            }));
        }
        return new SkillLibrary<>(domains, Set.of("hands empty", "carrying", "open {door}", "at {thing}"), skills);
    }

    private static SkillGoal goal(SkillGoal.Kind kind, List<String> arguments) {
        return new SkillGoal(kind, Thing.parse(arguments.get(0)));
    }

    /** Follows an instruction with SayCan. */
    static Trial follow(String text, OptionScorer<SkillCall> say, World world) {
        SkillLibrary<World> library = library(world);
        return follow(text, new SayCan<>(say, library, SayCanConfig.defaults()), library, world);
    }

    /** Follows an instruction with a planner. */
    static Trial follow(String text, Planner<World> planner, SkillLibrary<World> library, World world) {
        Limits limits = Limits.defaults()
                .withBudget(io.github.rlllm.api.Budget.ofCalls(2L * MOST_STEPS))
                .withPatience(2 * TRIES);
        PlanReport report = new PlanRunner<>(library, planner, () -> world, Runnable::run, () -> 0L)
                .execute(text, PlanOptions.<World>defaults().withLimits(limits))
                .join();
        List<SkillGoal> succeeded = report.succeeded().stream()
                .map(call ->
                        SkillGoal.parse(call.skill() + " " + call.arguments().get(0)))
                .toList();
        boolean gaveUp = report.ending() == PlanEnding.GAVE_UP || report.ending() == PlanEnding.NO_PROGRESS;
        return new Trial(succeeded, report.ending() == PlanEnding.DONE, gaveUp);
    }
}
