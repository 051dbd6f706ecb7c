package io.github.rlllm.rlplusllm.plan;

import org.jspecify.annotations.Nullable;

/** A piece of work whose thread can be interrupted while it is at it, and not after that. Thread-safe; runs once. */
final class Work implements Runnable {
    private final Runnable body;
    private final Object lock = new Object();
    private @Nullable Thread thread;
    private volatile boolean interrupted;

    Work(Runnable body) {
        this.body = body;
    }

    @Override
    public void run() {
        synchronized (lock) {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }
        try {
            body.run();
        } finally {
            synchronized (lock) {
                thread = null;
                if (interrupted) {
                    Thread.interrupted(); // the executor's next task has nothing to do with it
                }
            }
        }
    }

    void interrupt() {
        synchronized (lock) {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Whether somebody wanted it to end. */
    boolean interrupted() {
        return interrupted;
    }
}
