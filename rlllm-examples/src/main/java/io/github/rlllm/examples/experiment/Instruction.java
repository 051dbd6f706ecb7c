package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.world.house.SkillGoal;
import java.util.List;
import java.util.Locale;

/**
 * An instruction in words with what is expected of it.
 *
 * @param text what the planner reads
 * @param mentions where it names things, as annotated where it was written; empty for other people's instructions
 * @param plans plans that are right, each a sequence of steps; the first is the one that is shown
 * @param scene what the house must be like
 */
record Instruction(String text, List<Mention> mentions, List<Plan> plans, Scene scene) {
    Instruction {
        mentions = List.copyOf(mentions);
        plans = List.copyOf(plans);
    }

    /**
     * A stretch of the text that names a thing.
     *
     * @param from index of its first character
     * @param to index after its last
     * @param thing what it names: {@code red ball}, {@code any ball}, or {@code ?} for what no house holds
     * @param pronoun whether it refers back
     * @param step the number of the step that it is about, from 1; 0 where it is about none
     */
    record Mention(int from, int to, String thing, boolean pronoun, int step) {}

    /**
     * A plan.
     *
     * @param steps what is to be executed
     * @param impossible whether the planner is to give up after them, instead of saying done
     */
    record Plan(List<Step> steps, boolean impossible) {
        Plan {
            steps = List.copyOf(steps);
        }

        /** Whether executed goals and the way in which the run ended are those of this plan. */
        boolean matches(List<SkillGoal> executed, boolean gaveUp) {
            if (impossible && steps.isEmpty()) {
                return gaveUp && executed.isEmpty();
            }
            if (gaveUp != impossible || executed.size() != steps.size()) {
                return false;
            }
            for (int i = 0; i < executed.size(); i++) {
                if (!steps.get(i).matches(executed.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * A step of a plan.
     *
     * @param kind the kind of skill
     * @param thing {@code red ball}, {@code any ball}, or {@code ?}
     */
    record Step(SkillGoal.Kind kind, String thing) {
        boolean matches(SkillGoal goal) {
            String named = goal.target().text();
            return goal.kind() == kind && (thing.equals(named) || thing.equals("any " + noun(named)));
        }

        private static String noun(String thing) {
            return thing.substring(thing.indexOf(' ') + 1);
        }
    }

    /**
     * What the house must be like, besides holding what the plan and the mentions name.
     *
     * @param trouble none, or why a thing cannot be had
     * @param about the thing that it is about; empty for none
     */
    record Scene(Trouble trouble, String about) {}

    /** Why a thing cannot be had. */
    enum Trouble {
        /** Nothing is amiss. */
        NONE,
        /** It is not in the house. */
        MISSING,
        /** It is a locked door whose key is missing. */
        LOCKED,
        /** It lies behind a locked door whose key is missing. */
        BEHIND,
        /** Of its kind one lies behind such a door and another does not. */
        CHOICE;

        static Trouble of(String word) {
            for (Trouble trouble : values()) {
                if (trouble.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return trouble;
                }
            }
            throw new IllegalArgumentException("scene: '" + word + "' (expected: missing, locked, behind or choice)");
        }
    }

    /** The length of the shown plan, an impossible step counted. */
    int length() {
        Plan plan = plans.get(0);
        return Math.max(1, plan.steps().size() + (plan.impossible() ? 1 : 0));
    }

    /** Whether giving up is right. */
    boolean impossible() {
        return plans.get(0).impossible();
    }

    /** Whether a run is right under any of the plans. */
    boolean matches(List<SkillGoal> executed, boolean gaveUp) {
        return plans.stream().anyMatch(plan -> plan.matches(executed, gaveUp));
    }
}
