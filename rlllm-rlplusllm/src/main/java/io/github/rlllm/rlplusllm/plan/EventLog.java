package io.github.rlllm.rlplusllm.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All events of a run, and a cursor over them for every subscriber: whoever subscribes late sees them from the first one on,
 * nobody misses one, and whoever is slow keeps nobody but himself waiting. Thread-safe.
 */
final class EventLog implements Flow.Publisher<RunEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final Executor executor;
    private final List<Cursor> cursors = new CopyOnWriteArrayList<>();
    private final List<RunEvent> events = new ArrayList<>();
    private boolean closed;
    private @Nullable Throwable failure;

    EventLog(Executor executor) {
        this.executor = executor;
    }

    void add(RunEvent event) {
        synchronized (events) {
            events.add(event);
        }
        cursors.forEach(Cursor::wake);
    }

    /** No event comes after this; a failure is told to subscribers after the last one. */
    void close(@Nullable Throwable cause) {
        synchronized (events) {
            closed = true;
            failure = cause;
        }
        cursors.forEach(Cursor::wake);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super RunEvent> subscriber) {
        Cursor cursor = new Cursor(Objects.requireNonNull(subscriber, "subscriber"));
        cursors.add(cursor);
        subscriber.onSubscribe(cursor);
        cursor.start();
    }

    /** Signals are serial: only who raises {@code waiting} from 0 runs. */
    private final class Cursor implements Flow.Subscription, Runnable {
        private final Flow.Subscriber<? super RunEvent> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger waiting = new AtomicInteger(1); // until onSubscribe has returned
        private volatile boolean cancelled;
        private volatile boolean wrongRequest;
        private int next;

        Cursor(Flow.Subscriber<? super RunEvent> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                wrongRequest = true;
            } else {
                demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
            }
            wake();
        }

        @Override
        public void cancel() {
            cancelled = true;
            cursors.remove(this);
        }

        void wake() {
            if (!cancelled && waiting.getAndIncrement() == 0) {
                start();
            }
        }

        private void start() {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                LOG.debug("the executor is shut down: a subscriber is told no more");
                cancel();
            }
        }

        @Override
        public void run() {
            int missed;
            do {
                missed = waiting.get();
                try {
                    tell();
                } catch (RuntimeException e) {
                    LOG.warn(
                            "a subscriber threw {} and is told no more",
                            e.getClass().getName());
                    LOG.debug("subscriber", e);
                    cancel();
                }
            } while (waiting.addAndGet(-missed) > 0);
        }

        private void tell() {
            while (!cancelled) {
                if (wrongRequest) {
                    cancel();
                    subscriber.onError(new IllegalArgumentException("request: <= 0 (expected: > 0)"));
                    return;
                }
                RunEvent event;
                Throwable cause;
                synchronized (events) {
                    if (next == events.size() && !closed) {
                        return;
                    }
                    event = next < events.size() ? events.get(next) : null;
                    cause = failure;
                }
                if (event == null) {
                    cancel();
                    if (cause == null) {
                        subscriber.onComplete();
                    } else {
                        subscriber.onError(cause);
                    }
                    return;
                }
                if (demand.get() == 0) {
                    return;
                }
                demand.updateAndGet(old -> old == Long.MAX_VALUE ? old : old - 1);
                next++;
                subscriber.onNext(event);
            }
        }
    }
}
