package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.ScoringModel;
import java.util.List;
import java.util.Objects;

/**
 * Answers with the likelier of two continuations of the prompt, {@code log p(" Yes")} against {@code log p(" No")}, exactly
 * and without sampling. Both are one token in the vocabularies of the common models; where they are not, their sums are
 * compared.
 */
public final class LikelihoodLabeler implements Labeler<Object> {
    private static final List<String> ANSWERS = List.of(" Yes", " No");

    private final ScoringModel scoring;

    /**
     * A labeler.
     *
     * @param scoring gives the log-probabilities
     */
    public LikelihoodLabeler(ScoringModel scoring) {
        this.scoring = Objects.requireNonNull(scoring, "scoring");
    }

    @Override
    public Parsed<Boolean> label(Object episode, Question question, List<String> refused) {
        double[] logProbs = scoring.logProbs(question.prompt(), ANSWERS);
        if (logProbs[0] == logProbs[1]) {
            return Parsed.rejected("yes and no are equally likely, log p = " + logProbs[0]);
        }
        return Parsed.accepted(logProbs[0] > logProbs[1]);
    }

    @Override
    public String model() {
        return scoring.model() + ", log-probabilities";
    }
}
