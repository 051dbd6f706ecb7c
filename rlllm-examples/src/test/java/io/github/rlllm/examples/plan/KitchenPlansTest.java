package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.examples.plan.KitchenPlans.Asked;
import io.github.rlllm.examples.plan.KitchenPlans.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitchenPlansTest {
    private static final List<String> FETCH = List.of("find apple", "pick up apple", "done");
    private static final KitchenPlans TWO = new KitchenPlans(
            List.of(new Asked("Single", "Please get the apple!"), new Asked("Multiple", "clean up")),
            List.of(new Recorded("get apple", FETCH), new Recorded("go home", List.of("go home", "done"))));

    private static double mean(Arm arm, String metric) {
        return arm.metrics().get(metric).mean();
    }

    @Test
    void agreementIsWithTheRecordedPlan() {
        Arm arm = TWO.arm(
                "a", "scripted", known -> (instruction, steps) -> steps.size() < 3 ? FETCH.get(steps.size()) : "done");
        assertEquals(.5, mean(arm, "first skill, agreement"));
        assertEquals(.5, mean(arm, "next skill after the recorded ones, agreement"));
        assertEquals(.5, mean(arm, "whole plan, agreement"));
        assertEquals(1, mean(arm, "Single: comes to done"));
        assertEquals(1, mean(arm, "Single: whole plan, agreement"));
        assertFalse(arm.metrics().containsKey("Multiple: whole plan, agreement"), "none is recorded");
    }

    @Test
    void aPlannerThatNeverEndsIsStopped() {
        Arm arm = TWO.arm("a", "scripted", known -> (instruction, steps) -> "find apple");
        assertEquals(0, mean(arm, "Multiple: comes to done"));
        assertEquals(0, mean(arm, "whole plan, agreement"));
    }

    @Test
    void noPlanIsKnownToTheHeadThatIsComparedWithIt() {
        List<Recorded> plans = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            plans.add(new Recorded("task " + i, List.of("step", "done")));
        }
        KitchenPlans many = new KitchenPlans(List.of(new Asked("Single", "task 7")), plans);
        many.arm("a", "scripted", known -> (instruction, steps) -> {
            assertTrue(known.size() == 20
                    || known.stream().noneMatch(plan -> plan.instruction().equals(instruction)));
            return "done";
        });
    }

    @Test
    void aHeadLearnsWhatFollows() {
        List<Recorded> plans = new ArrayList<>();
        List<String> things = List.of("apple", "coke", "sponge", "chips", "orange", "water");
        for (String thing : things) {
            for (String wording : List.of("bring me the ", "fetch the ", "hand me the ", "give me the ")) {
                plans.add(new Recorded(wording + thing, List.of("find " + thing, "pick up " + thing, "done")));
            }
        }
        KitchenPlans kitchen = new KitchenPlans(List.of(new Asked("Single", "bring me the coke")), plans);
        TfIdfEncoder encoder =
                TfIdfEncoder.fit(plans.stream().map(Recorded::instruction).toList());
        Arm arm = kitchen.arm("a", "tf-idf", kitchen.head(encoder));
        assertTrue(mean(arm, "first skill, agreement") > .8, "first: " + mean(arm, "first skill, agreement"));
    }

    @Test
    void filesAreReadAndBrokenOnesRefused(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("saycan_instructions.jsonl"), "{\"family\": \"Single\", \"instruction\": \"get it\"}\n");
        Files.writeString(
                folder.resolve("saycan_plans.jsonl"),
                "{\"instruction\": \"get it\", \"steps\": [\"find it\", \"done\"]}\n");
        KitchenPlans read = KitchenPlans.read(folder);
        assertEquals(List.of(new Asked("Single", "get it")), read.instructions());
        assertEquals(List.of("done", "find it"), read.options());
        Files.writeString(folder.resolve("saycan_plans.jsonl"), "{\"instruction\": \"get it\"}\n");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> KitchenPlans.read(folder));
        assertEquals("saycan_plans.jsonl:1: no steps (expected: steps)", e.getMessage());
    }
}
