package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Skill} keeps to: a sound description, an affordance that is a probability, an end in time, failures
 * that are results, and a cancel that stops it.
 *
 * @param <S> the type of the state
 */
public abstract class SkillContract<S> {
    /** For the subclass. */
    protected SkillContract() {}

    /**
     * Makes the skill under test, in a world of its own that is as {@link #state()} says.
     *
     * @return a skill that was not started yet
     */
    protected abstract Skill<S> skill();

    /**
     * The state in which it is judged.
     *
     * @return a state
     */
    protected abstract S state();

    /**
     * Arguments to judge and start it with.
     *
     * @return one for every parameter
     */
    protected abstract List<String> arguments();

    /**
     * The time within which it has to end, and to stop after a cancel.
     *
     * @return ten seconds by default
     */
    protected Duration patience() {
        return Duration.ofSeconds(10);
    }

    /** Name, parameters, facts, time limits, hazard and resources are there and sound, and the same at every call. */
    @Test
    protected void isDescribed() {
        Skill<S> skill = skill();
        assertFalse(skill.name().isBlank(), "name(): blank (expected: a name)");
        assertEquals(
                skill.parameters().size(),
                new HashSet<>(skill.parameters()).size(),
                () -> "parameters(): " + skill.parameters() + " (expected: distinct names)");
        assertEquals(skill.parameters().size(), arguments().size(), "arguments(): one for every parameter");
        skill.preconditions()
                .forEach((fact, count) ->
                        assertTrue(count >= 1, () -> "preconditions()[" + fact + "]: " + count + " (expected: >= 1)"));
        skill.effects().forEach((fact, count) -> assertNotEquals(0, count, () -> "effects()[" + fact + "]"));
        assertTrue(
                skill.timeout().compareTo(Duration.ZERO) > 0,
                () -> "timeout(): " + skill.timeout() + " (expected: > 0)");
        assertNotNull(skill.hazard(), "hazard(): null (expected: a class of hazard)");
        assertTrue(
                skill.stopTimeout().compareTo(Duration.ZERO) > 0,
                () -> "stopTimeout(): " + skill.stopTimeout() + " (expected: > 0)");
        assertFalse(skill.resources().isEmpty(), "resources(): none (expected: at least one)");
        assertEquals(skill.name(), skill.name(), "name() at a second call");
        assertEquals(skill.parameters(), skill.parameters(), "parameters() at a second call");
        assertEquals(
                new ArrayList<>(skill.preconditions().entrySet()),
                new ArrayList<>(skill.preconditions().entrySet()),
                "preconditions() at a second call");
        assertEquals(
                new ArrayList<>(skill.effects().entrySet()),
                new ArrayList<>(skill.effects().entrySet()),
                "effects() at a second call");
    }

    /** The affordance is a probability and the same for the same state. */
    @Test
    protected void theAffordanceIsAProbability() {
        Skill<S> skill = skill();
        double p = skill.affordance(state(), arguments());
        assertTrue(p >= 0 && p <= 1, () -> "affordance: " + p + " (expected: from 0 to 1)");
        assertEquals(p, skill.affordance(state(), arguments()), "affordance of the same state");
    }

    /** Another skill's call, or another number of arguments, is an {@link IllegalArgumentException}. */
    @Test
    protected void otherCallsAreRefused() {
        Skill<S> skill = skill();
        List<String> more = new ArrayList<>(arguments());
        more.add("one too many");
        refused(skill, new SkillCall(skill.name() + "?", arguments()), "start of another skill's call");
        refused(skill, new SkillCall(skill.name(), more), "start with an argument too many");
        assertThrows(
                IllegalArgumentException.class,
                () -> skill.affordance(state(), more),
                "affordance with an argument too many");
    }

    /** It ends in time with a result; what fails is a result as well. */
    @Test
    protected void endsWithAResult() {
        assertNotNull(run(Control.none(), "start").status(), "status");
    }

    /** Started although cancelled it answers so. */
    @Test
    protected void aCancelledStartIsCancelled() {
        assertEquals(
                SkillResult.Status.CANCELLED,
                run(() -> true, "start, cancelled before").status());
    }

    /** Cancelled on its way it stops in time, with whatever result. */
    @Test
    protected void aCancelStopsIt() {
        AtomicBoolean looked = new AtomicBoolean();
        Control control = () -> looked.getAndSet(true); // true from the second look on
        run(control, "start, cancelled on its way");
        assertTrue(looked.get(), "cancelled(): never asked for (expected: at least once)");
    }

    private void refused(Skill<S> skill, SkillCall call, String what) {
        Throwable thrown = assertThrows(ExecutionException.class, () -> start(skill, call, () -> true, what), what)
                .getCause();
        assertTrue(
                thrown instanceof IllegalArgumentException,
                () -> what + ": threw " + thrown + " (expected: IllegalArgumentException)");
    }

    private SkillResult run(Control control, String what) {
        Skill<S> skill = skill();
        try {
            CompletionStage<SkillResult> stage = start(skill, new SkillCall(skill.name(), arguments()), control, what);
            assertNotNull(stage, what + ": null (expected: a stage)");
            SkillResult result = stage.toCompletableFuture().get(patience().toNanos(), TimeUnit.NANOSECONDS);
            assertNotNull(result, what + ": the stage completed with null (expected: a result)");
            return result;
        } catch (TimeoutException e) {
            return fail(what + ": no result within " + patience() + " (expected: a result)");
        } catch (ExecutionException e) {
            return fail(what + ": threw " + e.getCause() + " (expected: a result, also of a failure)", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(what + ": interrupted", e);
        }
    }

    /** In a thread of its own, so that a start that hangs fails the test and not the build. */
    private CompletionStage<SkillResult> start(Skill<S> skill, SkillCall call, Control control, String what)
            throws ExecutionException, InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "skill-contract");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return executor.submit(() -> skill.start(call, control))
                    .get(patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return fail(what + ": no answer within " + patience() + " (expected: a stage)");
        } finally {
            executor.shutdownNow();
        }
    }
}
