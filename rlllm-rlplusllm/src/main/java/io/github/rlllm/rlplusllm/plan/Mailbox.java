package io.github.rlllm.rlplusllm.plan;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what is put into it one after the other, in the order in which it was put, whoever puts it. Holds no thread while it
 * is empty. Thread-safe.
 */
final class Mailbox {
    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Executor executor;

    Mailbox(Executor executor) {
        this.executor = executor;
    }

    /** For threads of others, such as a robot's: the message runs in a thread of the executor. */
    void post(Runnable message) {
        messages.add(message);
        if (waiting.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                drain(); // a cancel still counts after the executor was shut down
            }
        }
    }

    /** For threads of the executor: the message runs here, unless another thread is at it. */
    void handle(Runnable message) {
        messages.add(message);
        if (waiting.getAndIncrement() == 0) {
            drain();
        }
    }

    private void drain() {
        do {
            Runnable message = messages.poll();
            if (message != null) {
                message.run();
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
