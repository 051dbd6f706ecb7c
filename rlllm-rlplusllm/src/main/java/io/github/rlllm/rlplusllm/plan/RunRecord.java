package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written down of a run: its events, in the journal first, then in its {@link Progress}, then for those who watch;
 * and by them its time and what it may still spend. Confined to the run's mailbox.
 */
final class RunRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);

    private final Progress progress = new Progress();
    private final PlanJournal journal;
    private final EventLog log;
    private final Recording recording;
    private final Limits limits;
    private final LongSupplier nanos;
    private final long started;
    private Duration before = Duration.ZERO;
    private ModelUsage metered;

    RunRecord(PlanJournal journal, EventLog log, Recording recording, Limits limits, LongSupplier nanos) {
        this.journal = journal;
        this.log = log;
        this.recording = recording;
        this.limits = limits;
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.metered = recording.meter().get();
    }

    Progress progress() {
        return progress;
    }

    /** Takes in what a journal says. */
    void replay(List<RunEvent> events) {
        for (RunEvent event : events) {
            progress.apply(event);
            log.add(event);
        }
        before = progress.at();
    }

    /** Writes an event down, with the next number and the time; gives it. */
    <E extends RunEvent> E add(BiFunction<Integer, Duration, E> made) {
        E event = made.apply(progress.events(), now());
        journal.append(event);
        progress.apply(event);
        try {
            recording.trace().accept(event);
        } catch (RuntimeException e) {
            LOG.warn("trace threw {}", e.getClass().getName());
            LOG.debug("trace", e);
        }
        log.add(event);
        return event;
    }

    /** What happens after the end of a run is for the journal alone. */
    void addAfterEnd(BiFunction<Integer, Duration, RunEvent> made) {
        RunEvent event = made.apply(progress.events(), now());
        progress.apply(event);
        journal.appendClosed(event);
    }

    void close(@Nullable Throwable failure) {
        journal.close();
        log.close(failure);
    }

    private Duration now() {
        return before.plusNanos(nanos.getAsLong() - started);
    }

    Budget remaining() {
        Budget budget = limits.budget();
        long tokens = progress.spent().tokens() + recording.meter().get().tokens() - metered.tokens();
        Duration left = budget.time().minus(now());
        return new Budget(
                Math.max(0, budget.calls() - progress.directives()),
                Math.max(0, budget.tokens() - tokens),
                left.isNegative() ? Duration.ZERO : left);
    }

    /** Nanoseconds until the time is over. */
    long nanosLeft() {
        return nanos(remaining().time());
    }

    /** A budget without a limit of time is longer than nanoseconds can say. */
    static long nanos(Duration time) {
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : time.toNanos();
    }

    /** What there is no more of; null where there is some of everything. */
    @Nullable
    String usedUp() {
        Budget left = remaining();
        if (left.calls() == 0 || left.tokens() == 0 || left.time().isZero()) {
            return "used up: " + (left.calls() == 0 ? "steps" : left.tokens() == 0 ? "tokens" : "time");
        }
        double money = progress.spent().money() + recording.meter().get().money() - metered.money();
        return money >= limits.money() ? "used up: money" : null;
    }

    /** What the models have used since this was asked last. */
    ModelUsage used() {
        ModelUsage all = recording.meter().get();
        ModelUsage last = metered;
        metered = all;
        return new ModelUsage(
                all.calls() - last.calls(),
                all.tokensIn() - last.tokensIn(),
                all.tokensOut() - last.tokensOut(),
                all.billionths() - last.billionths(),
                all.time().minus(last.time()));
    }
}
