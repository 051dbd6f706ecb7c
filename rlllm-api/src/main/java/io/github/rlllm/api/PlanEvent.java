package io.github.rlllm.api;

/**
 * Something that happened while a plan ran. Open: new kinds of event break nobody, since every event can say itself in
 * words. Immutable.
 */
public interface PlanEvent {
    /**
     * The event in words, as a planner that reads text would see it, such as {@code go to(red ball): success}.
     *
     * @return one line: whoever reports something cannot forge a second one
     */
    String text();

    /**
     * A call that was executed, with its result.
     *
     * @param call what was invoked
     * @param result how it ended
     * @return the event
     */
    static PlanEvent executed(SkillCall call, SkillResult result) {
        return new Executed(call, result);
    }

    /**
     * Feedback in words: a scene, a person's answer, a report.
     *
     * @param source who says it
     * @param text what is said; line breaks become spaces
     * @return the event
     */
    static PlanEvent said(String source, String text) {
        return new Said(source, text);
    }

    /**
     * The call that this event tells of.
     *
     * @return the call, or null for other kinds
     */
    default @org.jspecify.annotations.Nullable SkillCall call() {
        return null;
    }

    /**
     * The result that this event tells of.
     *
     * @return the result, or null for other kinds
     */
    default @org.jspecify.annotations.Nullable SkillResult result() {
        return null;
    }
}
