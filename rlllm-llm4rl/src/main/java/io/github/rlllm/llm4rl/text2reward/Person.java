package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.llm4rl.design.CandidateRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Who watches what a learner has learned and says what is wrong with it. */
@FunctionalInterface
public interface Person {
    /**
     * Says what is wrong.
     *
     * @param watched the reward, with the figures of the policy that was learned with it
     * @return a sentence; empty where nothing is wrong, or nothing more will be said
     */
    Optional<String> says(CandidateRecord watched);

    /**
     * A person whose sentences are known beforehand, such as the lines of a file, or what was said about something else.
     *
     * @param sentences one a round, in order
     * @return says each once, whatever it watches
     */
    static Person of(List<String> sentences) {
        Iterator<String> rest = List.copyOf(sentences).iterator();
        return watched -> rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
    }
}
