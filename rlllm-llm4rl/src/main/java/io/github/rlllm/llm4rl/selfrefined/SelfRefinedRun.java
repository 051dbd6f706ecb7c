package io.github.rlllm.llm4rl.selfrefined;

import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import java.util.List;
import java.util.Optional;

/**
 * What came of {@link SelfRefined}.
 *
 * @param rounds the first reward and its refinements, in order, with what became of each
 * @param kept the best of them; empty where none could be trained
 * @param retrained the kept one, trained again on other seeds and judged in the testing world; empty where there is none
 */
public record SelfRefinedRun(List<CandidateRecord> rounds, Optional<CandidateRecord> kept, List<Figures> retrained) {
    /** Copies. */
    public SelfRefinedRun {
        rounds = List.copyOf(rounds);
        retrained = List.copyOf(retrained);
    }
}
