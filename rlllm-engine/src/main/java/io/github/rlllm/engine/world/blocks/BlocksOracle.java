package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.api.Control;
import java.util.random.RandomGenerator;

/**
 * Goes straight to the block, closes, goes straight to the target and opens; again where something went wrong. Its hands do
 * not know weights, as nobody's do: what is heavy they try a few times.
 */
final class BlocksOracle implements BlocksRunner {
    static final BlocksOracle INSTANCE = new BlocksOracle();

    private BlocksOracle() {}

    @Override
    public boolean execute(Blocks table, PickPlace goal, RandomGenerator rng, Control control) {
        table.pursue(goal);
        while (!table.over() && worthwhile(table.state(), goal) && !control.cancelled()) {
            table.step(action(table.state(), goal).ordinal());
        }
        boolean reached = table.state().achieved(goal);
        if (!reached) {
            table.letGo();
        }
        return reached;
    }

    @Override
    public double affordance(Blocks table, PickPlace goal) {
        return table.state().achieved(goal) || table.state().possible(goal) ? 1 : 0;
    }

    private static boolean worthwhile(BlocksState state, PickPlace goal) {
        boolean mayBeLight = !state.heavy(goal.block()) || state.slips(goal.block()) < BlocksState.MOST_SLIPS;
        return mayBeLight && state.possibleIfLight(goal);
    }

    /** The next action of a shortest way to a goal that is possible. */
    static BlocksAction action(BlocksState state, PickPlace goal) {
        boolean holds = state.held() == goal.block();
        TableThing next = holds ? goal.target() : goal.block();
        int dx = state.x(next) - state.gripperX();
        int dy = state.y(next) - state.gripperY();
        if (dx != 0) {
            return dx < 0 ? BlocksAction.LEFT : BlocksAction.RIGHT;
        }
        if (dy != 0) {
            return dy < 0 ? BlocksAction.TOWARDS : BlocksAction.AWAY;
        }
        return holds ? BlocksAction.OPEN : BlocksAction.CLOSE;
    }
}
