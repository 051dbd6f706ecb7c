package io.github.rlllm.engine.run;

/** Where long work says how far it is. Thread-safe; calls are cheap and may be frequent. */
@FunctionalInterface
public interface Progress {
    /**
     * Says how far the work is.
     *
     * @param task what is being done, in a few words
     * @param done units done, from 0 to {@code total}
     * @param total units in all, at least 1
     */
    void update(String task, long done, long total);

    /**
     * Progress that nobody watches.
     *
     * @return a progress that does nothing
     */
    static Progress none() {
        return (task, done, total) -> {};
    }
}
