package io.github.rlllm.api;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a planner wants next: invoke a skill, ask a question, done, or give up with a reason. Closed; read it with
 * {@link #fold}. Immutable.
 */
public sealed interface Directive permits Directives.Invoke, Directives.Ask, Directives.Done, Directives.GiveUp {
    /**
     * Invoke a skill.
     *
     * @param call one of the allowed calls
     * @return the directive
     */
    static Directive invoke(SkillCall call) {
        return new Directives.Invoke(Objects.requireNonNull(call, "call"));
    }

    /**
     * Ask a question in words; the answer comes back as an event.
     *
     * @param question what to ask
     * @return the directive
     */
    static Directive ask(String question) {
        return new Directives.Ask(Objects.requireNonNull(question, "question"));
    }

    /**
     * The task is fulfilled.
     *
     * @return the directive
     */
    static Directive done() {
        return new Directives.Done();
    }

    /**
     * The task cannot be fulfilled.
     *
     * @param reason why, in words
     * @return the directive
     */
    static Directive giveUp(String reason) {
        return new Directives.GiveUp(Objects.requireNonNull(reason, "reason"));
    }

    /**
     * One of four results, by the kind of directive.
     *
     * @param <R> the type of the result
     * @param invoke from the call
     * @param ask from the question
     * @param done where the task is fulfilled
     * @param giveUp from the reason
     * @return the result
     */
    <R> R fold(
            Function<? super SkillCall, ? extends R> invoke,
            Function<? super String, ? extends R> ask,
            Supplier<? extends R> done,
            Function<? super String, ? extends R> giveUp);
}
