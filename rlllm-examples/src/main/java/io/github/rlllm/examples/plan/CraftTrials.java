package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.craft.CraftSkills;
import io.github.rlllm.engine.world.craft.CraftWorld;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkill;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkills;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Episodes of the crafting world: a task on a map of its own, the same for every arm, run by a planner. */
final class CraftTrials {
    /** The world's steps that a task may take, for each skill of its plan. */
    static final int STEPS_A_SKILL = 60;
    /** Skills in a row that may fail, and failures of one skill since it last succeeded. */
    static final int PATIENCE = 20;
    /** Far from the maps of development, whose seeds are 100 and above. */
    private static final long MAPS_A_SEED = 1_000;

    private static final Duration LONG = Duration.ofDays(1);

    private final CraftSkills skills;
    private final long seed;
    private final Control control;
    private final LongSupplier nanos;

    /**
     * Trials of a seed.
     *
     * @param skills what was learned
     * @param seed decides maps and randomness
     * @param control ends an episode early
     * @param nanos a nanosecond clock
     */
    CraftTrials(CraftSkills skills, long seed, Control control, LongSupplier nanos) {
        this.skills = skills;
        this.seed = seed;
        this.control = control;
        this.nanos = nanos;
    }

    /**
     * How an episode went.
     *
     * @param success whether the target was there at its end
     * @param steps the world's steps
     * @param report what the planner did
     * @param before the map at its beginning
     * @param after the map at its end
     */
    record Episode(boolean success, long steps, PlanReport report, String before, String after) {}

    /** One episode; {@code number} tells those of all tasks apart. */
    Episode play(CraftArm arm, CraftTask task, int number, SkillRecord record) {
        SeededRandom rng = SeededRandom.of(seed, "plan4mc").split(arm.name() + " " + number);
        long map = CraftWorld.UNSEEN + seed * MAPS_A_SEED + number;
        long budget = (long) STEPS_A_SKILL * task.length();
        CraftPlay play = new CraftPlay(skills, map, arm.finds(), budget, rng.split("policy"), record);
        String before = play.map();
        Planner<Inventory> planner = arm.planners().of(arm.graph(), task.target(), play.inventory());
        PlanReport report = run(
                arm,
                task,
                (skill, stop) -> play.run(skill, () -> stop.cancelled() || control.cancelled()),
                play::inventory,
                context -> play.spent() ? Directive.giveUp("no steps are left") : planner.next(context),
                20L * task.length() + 50,
                rng.split("planner"));
        boolean success = play.inventory().count(task.target()) >= 1;
        return new Episode(success, play.steps(), report, before, play.map());
    }

    /** Whether the planner reaches the target where every skill does what the graph says. */
    boolean plans(CraftArm arm, CraftTask task) {
        Inventory[] now = {Inventory.empty()};
        BiFunction<GraphSkill, Control, SkillResult> always = (skill, stop) -> {
            now[0] = now[0].after(skill);
            return new SkillResult(SkillResult.Status.SUCCESS, "");
        };
        Planner<Inventory> planner = arm.planners().of(arm.graph(), task.target(), now[0]);
        RandomGenerator rng = SeededRandom.of(seed, "plan4mc, plans").split(arm.name() + " " + task.target());
        run(arm, task, always, () -> now[0], planner, 2L * task.length(), rng);
        return now[0].count(task.target()) >= 1;
    }

    private PlanReport run(
            CraftArm arm,
            CraftTask task,
            BiFunction<GraphSkill, Control, SkillResult> work,
            Supplier<Inventory> inventory,
            Planner<Inventory> planner,
            long directives,
            RandomGenerator rng) {
        SkillLibrary<Inventory> library = GraphSkills.library(arm.graph(), work, inventory, LONG);
        Limits limits =
                new Limits(Budget.ofCalls(directives), Double.POSITIVE_INFINITY, 0, Integer.MAX_VALUE, PATIENCE);
        PlanOptions<Inventory> options = PlanOptions.<Inventory>defaults()
                .withLimits(limits)
                .withGoal(now -> now.count(task.target()) >= 1)
                .withSeed(rng.nextLong());
        return new PlanRunner<>(library, planner, inventory, Runnable::run, nanos)
                .execute("have 1 " + task.target(), options)
                .join();
    }
}
