package io.github.rlllm.api;

/** A call that was executed, with its result. */
record Executed(SkillCall call, SkillResult result) implements PlanEvent {
    @Override
    public String text() {
        return call + ": "
                + (result.text().isEmpty() ? result.status().name().toLowerCase(java.util.Locale.ROOT) : result.text());
    }
}
