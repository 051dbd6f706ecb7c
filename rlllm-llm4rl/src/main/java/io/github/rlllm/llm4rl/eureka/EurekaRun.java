package io.github.rlllm.llm4rl.eureka;

import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import java.util.List;
import java.util.Optional;

/**
 * What came of {@link Eureka}.
 *
 * @param candidates every generated reward with what became of it, in the order in which they were proposed
 * @param best the best of all restarts by the score of the search; empty where no candidate could be trained
 * @param retrained the best, trained again on seeds of its own and judged in the testing world, one a seed, by the names of
 *     {@link io.github.rlllm.llm4rl.design.CandidateTraining}; empty where there is no best
 */
public record EurekaRun(List<CandidateRecord> candidates, Optional<CandidateRecord> best, List<Figures> retrained) {
    /** Copies. */
    public EurekaRun {
        candidates = List.copyOf(candidates);
        retrained = List.copyOf(retrained);
    }

    /**
     * The share of the candidates that were trained to the end.
     *
     * @return 0 to 1
     */
    public double executeRate() {
        return CandidateRecord.executeRate(candidates);
    }
}
