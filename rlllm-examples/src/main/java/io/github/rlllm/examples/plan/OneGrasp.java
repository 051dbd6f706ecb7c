package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import org.jspecify.annotations.Nullable;

/**
 * Ends a skill after one grasp: when the gripper came up empty or the block was let go of. The
 * learned skill would try again by itself; a primitive that does not, as the paper's, leaves that to the planner, and
 * whether it is needed is what feedback is for. Confined to one thread; looked at once before each step.
 */
final class OneGrasp implements Control {
    private final Blocks table;
    private final PickPlace goal;
    private final Control outer;
    private @Nullable BlocksState before;

    OneGrasp(Blocks table, PickPlace goal, Control outer) {
        this.table = table;
        this.goal = goal;
        this.outer = outer;
    }

    @Override
    public boolean cancelled() {
        BlocksState last = before;
        BlocksState now = table.state();
        before = now;
        if (last == null) {
            return outer.cancelled();
        }
        boolean over = now.gripperX() == now.x(goal.block()) && now.gripperY() == now.y(goal.block());
        // Slips are counted up to a number; from there on a grasp in vain changes nothing.
        boolean slipped = now.slips(goal.block()) > last.slips(goal.block())
                || over && now.slips(goal.block()) > 0 && now.equals(last);
        boolean fell = last.held() == goal.block() && now.held() != goal.block();
        return slipped || fell || outer.cancelled();
    }
}
