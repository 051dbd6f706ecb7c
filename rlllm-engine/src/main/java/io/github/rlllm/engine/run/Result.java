package io.github.rlllm.engine.run;

import java.util.List;

/**
 * What a run, a study or a benchmark prints: the object behind {@code --json}.
 *
 * @param id the catalogue id or the benchmark's name
 * @param seeds the number of seeds
 * @param seconds wall-clock time
 * @param machine the JVM and machine
 * @param arms the rows
 * @param aims what was meant to be shown
 */
public record Result(String id, int seeds, double seconds, String machine, List<Arm> arms, List<Aim> aims) {
    /** Copies. */
    public Result {
        arms = List.copyOf(arms);
        aims = List.copyOf(aims);
    }
}
