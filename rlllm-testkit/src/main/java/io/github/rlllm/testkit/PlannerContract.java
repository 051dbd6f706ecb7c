package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Planner} keeps to: it invokes allowed calls alone, its answer follows from the context and the
 * generator, and it can be used from several threads.
 *
 * @param <S> the type of the state
 */
public abstract class PlannerContract<S> {
    /** For the subclass. */
    protected PlannerContract() {}

    /**
     * The planner under test.
     *
     * @return a planner
     */
    protected abstract Planner<S> planner();

    /**
     * Contexts to try it with: equal ones at every call, but for the generator.
     *
     * @param rng the generator of the contexts
     * @return at least one; two tasks or histories show more
     */
    protected abstract List<PlanContext<S>> contexts(RandomGenerator rng);

    private static <S> PlanContext<S> allowing(PlanContext<S> context, List<SkillCall> allowed) {
        return new PlanContext<>(
                context.task(),
                context.state(),
                context.history(),
                allowed,
                context.remaining(),
                context.control(),
                context.rng());
    }

    private List<Directive> answers(Planner<S> planner) {
        List<Directive> answers = new ArrayList<>();
        for (int i = 0; i < contexts(new SplittableRandom(1)).size(); i++) {
            answers.add(planner.next(contexts(new SplittableRandom(21)).get(i)));
        }
        return answers;
    }

    private static void allowedAlone(Directive directive, List<SkillCall> allowed) {
        assertNotNull(directive, "next: null (expected: a directive)");
        SkillCall invoked = directive.fold(call -> call, question -> null, () -> null, reason -> null);
        assertTrue(
                invoked == null || allowed.contains(invoked),
                () -> "next: invokes " + invoked + " (expected: one of " + allowed + ")");
    }

    /** Every context has a directive, and what it invokes is allowed. */
    @Test
    protected void invokesAllowedCallsAlone() {
        Planner<S> planner = planner();
        List<PlanContext<S>> contexts = contexts(new SplittableRandom(20));
        assertTrue(!contexts.isEmpty(), "contexts: none (expected: at least one)");
        for (PlanContext<S> context : contexts) {
            allowedAlone(planner.next(context), context.allowed());
        }
    }

    /** Allowed one call alone, it invokes that or none; allowed none, it invokes none. */
    @Test
    protected void theMaskIsHard() {
        Planner<S> planner = planner();
        for (PlanContext<S> context : contexts(new SplittableRandom(22))) {
            for (SkillCall call : context.allowed()) {
                allowedAlone(planner.next(allowing(context, List.of(call))), List.of(call));
                List<SkillCall> others = new ArrayList<>(context.allowed());
                others.remove(call);
                allowedAlone(planner.next(allowing(context, others)), others);
            }
            allowedAlone(planner.next(allowing(context, List.of())), List.of());
        }
    }

    /** Equal contexts and generators give equal directives, in a new planner too. */
    @Test
    protected void equalContextsGiveEqualDirectives() {
        Planner<S> planner = planner();
        List<Directive> first = answers(planner);
        assertEquals(first, answers(planner), "next, asked again");
        assertEquals(first, answers(planner()), "next of a new planner");
    }

    /** All memory is in the context: what came between changes nothing. */
    @Test
    protected void keepsNoMemory() {
        Planner<S> planner = planner();
        int contexts = contexts(new SplittableRandom(1)).size();
        List<Directive> alone = answers(planner());
        for (int i = contexts - 1; i >= 0; i--) {
            assertEquals(
                    alone.get(i),
                    planner.next(contexts(new SplittableRandom(21)).get(i)),
                    "next, after other contexts");
        }
    }

    /** Several threads get the directives that one gets. */
    @Test
    protected void threadsGetTheSameDirectives() {
        Planner<S> planner = planner();
        List<Directive> alone = answers(planner);
        Threads.run(i -> {
            int k = i % alone.size();
            assertEquals(
                    alone.get(k),
                    planner.next(contexts(new SplittableRandom(21)).get(k)),
                    "next, in several threads");
        });
    }
}
