package io.github.rlllm.engine.lm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when somebody sleeps. */
final class VirtualTime {
    private final AtomicLong now = new AtomicLong(17);
    private final List<Duration> slept = new ArrayList<>();

    long nanos() {
        return now.get();
    }

    synchronized void sleep(Duration time) {
        now.addAndGet(time.toNanos());
        slept.add(time);
    }

    Duration since(long nanos) {
        return Duration.ofNanos(now.get() - nanos);
    }

    synchronized int sleeps() {
        return slept.size();
    }
}
