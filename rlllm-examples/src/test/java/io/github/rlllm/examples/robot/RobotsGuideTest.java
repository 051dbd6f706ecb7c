package io.github.rlllm.examples.robot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.plan.export.BehaviorTree;
import io.github.rlllm.rlplusllm.plan.export.Mermaid;
import io.github.rlllm.rlplusllm.plan.export.Pddl;
import io.github.rlllm.rlplusllm.plan.export.PlanningTask;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/robots.md shows is what is compiled here, and run but for the web socket. */
class RobotsGuideTest {
    private static final Pattern REGION =
            Pattern.compile("^( *)// region (\\w+)\\n(.*?)^ *// endregion", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    /** Stands for a map of the building. */
    interface Places {
        JsonNode pose(List<String> arguments);
    }

    private static boolean here(RobotState now, String thing) {
        return now.at().equals(now.things().get(thing));
    }

    @Test
    void skillsAndExports() {
        try (BridgedSkill bridged = new BridgedSkill(new RosActions(Map.of(), message -> {}), text -> {})) {
            // region Pick
            Skill<RobotState> pick = Skill.<RobotState>named("pick", "thing")
                    .requires(Map.of("gripper free", 1))
                    .yields(Map.of("gripper free", -1, "holding {thing}", 1))
                    .affordance((now, thing) -> here(now, thing.get(0)) && now.gripperFree() ? 0.9 : 0)
                    .timeout(Duration.ofSeconds(30)) // then its control reads cancelled
                    .stopTimeout(Duration.ofSeconds(1)) // then it counts as not stopped
                    .starts(bridged);
            // endregion
            SkillLibrary<RobotState> library = new SkillLibrary<>(
                    Map.of("thing", List.of("cup")),
                    Set.of("gripper free", "holding {thing}"),
                    List.of(pick),
                    Map.of("gripper free", 1));
            List<SkillCall> calls = List.of(SkillCall.of("pick", "cup"));
            // region Exports
            PlanningTask task = PlanningTask.of("fetch", library, library.start(), Map.of("holding cup", 1));
            Pddl pddl = new Pddl(task); // pddl.domain(), pddl.problem(), pddl.plan(calls)
            String tree = BehaviorTree.xml("hold the cup", BehaviorTree.steps(library, calls), 2);
            String graph = Mermaid.graph(task); // also Mermaid.plan(task, calls), Mermaid.run(task, report.history())
            // endregion
            assertEquals("(pick cup)\n", pddl.plan(calls));
            assertTrue(tree.contains("<Action ID=\"pick\" name=\"pick(cup)\" thing=\"cup\"/>"), tree);
            assertTrue(graph.contains("f0 -.-> s0"), graph);
        }
    }

    static RosActions ros(Places places) {
        // region Socket
        StringBuilder part = new StringBuilder();
        CompletableFuture<WebSocket> socket = new CompletableFuture<>();
        RosActions.Action drive =
                new RosActions.Action("/navigate_to_pose", "nav2_msgs/action/NavigateToPose", places::pose);
        RosActions ros = new RosActions(
                Map.of("drive to", drive),
                message -> socket.join().sendText(message, true).join());
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                part.append(text);
                if (last) {
                    ros.received(part.toString());
                    part.setLength(0);
                }
                from.request(1);
                return CompletableFuture.completedFuture(null);
            }
        };
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://robot.local:9090"), listener)
                .thenAccept(socket::complete);
        // endregion
        return ros;
    }

    @Test
    void thePageShowsThisCode() throws Exception {
        String source = Files.readString(Path.of("src/test/java/io/github/rlllm/examples/robot/RobotsGuideTest.java"));
        String page = Files.readString(Path.of("../docs/robots.md"));
        Matcher regions = REGION.matcher(source);
        int shown = 0;
        while (regions.find()) {
            String code = regions.group(3).replaceAll("(?m)^" + regions.group(1), "");
            assertTrue(page.contains("```java\n" + code + "```"), regions.group(2) + ":\n" + code);
            shown++;
        }
        assertEquals(BLOCK.matcher(page).results().count(), shown);
    }
}
