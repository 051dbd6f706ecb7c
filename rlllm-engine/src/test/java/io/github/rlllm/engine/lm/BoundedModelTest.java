package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedModelTest {
    private static final Completion ANSWER = new Completion("x", 1, 1, Completion.Finish.STOP, "m");
    private static final Prompt PROMPT = Prompt.of("a");
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void close() throws InterruptedException {
        pool.shutdownNow();
        assertTrue(pool.awaitTermination(5, TimeUnit.SECONDS));
    }

    private BoundedModel bounded(LanguageModel model, int inFlight, int millis, Control control) {
        return new BoundedModel(model, inFlight, Duration.ofMillis(millis), pool, System::nanoTime, control);
    }

    @Test
    void answersAndFailuresPassThrough() {
        assertSame(ANSWER, bounded(prompt -> ANSWER, 1, 5000, Control.none()).complete(PROMPT));
        IllegalStateException failure = new IllegalStateException("x");
        BoundedModel failing = bounded(
                prompt -> {
                    throw failure;
                },
                1,
                5000,
                Control.none());
        assertSame(failure, assertThrows(IllegalStateException.class, () -> failing.complete(PROMPT)));
        assertSame(failure, assertThrows(IllegalStateException.class, () -> failing.complete(PROMPT)));
    }

    @Test
    void aTimeOutInterruptsTheCall() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        BoundedModel model = bounded(
                prompt -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return ANSWER;
                },
                1,
                20,
                Control.none());
        TimeoutException e = assertThrows(TimeoutException.class, () -> model.complete(PROMPT));
        assertEquals("answer: none after PT0.02S (expected: one within it)", e.getMessage());
        assertTrue(interrupted.await(5, TimeUnit.SECONDS));
        for (int i = 0; i < 1000 && model.late() == 0; i++) {
            Thread.sleep(1);
        }
        assertEquals(1, model.late());
    }

    @Test
    void whoHeedsNoInterruptKeepsItsPlace() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        BoundedModel model = bounded(
                prompt -> {
                    boolean open = first.getAndSet(false);
                    while (open) {
                        try {
                            end.await();
                            open = false;
                        } catch (InterruptedException e) {
                            // A client that does not know what an interrupt is.
                        }
                    }
                    return ANSWER;
                },
                1,
                30,
                Control.none());
        assertThrows(TimeoutException.class, () -> model.complete(PROMPT));
        RateLimitException full = assertThrows(RateLimitException.class, () -> model.complete(PROMPT));
        assertEquals("in flight: 1 (expected: a free place within PT0.03S)", full.getMessage());
        end.countDown();
        for (int i = 0; i < 1000 && model.late() == 0; i++) {
            Thread.sleep(1);
        }
        assertSame(ANSWER, model.complete(PROMPT));
    }

    @Test
    void neverMoreInFlight() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        BoundedModel model = bounded(
                prompt -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    try {
                        Thread.sleep(2);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    now.decrementAndGet();
                    return ANSWER;
                },
                3,
                10_000,
                Control.none());
        List<Future<Completion>> all = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            all.add(pool.submit(() -> model.complete(PROMPT)));
        }
        for (Future<Completion> each : all) {
            each.get(10, TimeUnit.SECONDS);
        }
        assertEquals(3, most.get());
        assertEquals(0, now.get());
    }

    @Test
    void cancellationStopsTheCallAndTheNext() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch interrupted = new CountDownLatch(1);
        BoundedModel model = bounded(
                prompt -> {
                    cancelled.set(true);
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return ANSWER;
                },
                1,
                10_000,
                cancelled::get);
        assertThrows(CancellationException.class, () -> model.complete(PROMPT));
        assertTrue(interrupted.await(5, TimeUnit.SECONDS));
        CancellationException next = assertThrows(CancellationException.class, () -> model.complete(PROMPT));
        assertEquals("cancelled before the model was asked", next.getMessage());
    }

    @Test
    void anInterruptOfTheCallerStopsTheCall() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        BoundedModel model = bounded(
                prompt -> {
                    asked.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return ANSWER;
                },
                1,
                10_000,
                Control.none());
        Future<Boolean> caller = pool.submit(() -> {
            assertThrows(CancellationException.class, () -> model.complete(PROMPT));
            return Thread.currentThread().isInterrupted();
        });
        assertTrue(asked.await(5, TimeUnit.SECONDS));
        assertFalse(caller.isDone());
        caller.cancel(true);
        assertTrue(interrupted.await(5, TimeUnit.SECONDS));
    }
}
