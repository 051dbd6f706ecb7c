package io.github.rlllm.rlplusllm.plan.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class MermaidTest {
    @Test
    void aGraphHasArrowsWithCounts() {
        assertEquals("""
                flowchart LR
                  s0["go to(from, target)"]
                  s1["pick up(from)"]
                  s2["build(plan)"]
                  f0(["at {from}"])
                  f1(["at {target}"])
                  f2(["screws in {from}"])
                  f3(["screws held"])
                  f4(["at hall 2"])
                  f5(["built {plan}"])
                  f0 -.-> s0
                  s0 --> f1
                  f0 --> s1
                  f2 -.->|2| s1
                  s1 -->|2| f3
                  f4 --> s2
                  f3 -.->|4| s2
                  s2 --> f5
                """, Mermaid.graph(PlanningTask.of("w", Workshop.library(), Workshop.START, Workshop.GOAL)));
    }

    @Test
    void aPlanIsAChain() {
        assertEquals(
                """
                flowchart TD
                  task(["say #quot;#35;1#quot; #lt;now#gt;"])
                  task --> c0["1. go to(hall 2)"]
                  c0 --> c1["2. done"]
                """, Mermaid.plan("say \"#1\"\n<now>", List.of(SkillCall.of("go to", "hall 2"), SkillCall.of("done"))));
    }

    @Test
    void whatFailedIsMarked() {
        List<PlanEvent> history = List.of(
                PlanEvent.executed(SkillCall.of("grasp", "cup"), new SkillResult(SkillResult.Status.FAILED, "slipped")),
                PlanEvent.said("scene", "the cup is on the floor"),
                PlanEvent.executed(SkillCall.of("grasp", "cup"), new SkillResult(SkillResult.Status.SUCCESS, "")));
        assertEquals(
                """
                flowchart TD
                  task(["the cup, please"])
                  task --> e0["%s"]:::failed
                  e0 -.-> e1("%s")
                  e1 --> e2["%s"]
                  classDef failed stroke:#c00,color:#c00
                """.formatted(
                                history.get(0).text(),
                                history.get(1).text(),
                                history.get(2).text()),
                Mermaid.run("the cup, please", history));
    }
}
