package io.github.rlllm.rlplusllm.plan;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Waits for something by looking again and again, as rarely as it may, without holding a thread; then rings once. Looks and
 * rings in a mailbox, and is confined to it.
 */
final class Alarm {
    private final LongSupplier left;
    private final Mailbox mailbox;
    private final Runnable ring;
    private CompletableFuture<Boolean> timer = new CompletableFuture<>();
    private boolean off;

    /**
     * Sets an alarm.
     *
     * @param left nanoseconds after which to look again, 0 to ring; {@link Long#MAX_VALUE} never rings
     * @param mailbox where it looks and rings
     * @param ring what is done then
     */
    Alarm(LongSupplier left, Mailbox mailbox, Runnable ring) {
        this.left = left;
        this.mailbox = mailbox;
        this.ring = ring;
        set(left.getAsLong());
    }

    /** An alarm that rings after a time. */
    static Alarm after(long nanos, Mailbox mailbox, Runnable ring) {
        long[] rest = {nanos};
        LongSupplier once = () -> {
            long now = rest[0];
            rest[0] = 0;
            return now;
        };
        return new Alarm(once, mailbox, ring);
    }

    private void set(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        next.thenAccept(inTime -> {
            if (inTime) {
                mailbox.post(this::look);
            }
        });
        timer = next.completeOnTimeout(true, Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (off) {
            return;
        }
        long nanos = left.getAsLong();
        if (nanos <= 0) {
            off = true;
            ring.run();
        } else {
            set(nanos);
        }
    }

    /** Nothing where it has rung. To complete the timer normally also takes it out of the JDK's queue. */
    void off() {
        off = true;
        timer.complete(false);
    }
}
