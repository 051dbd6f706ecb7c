package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;

/** What {@code rlllm bench NAME} measures. */
@FunctionalInterface
public interface Benchmark {
    /** Which part of a benchmark runs. */
    enum Part {
        /** Everything that it measures. */
        ALL,
        /** Environment steps a second. */
        SPEED,
        /** Environment steps and seconds until the world is solved. */
        SOLVE;

        /** Whether speed is measured. */
        boolean speed() {
            return this != SOLVE;
        }

        /** Whether solving is measured. */
        boolean solve() {
            return this != SPEED;
        }

        /** For benchmarks in which nothing learns. */
        void requireSpeed() {
            if (!speed()) {
                throw new IllegalArgumentException("only: solve (expected: speed, nothing learns here)");
            }
        }
    }

    /**
     * Measures.
     *
     * @param request seeds, progress and control
     * @param part what of it
     * @return the figures, with the aims of that part
     * @throws IllegalArgumentException if the benchmark has no such part
     */
    Result run(RunRequest request, Part part);
}
