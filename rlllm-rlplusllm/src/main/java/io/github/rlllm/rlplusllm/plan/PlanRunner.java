package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Planner;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs a planner against the skills of one robot or world until it is done or a limit is met. Each run has its own state, and
 * runs may be parallel where their skills and worlds are; a resource on which a skill did not stop is closed to all of them.
 * Thread-safe.
 *
 * <p>A skill's timeout is part of the control that the skill is given: it reads cancelled from then on. A run waits until the
 * skill has acknowledged; where it does not, it counts as not stopped, and nothing starts on its resources while it may still
 * act.
 *
 * @param <S> the type of the state
 */
public final class PlanRunner<S> {
    final SkillLibrary<S> library;
    final Planner<S> planner;
    final Supplier<S> state;
    final Executor executor;
    final LongSupplier nanos;
    final Blocked blocked = new Blocked();

    /**
     * A runner.
     *
     * @param library the skills
     * @param planner chooses
     * @param state the present state whenever it is asked, in any thread
     * @param executor runs planners, the runs themselves, subscribers, and skills for as long as {@code start} takes; a run
     *     holds none of its threads while it waits. Give it as many threads as work at the same time, as a cached pool does.
     *     {@code Runnable::run} does everything in the caller's thread, where a skill that ignores its stop cannot be left
     *     behind
     * @param nanos a monotonic clock in nanoseconds, such as {@code System::nanoTime}
     */
    public PlanRunner(
            SkillLibrary<S> library, Planner<S> planner, Supplier<S> state, Executor executor, LongSupplier nanos) {
        this.library = Objects.requireNonNull(library, "library");
        this.planner = Objects.requireNonNull(planner, "planner");
        this.state = Objects.requireNonNull(state, "state");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    /**
     * Starts a run.
     *
     * @param task what is asked for, in words
     * @param options limits, masks, people and records
     * @return the handle
     * @throws java.io.UncheckedIOException if the journal cannot be written
     * @throws IllegalArgumentException if the journal is not new or empty
     */
    public PlanRun execute(String task, PlanOptions<S> options) {
        Objects.requireNonNull(task, "task");
        Path file = options.recording().journal();
        PlanLoop<S> loop = new PlanLoop<>(this, options, file == null ? PlanJournal.none() : PlanJournal.create(file));
        loop.begin(task);
        return loop.handle;
    }

    /**
     * Goes on with a run that a crash broke off. What its journal says has happened does not happen again; a call whose end
     * it does not say is asked about with its key ({@link Supervisor#effect}); a person is asked again for an approval that
     * was not acted on. Task, seed and what was spent are the journal's. A run that was over gives its report.
     *
     * @param options as the run was started with
     * @return the handle, whose events begin with those of the journal
     * @throws java.io.UncheckedIOException if the journal cannot be read or written
     * @throws IllegalArgumentException if the options have no journal, or it is damaged elsewhere than in its last line
     */
    public PlanRun resume(PlanOptions<S> options) {
        Path file = options.recording().journal();
        if (file == null) {
            throw new IllegalArgumentException("journal: none (expected: the file of a run, by withJournal)");
        }
        PlanJournal journal = PlanJournal.open(file);
        PlanLoop<S> loop = new PlanLoop<>(this, options, journal);
        loop.recover(journal.read());
        return loop.handle;
    }

    /**
     * A person has made sure that nothing moves on a resource any more.
     *
     * @param resource on which a skill did not stop
     * @param who has made sure
     * @return false where it was not blocked
     */
    public boolean clear(String resource, String who) {
        Objects.requireNonNull(who, "who");
        PlanLoop<?> owner = blocked.clear(Objects.requireNonNull(resource, "resource"));
        if (owner != null) {
            owner.cleared(resource, who);
        }
        return owner != null;
    }

    /**
     * What waits for a person to clear it.
     *
     * @return resources on which nothing is invoked now, sorted
     */
    public Set<String> blocked() {
        return blocked.all();
    }
}
