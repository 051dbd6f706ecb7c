package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.engine.lm.ModelUsage;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a run and told of it.
 *
 * @param meter what the planner's models have used since they were made, such as {@code spendingModel::spent};
 *     {@link ModelUsage#NONE} where nobody meters
 * @param trace sees every event at once, in the run's thread; it has to return quickly. {@link PlanRun#events} may be slow
 * @param journal the file by which {@link PlanRunner#resume} goes on after a crash; null keeps none
 */
public record Recording(
        Supplier<ModelUsage> meter,
        Consumer<RunEvent> trace,
        @Nullable Path journal) {
    /** Checks the record. */
    public Recording {
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(trace, "trace");
    }

    /**
     * Nothing metered, traced or kept.
     *
     * @return the record
     */
    public static Recording none() {
        return new Recording(() -> ModelUsage.NONE, event -> {}, null);
    }
}
