package io.github.rlllm.engine.world.house;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shortest-path oracle: breadth-first search over the agent's pose and the doors of the true state. It opens doors
 * on its way and moves no thing but the one that the goal is about, so that it is the shortest among such plans and
 * answers null where only moving another thing out of the way would help. An upper bound, never shown to a learner.
 */
public final class HouseOracle {
    private HouseOracle() {}

    /**
     * The shortest sequence of primitive actions that reaches a goal.
     *
     * @param start the true state
     * @param goal the goal
     * @return the actions, none where the goal is reached already, or null where it cannot be reached
     */
    public static @Nullable List<HouseAction> plan(HouseState start, SkillGoal goal) {
        if (start.achieved(goal)) {
            return List.of();
        }
        if (!start.admits(goal)) {
            return null;
        }
        int cells = start.width() * start.height();
        int[] doors = doors(start);
        Node[] seen = new Node[cells * 4 << doors.length];
        ArrayDeque<Node> queue = new ArrayDeque<>();
        Node root = new Node(start, null, null);
        seen[key(start, doors)] = root;
        queue.add(root);
        while (!queue.isEmpty()) {
            Node node = queue.remove();
            for (HouseAction action : HouseAction.values()) {
                if (!useful(node.state, goal, action)) {
                    continue;
                }
                HouseState next = node.state.after(action);
                if (next.achieved(goal)) {
                    return actions(new Node(next, node, action));
                }
                if (action != HouseAction.PICK_UP && action != HouseAction.DROP) {
                    int key = key(next, doors);
                    if (seen[key] == null) {
                        seen[key] = new Node(next, node, action);
                        queue.add(seen[key]);
                    }
                }
            }
        }
        return null;
    }

    private static boolean useful(HouseState state, SkillGoal goal, HouseAction action) {
        return switch (action) {
            case LEFT, RIGHT, FORWARD -> true;
            case TOGGLE -> Cell.isDoor(state.cell(state.front())) && !Cell.isOpenDoor(state.cell(state.front()));
            case PICK_UP -> goal.kind() == SkillGoal.Kind.PICK_UP;
            case DROP -> goal.kind() == SkillGoal.Kind.PUT_NEXT_TO;
        };
    }

    private static int[] doors(HouseState state) {
        List<Integer> doors = new ArrayList<>();
        for (int i = 0; i < state.width() * state.height(); i++) {
            if (Cell.isDoor(state.cell(i))) {
                doors.add(i);
            }
        }
        return doors.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int key(HouseState state, int[] doors) {
        int open = 0;
        for (int i = 0; i < doors.length; i++) {
            open |= Cell.isOpenDoor(state.cell(doors[i])) ? 1 << i : 0;
        }
        return ((state.y() * state.width() + state.x()) * 4 + state.heading() << doors.length) + open;
    }

    private static List<HouseAction> actions(Node last) {
        List<HouseAction> actions = new ArrayList<>();
        for (Node node = last; node.action != null && node.before != null; node = node.before) {
            actions.add(node.action);
        }
        Collections.reverse(actions);
        return actions;
    }

    private record Node(
            HouseState state,
            @Nullable Node before,
            @Nullable HouseAction action) {}
}
