package io.github.rlllm.api;

import java.util.Locale;
import java.util.Objects;

/** A call that was executed, with its result. */
record Executed(SkillCall call, SkillResult result) implements PlanEvent {
    Executed {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(result, "result");
    }

    @Override
    public String text() {
        String end = result.text().isEmpty() ? result.status().name().toLowerCase(Locale.ROOT) : result.text();
        return Said.oneLine(call + ": " + end);
    }
}
