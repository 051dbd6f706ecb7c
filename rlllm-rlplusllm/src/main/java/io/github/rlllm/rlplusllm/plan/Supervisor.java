package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.SkillCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The person behind a run. Every method returns at once; the run waits for the stage without holding a thread, and a cancel
 * or the end of its time does not wait for the person.
 */
public interface Supervisor {
    /** What a person knows of a call that was started before a crash and whose end nobody wrote down. */
    enum Effect {
        /** It was carried out: it counts as a success and is not repeated. */
        HAPPENED,
        /** It was not carried out: it does not count, and the planner may choose it again. */
        DID_NOT_HAPPEN,
        /** Nobody knows: it is masked for the rest of the run. */
        UNKNOWN
    }

    /**
     * Whether a call may be invoked, once. Asked where {@link PlanOptions#approval} says so.
     *
     * @param call what the planner chose
     * @param hazard what can go wrong
     * @return false, or a failure, masks the call for the rest of the run
     */
    CompletionStage<Boolean> approves(SkillCall call, Hazard hazard);

    /**
     * Answers a question of the planner.
     *
     * @param question in words
     * @return the answer in words; a failure is told as {@code no answer}
     */
    CompletionStage<String> answer(String question);

    /**
     * What became of a call that a crash broke off.
     *
     * @param call what was started
     * @param key the idempotency key that the skill was given, by which a robot or a service may know
     * @return what is known; a failure is {@link Effect#UNKNOWN}, and so is the answer of those who do not override this
     */
    default CompletionStage<Effect> effect(SkillCall call, String key) {
        return CompletableFuture.completedFuture(Effect.UNKNOWN);
    }

    /**
     * Nobody is there: what needs approval is refused, and questions get {@code no answer}.
     *
     * @return the supervisor
     */
    static Supervisor absent() {
        return new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return CompletableFuture.completedFuture(false);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return CompletableFuture.completedFuture("no answer");
            }
        };
    }
}
