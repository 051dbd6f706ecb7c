package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.SkillCall;

/** The person behind a run: approves what is hazardous and answers what a planner asks. Called in the run's thread. */
public interface Supervisor {
    /**
     * Whether a call may be invoked. Asked before every call.
     *
     * @param call what the planner chose
     * @param hazard what can go wrong
     * @return false masks the call for the rest of the run
     */
    boolean approves(SkillCall call, Hazard hazard);

    /**
     * Answers a question of the planner.
     *
     * @param question in words
     * @return the answer in words
     */
    String answer(String question);

    /**
     * Nobody is there: what can be undone is approved, the rest refused, and questions get {@code no answer}.
     *
     * @return the supervisor
     */
    static Supervisor absent() {
        return new Supervisor() {
            @Override
            public boolean approves(SkillCall call, Hazard hazard) {
                return hazard == Hazard.NONE || hazard == Hazard.REVERSIBLE;
            }

            @Override
            public String answer(String question) {
                return "no answer";
            }
        };
    }
}
