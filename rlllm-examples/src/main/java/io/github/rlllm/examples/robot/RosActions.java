package io.github.rlllm.examples.robot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.examples.robot.RobotBridge.Outcome.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The bridge for ROS 2 actions over rosbridge's JSON messages, whatever carries them (docs/robots.md has a web socket): a goal
 * goes out under the call's key, feedback and result come back under it. Without ROS on the class path. Thread-safe.
 */
final class RosActions implements RobotBridge {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * An action of the robot.
     *
     * @param name such as {@code /navigate_to_pose}
     * @param type such as {@code nav2_msgs/action/NavigateToPose}
     * @param goal makes the goal message of a skill's arguments
     */
    record Action(String name, String type, Function<List<String>, JsonNode> goal) {}

    private final Map<String, Action> actions;
    private final Consumer<String> out;
    private final Map<String, SentGoal> sent = new ConcurrentHashMap<>();

    private final class SentGoal implements Goal {
        private final Action action;
        private final String key;
        private final Consumer<String> feedback;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        SentGoal(Action action, String key, Consumer<String> feedback) {
            this.action = action;
            this.key = key;
            this.feedback = feedback;
        }

        @Override
        public CompletionStage<Outcome> outcome() {
            return outcome;
        }

        @Override
        public void cancel() {
            if (!outcome.isDone()) {
                out.accept(message("cancel_action_goal", action, key).toString());
            }
        }
    }

    /**
     * A bridge.
     *
     * @param actions skill's name to the robot's action
     * @param out carries a message to rosbridge
     */
    RosActions(Map<String, Action> actions, Consumer<String> out) {
        this.actions = Map.copyOf(actions);
        this.out = out;
    }

    @Override
    public Goal send(String skill, List<String> arguments, String key, Consumer<String> feedback) {
        Action action = actions.get(skill);
        if (action == null) {
            throw new IllegalArgumentException("skill: " + skill + " (expected: one of " + actions.keySet() + ")");
        }
        SentGoal goal = new SentGoal(action, key, feedback);
        sent.put(key, goal);
        ObjectNode message = message("send_action_goal", action, key);
        message.put("action_type", action.type());
        message.put("feedback", true);
        message.set("args", action.goal().apply(arguments));
        out.accept(message.toString());
        return goal;
    }

    /**
     * Takes a message from rosbridge; others than those of open goals are ignored.
     *
     * @param message JSON
     * @throws IllegalArgumentException if it is no JSON
     */
    void received(String message) {
        JsonNode json;
        try {
            json = JSON.readTree(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("message: " + e.getOriginalMessage() + " (expected: JSON)", e);
        }
        SentGoal goal = sent.get(json.path("id").asText());
        if (goal == null) {
            return;
        }
        if (json.path("op").asText().equals("action_feedback")) {
            goal.feedback.accept(json.path("values").toString());
        } else if (json.path("op").asText().equals("action_result")) {
            sent.remove(goal.key);
            goal.outcome.complete(outcome(json));
        }
    }

    /** By action_msgs/GoalStatus: 4 succeeded, 5 cancelled, 6 aborted; some servers say nothing, and then it did not succeed. */
    private static Outcome outcome(JsonNode json) {
        JsonNode status =
                json.has("status") ? json.path("status") : json.path("values").path("status");
        String text = json.path("values").toString();
        return switch (status.asInt(0)) {
            case 4 -> new Outcome(Kind.SUCCEEDED, "");
            case 5 -> new Outcome(Kind.CANCELLED, "stopped");
            case 6 -> new Outcome(Kind.ABORTED, text);
            default -> new Outcome(Kind.ABORTED, text);
        };
    }

    private static ObjectNode message(String op, Action action, String key) {
        return JSON.createObjectNode().put("op", op).put("id", key).put("action", action.name());
    }
}
