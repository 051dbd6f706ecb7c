package io.github.rlllm.examples.robot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.examples.robot.RobotBridge.Outcome.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RosActionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> out = new ArrayList<>();
    private final List<String> feedback = new ArrayList<>();
    private final RosActions ros = new RosActions(
            Map.of(
                    "drive to",
                    new RosActions.Action(
                            "/drive",
                            "my_robot/action/Drive",
                            arguments -> JSON.createObjectNode().put("place", arguments.get(0)))),
            out::add);

    private RobotBridge.Goal send() {
        return ros.send("drive to", List.of("shelf"), "run-7", feedback::add);
    }

    @Test
    void goalFeedbackCancelAndResult() throws Exception {
        RobotBridge.Goal goal = send();
        ros.received(
                "{\"op\": \"action_feedback\", \"id\": \"run-7\", \"action\": \"/drive\", \"values\": {\"left\": 1.5}}");
        ros.received(
                "{\"op\": \"action_feedback\", \"id\": \"other\", \"action\": \"/drive\", \"values\": {\"left\": 9}}");
        goal.cancel();
        assertEquals(List.of("{\"left\":1.5}"), feedback);
        assertFalse(goal.outcome().toCompletableFuture().isDone());
        ros.received(
                "{\"op\": \"action_result\", \"id\": \"run-7\", \"action\": \"/drive\", \"values\": {}, \"status\": 5,"
                        + " \"result\": true}");
        assertEquals(Kind.CANCELLED, goal.outcome().toCompletableFuture().get().kind());
        goal.cancel(); // over: nothing more is sent
        assertEquals(
                List.of(
                        JSON.readTree("{\"op\": \"send_action_goal\", \"id\": \"run-7\", \"action\": \"/drive\","
                                + " \"action_type\": \"my_robot/action/Drive\", \"feedback\": true,"
                                + " \"args\": {\"place\": \"shelf\"}}"),
                        JSON.readTree("{\"op\": \"cancel_action_goal\", \"id\": \"run-7\", \"action\": \"/drive\"}")),
                List.of(JSON.readTree(out.get(0)), JSON.readTree(out.get(1))));
        assertEquals(2, out.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\": 4, \"values\": {}} | SUCCEEDED",
                "{\"values\": {\"status\": 4, \"result\": {}}} | SUCCEEDED",
                "{\"status\": 6, \"values\": {}} | ABORTED",
                "{\"values\": {}} | ABORTED",
            })
    void statusesOfTheServer(String result, Kind kind) throws Exception {
        RobotBridge.Goal goal = send();
        ros.received("{\"op\": \"action_result\", \"id\": \"run-7\", " + result.substring(1));
        assertEquals(kind, goal.outcome().toCompletableFuture().get().kind());
    }

    @Test
    void refusals() {
        assertThrows(IllegalArgumentException.class, () -> ros.send("fly", List.of(), "k", feedback::add));
        assertThrows(IllegalArgumentException.class, () -> ros.received("no json"));
    }
}
