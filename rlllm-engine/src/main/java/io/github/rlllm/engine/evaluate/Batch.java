package io.github.rlllm.engine.evaluate;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Jobs for one task.
 *
 * @param task the task's name
 * @param jobs the jobs, of which no two have the same candidate and seed
 * @param limits what each may take
 */
public record Batch(String task, List<Job> jobs, Limits limits) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if two jobs have the same candidate and seed
     */
    public Batch {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(limits, "limits");
        jobs = List.copyOf(jobs);
        Set<String> ids = new HashSet<>();
        for (Job job : jobs) {
            if (!ids.add(job.id())) {
                throw new IllegalArgumentException(
                        "jobs: " + job.id() + " twice (expected: each candidate once under a seed)");
            }
        }
    }
}
