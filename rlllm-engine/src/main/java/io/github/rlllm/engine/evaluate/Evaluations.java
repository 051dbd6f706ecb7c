package io.github.rlllm.engine.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of a batch: one evaluation a job, in the order of the jobs, whatever the order in which they ended. */
public final class Evaluations {
    private final Map<String, Evaluation> byId = new LinkedHashMap<>();

    Evaluations(List<Evaluation> inOrder) {
        inOrder.forEach(evaluation -> byId.put(evaluation.id(), evaluation));
    }

    /**
     * All of them.
     *
     * @return in the order of the jobs
     */
    public List<Evaluation> all() {
        return List.copyOf(byId.values());
    }

    /**
     * That of one job.
     *
     * @param candidate its candidate
     * @param seed its seed
     * @return how it ended
     * @throws IllegalArgumentException if the batch had no such job
     */
    public Outcome of(String candidate, long seed) {
        Evaluation found = byId.get(candidate + "#" + seed);
        if (found == null) {
            throw new IllegalArgumentException(
                    "job: " + candidate + "#" + seed + " (expected: one of " + byId.keySet() + ")");
        }
        return found.outcome();
    }

    /**
     * Those of one candidate.
     *
     * @param candidate the candidate
     * @return in the order of the jobs; empty where the batch had no such candidate
     */
    public List<Evaluation> of(String candidate) {
        return byId.values().stream()
                .filter(evaluation -> evaluation.candidate().equals(candidate))
                .toList();
    }
}
