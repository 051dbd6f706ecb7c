package io.github.rlllm.engine.lm;

import java.time.Duration;

/** Lets a thread wait; in tests, moves a clock instead. */
@FunctionalInterface
public interface Sleeper {
    /**
     * Waits.
     *
     * @param time at least zero
     * @throws InterruptedException if the thread is interrupted
     */
    void sleep(Duration time) throws InterruptedException;

    /**
     * The thread's own sleep.
     *
     * @return the sleeper
     */
    static Sleeper ofThread() {
        return time -> Thread.sleep(time.toMillis(), (int) (time.toNanos() % 1_000_000));
    }
}
