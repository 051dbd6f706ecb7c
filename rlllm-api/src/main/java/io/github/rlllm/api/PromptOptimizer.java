package io.github.rlllm.api;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Finds the prompt with which a given language model does best. Thread-safe. */
@FunctionalInterface
public interface PromptOptimizer {
    /**
     * Searches within a budget.
     *
     * @param target the model that answers; it is not changed
     * @param objective judges an answer to a query under a prompt
     * @param queries the queries to optimise for, at least one
     * @param budget what may be spent
     * @param rng the source of randomness
     * @return the selector found, with what was tried
     */
    Result optimize(
            LanguageModel target,
            RewardModel<Trial> objective,
            List<String> queries,
            Budget budget,
            RandomGenerator rng);

    /**
     * One prompt tried on one query.
     *
     * @param prompt the prompt tried
     * @param query the query
     * @param answer what the model said
     */
    record Trial(String prompt, String query, Completion answer) {
        /** Checks the record. */
        public Trial {
            Objects.requireNonNull(prompt, "prompt");
            Objects.requireNonNull(query, "query");
            Objects.requireNonNull(answer, "answer");
        }
    }

    /**
     * What an optimisation gives.
     *
     * @param selector from a query to the prompt to use; constant where the prompt does not depend on the query
     * @param history what was tried, oldest first
     */
    record Result(Function<String, String> selector, List<Trial> history) {
        /** Checks and copies. */
        public Result {
            Objects.requireNonNull(selector, "selector");
            history = List.copyOf(history);
        }
    }
}
