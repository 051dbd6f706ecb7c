package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicySkillTest {
    private static final SkillCall GO = SkillCall.of("go to", "3");

    /** A corridor of 6 cells that ends the episode at its end. */
    private static final class Corridor implements Environment<Integer, Integer> {
        private int at;

        @Override
        public Space<Integer> observationSpace() {
            return Space.discrete(6);
        }

        @Override
        public Space<Integer> actionSpace() {
            return Space.discrete(2);
        }

        @Override
        public Integer reset(long seed) {
            at = 0;
            return at;
        }

        @Override
        public Step<Integer> step(Integer action) {
            at += action;
            return new Step<>(at, 0, at == 5 ? Ending.TERMINATED : Ending.NONE);
        }
    }

    private final Corridor corridor = new Corridor();

    private SkillResult.Status run(SkillCall call, int action, int maxSteps, Control control) {
        return new PolicySkill<>(
                        corridor,
                        () -> corridor.at,
                        c -> at -> Finite.of(List.of(0, 1), 1 - action, action),
                        (c, at) -> at == Integer.parseInt(c.arguments().get(0)),
                        maxSteps)
                .run(call, control)
                .status();
    }

    @Test
    void endsAreTold() {
        assertEquals(SkillResult.Status.SUCCESS, run(GO, 1, 3, Control.none()));
        assertEquals(3, corridor.at);
        assertEquals(SkillResult.Status.SUCCESS, run(GO, 1, 3, Control.none()));
        assertEquals(3, corridor.at);
        assertEquals(SkillResult.Status.TIMEOUT, run(SkillCall.of("go to", "4"), 0, 3, Control.none()));
        assertEquals(SkillResult.Status.CANCELLED, run(SkillCall.of("go to", "4"), 1, 3, () -> true));
        assertEquals(3, corridor.at);
        assertEquals(SkillResult.Status.FAILED, run(SkillCall.of("go to", "9"), 1, 9, Control.none()));
        assertEquals(5, corridor.at);
    }
}
