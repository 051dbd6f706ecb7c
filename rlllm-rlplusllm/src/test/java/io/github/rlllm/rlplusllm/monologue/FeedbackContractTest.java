package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.testkit.SkillContract;
import java.util.List;
import java.util.Set;

/** A skill with feedback keeps to what a skill keeps to: it stops when it is told to, and says so. */
class FeedbackContractTest extends SkillContract<Set<String>> {
    @Override
    protected Skill<Set<String>> skill() {
        Skill<Set<String>> slow = Skill.<Set<String>>named("put", "thing").does((call, control) -> {
            for (int i = 0; i < 20 && !control.cancelled(); i++) {
                Thread.onSpinWait();
            }
            return new SkillResult(control.cancelled() ? SkillResult.Status.CANCELLED : SkillResult.Status.SUCCESS, "");
        });
        return Feedback.<Set<String>>none()
                .withSuccess(SuccessDetector.always())
                .withScene(Shelf::scene)
                .after(slow, Set::of);
    }

    @Override
    protected Set<String> state() {
        return Set.of();
    }

    @Override
    protected List<String> arguments() {
        return List.of("cup");
    }
}
