package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import io.github.rlllm.engine.world.craft.CraftGoal;
import io.github.rlllm.engine.world.craft.CraftSkills;
import io.github.rlllm.engine.world.craft.CraftWorld;
import io.github.rlllm.engine.world.craft.Recipe;
import io.github.rlllm.engine.world.craft.Resource;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkill;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * One episode of the crafting world whose skills a plan runs: finding and collecting by the learned policies, placing and
 * making by the world's own rules. Nothing draws whether a skill succeeds: the map, the animals and the policy decide.
 */
final class CraftPlay {
    /** The most steps to find something. */
    static final int FIND_STEPS = 60;
    /** The most steps to collect what is near. */
    static final int COLLECT_STEPS = 20;

    private final CraftWorld world = new CraftWorld();
    private final CraftSkills skills;
    private final boolean finds;
    private final long budget;
    private final RandomGenerator rng;
    private final SkillRecord record;

    /**
     * Begins an episode.
     *
     * @param skills the learned skills
     * @param map the map's seed
     * @param finds whether things are found before they are collected; where not, collecting has the steps of both
     * @param budget the steps of the world in all
     * @param rng the policies' source of randomness
     * @param record counts how the learned skills ended
     */
    CraftPlay(CraftSkills skills, long map, boolean finds, long budget, RandomGenerator rng, SkillRecord record) {
        this.skills = skills;
        this.finds = finds;
        this.budget = budget;
        this.rng = rng;
        this.record = record;
        world.begin(map, Map.of());
        record.begin();
    }

    Inventory inventory() {
        return new Inventory(world.facts());
    }

    boolean spent() {
        return world.steps() >= budget;
    }

    long steps() {
        return world.steps();
    }

    String map() {
        return world.map();
    }

    /** Runs a skill of the graph whose needs are there. */
    SkillResult run(GraphSkill skill, Control control) {
        if (spent()) {
            return new SkillResult(Status.UNAVAILABLE, "no steps are left");
        }
        return switch (skill.kind()) {
            case FIND -> learned(CraftGoal.Kind.FIND, found(skill.name()), FIND_STEPS, control);
            case MANIPULATE -> manipulate(skill.name(), control);
            case CRAFT -> craft(skill.name());
        };
    }

    private SkillResult manipulate(String name, Control control) {
        if (GraphSkill.nearby(name)) {
            String item = name.substring(0, name.length() - GraphSkill.NEARBY.length());
            return world.place(item)
                    ? new SkillResult(Status.SUCCESS, "")
                    : new SkillResult(Status.FAILED, "no free cell beside the agent");
        }
        int limit = finds ? COLLECT_STEPS : FIND_STEPS + COLLECT_STEPS;
        Resource resource = collected(name);
        SkillResult result = learned(CraftGoal.Kind.COLLECT, resource, limit, control);
        if (result.status() == Status.FAILED) {
            world.giveUp(resource);
        }
        return result;
    }

    private SkillResult learned(CraftGoal.Kind kind, Resource resource, int limit, Control control) {
        CraftGoal goal = new CraftGoal(kind, resource);
        int steps = (int) Math.min(limit, budget - world.steps());
        boolean reached = skills.execute(world, goal, steps, rng, control);
        if (!reached && control.cancelled()) {
            return new SkillResult(Status.CANCELLED, "");
        }
        if (reached || steps == limit) {
            record.add(goal, reached);
        }
        return reached
                ? new SkillResult(Status.SUCCESS, "")
                : new SkillResult(
                        Status.FAILED,
                        "not " + (kind == CraftGoal.Kind.FIND ? "found" : "got") + " in " + steps + " steps");
    }

    private SkillResult craft(String name) {
        for (Recipe recipe : Recipe.all()) {
            if (recipe.item().equals(name)) {
                return world.craft(recipe)
                        ? new SkillResult(Status.SUCCESS, "")
                        : new SkillResult(Status.PRECONDITION, "the world has not what it takes");
            }
        }
        throw new IllegalArgumentException("skill: " + name + " (expected: the item of a recipe)");
    }

    private static Resource found(String fact) {
        for (Resource resource : Resource.values()) {
            if (resource.nearby().equals(fact)) {
                return resource;
            }
        }
        throw new IllegalArgumentException("skill: " + fact + " (expected: that a resource is near)");
    }

    private static Resource collected(String item) {
        for (Resource resource : Resource.values()) {
            if (resource.item().equals(item)) {
                return resource;
            }
        }
        throw new IllegalArgumentException("skill: " + item + " (expected: what a resource gives)");
    }
}
