package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Policy;
import java.util.List;

/**
 * What came of a training.
 *
 * @param <A> the type of an action
 * @param policy the best of the checkpoints by the task metric, on the world's own observations
 * @param best that checkpoint as it was compared, in the training world; a little too good, as the best of several
 * @param traces components in the order of the program, the total, then the task metric
 */
public record Trained<A>(Policy<float[], A> policy, Judged best, List<Trace> traces) {
    /** The name of the total's trace. */
    public static final String TOTAL = "total";
    /** The name of the task metric's trace. */
    public static final String METRIC = "task metric";

    /** Copies. */
    public Trained {
        traces = List.copyOf(traces);
    }
}
