package io.github.rlllm.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Runs a check from four threads at once. */
final class Threads {
    private static final int THREADS = 4;
    private static final int CHECKS = 100;

    private Threads() {}

    /** Runs the check a hundred times a thread, with another number each time; the first failure is thrown. */
    static void run(IntConsumer check) {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread * CHECKS;
                running.add(executor.submit(() -> {
                    for (int i = 0; i < CHECKS; i++) {
                        check.accept(first + i);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("in several threads: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
