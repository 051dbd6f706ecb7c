package io.github.rlllm.rlplusllm.plan;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Rings once, later, without holding a thread. Thread-safe. */
final class Alarm {
    private final CompletableFuture<Boolean> rings = new CompletableFuture<>();

    /**
     * Sets an alarm.
     *
     * @param nanos from now on; {@link Long#MAX_VALUE} never rings
     * @param ring is called in a thread of the JDK that all timers share: it has to hand on at once
     */
    Alarm(long nanos, Runnable ring) {
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        rings.thenAccept(inTime -> {
            if (inTime) {
                ring.run();
            }
        });
        rings.completeOnTimeout(true, Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    }

    /** Nothing where it has rung. Completing it normally also takes the timer out of the JDK's queue. */
    void off() {
        rings.complete(false);
    }
}
