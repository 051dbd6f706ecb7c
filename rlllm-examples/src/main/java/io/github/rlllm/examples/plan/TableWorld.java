package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The table of blocks behind the planner's contracts: one skill, pick and place, of a block and what it is placed on, 52
 * calls in all. The state is the table itself, in which {@link #execute} acts. Confined to one thread.
 */
final class TableWorld {
    /** The skill's name. */
    static final String SKILL = "pick and place";

    private static final List<String> BLOCKS =
            TableThing.blocks().stream().map(TableThing::text).toList();
    private static final List<String> TARGETS =
            Arrays.stream(TableThing.values()).map(TableThing::text).toList();

    /** Where the affordance comes from. */
    enum Affordance {
        /** What the runner says. */
        VALUE,
        /** 1 everywhere: no value function. */
        CONSTANT,
        /** The value of another skill. */
        SHUFFLED
    }

    private final Blocks table;
    private final BlocksRunner values;
    private final BlocksRunner hands;
    private final Affordance affordance;
    private final SplittableRandom rng;

    /**
     * A world.
     *
     * @param table begun in its first state; it may have noise and an adversary
     * @param values says how probable success is
     * @param hands carries skills out
     * @param affordance what planners are told
     * @param seed decides the actions of a policy that draws them
     */
    TableWorld(Blocks table, BlocksRunner values, BlocksRunner hands, Affordance affordance, long seed) {
        this.table = table;
        this.values = values;
        this.hands = hands;
        this.affordance = affordance;
        this.rng = new SplittableRandom(seed);
    }

    /** The table, also for whoever disturbs it. */
    Blocks table() {
        return table;
    }

    /** The true state at the moment. */
    BlocksState state() {
        return table.state();
    }

    /** What planners are told of a skill's chance. */
    double affordance(PickPlace goal) {
        return switch (affordance) {
            case VALUE -> values.affordance(table, goal);
            case CONSTANT -> 1;
            case SHUFFLED -> {
                List<PickPlace> all = PickPlace.all();
                yield values.affordance(table, all.get((goal.number() * 29 + 31) % all.size()));
            }
        };
    }

    /** Carries a skill out; answers whether its goal holds in the true state. */
    boolean execute(PickPlace goal, Control control) {
        return hands.execute(table, goal, rng, control);
    }

    /** The skills of the table in a world: 52 calls of one skill. */
    static SkillLibrary<TableWorld> library(TableWorld world) {
        Skill<TableWorld> skill = Skill.<TableWorld>named(SKILL, "block", "target")
                .yields(Map.of("{block} at {target}", 1))
                .affordance((state, arguments) -> state.affordance(goal(arguments)))
                .does((call, control) -> {
                    PickPlace goal = goal(call.arguments());
                    if (world.execute(goal, control)) {
                        return new SkillResult(SkillResult.Status.SUCCESS, "");
                    }
                    return new SkillResult(
                            control.cancelled() ? SkillResult.Status.CANCELLED : SkillResult.Status.FAILED, "");
                });
        return new SkillLibrary<>(
                Map.of("block", BLOCKS, "target", TARGETS), Set.of("{block} at {target}"), List.of(skill));
    }

    /** The goal of a call. */
    static PickPlace goal(SkillCall call) {
        return goal(call.arguments());
    }

    /** The call of a goal. */
    static SkillCall call(PickPlace goal) {
        return SkillCall.of(SKILL, goal.block().text(), goal.target().text());
    }

    private static PickPlace goal(List<String> arguments) {
        return new PickPlace(TableThing.parse(arguments.get(0)), TableThing.parse(arguments.get(1)));
    }
}
