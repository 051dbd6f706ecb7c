package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final EventLog log = new EventLog(executor);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Keeps what it is told; asks for a number at first and for one more after each, or never again. */
    static final class Reader implements Flow.Subscriber<RunEvent> {
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch over = new CountDownLatch(1);
        volatile Throwable failure;
        volatile Flow.Subscription subscription;
        private final long first;
        private final Runnable before;

        Reader(long first, Runnable before) {
            this.first = first;
            this.before = before;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (first != 0) {
                given.request(first);
            }
        }

        @Override
        public void onNext(RunEvent event) {
            before.run();
            seen.add(event.number());
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            over.countDown();
        }

        @Override
        public void onComplete() {
            over.countDown();
        }

        void awaitEnd() throws InterruptedException {
            assertTrue(over.await(10, TimeUnit.SECONDS), "no end");
        }

        void awaitSeen(int number) throws InterruptedException {
            for (int i = 0; i < 1000 && seen.size() < number; i++) {
                Thread.sleep(5);
            }
            assertEquals(number, seen.size());
        }
    }

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            log.add(new RunEvent.Paused(i, Duration.ZERO));
        }
    }

    private static List<Integer> upTo(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    @Test
    void lateSubscribersSeeAllAndNobodyWaitsForASlowOne() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Reader stuck = new Reader(Long.MAX_VALUE, () -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        log.subscribe(stuck);
        add(0, 5000);
        Reader late = new Reader(Long.MAX_VALUE, () -> {});
        log.subscribe(late);
        log.close(null);
        late.awaitEnd();
        assertEquals(upTo(5000), late.seen);
        assertEquals(List.of(), stuck.seen);
        go.countDown();
        stuck.awaitEnd();
        assertEquals(upTo(5000), stuck.seen);
        Reader afterTheEnd = new Reader(Long.MAX_VALUE, () -> {});
        log.subscribe(afterTheEnd);
        afterTheEnd.awaitEnd();
        assertEquals(upTo(5000), afterTheEnd.seen);
    }

    @Test
    void nobodyIsToldMoreThanWasAskedFor() throws Exception {
        Reader reader = new Reader(0, () -> {});
        log.subscribe(reader);
        add(0, 10);
        Thread.sleep(20);
        assertEquals(List.of(), reader.seen);
        reader.subscription.request(3);
        reader.awaitSeen(3);
        Thread.sleep(20);
        assertEquals(upTo(3), reader.seen);
        reader.subscription.request(Long.MAX_VALUE);
        reader.subscription.request(Long.MAX_VALUE); // more than there are numbers
        log.close(null);
        reader.awaitEnd();
        assertEquals(upTo(10), reader.seen);
    }

    @Test
    void theEndNeedsNoDemandAndAFailureIsTold() throws Exception {
        Reader reader = new Reader(0, () -> {});
        log.subscribe(reader);
        log.close(new IllegalStateException("disk"));
        reader.awaitEnd();
        assertEquals("disk", reader.failure.getMessage());
    }

    @Test
    void aRequestOfNothingIsAnErrorAndACancelIsTheEnd() throws Exception {
        Reader wrong = new Reader(-1, () -> {});
        log.subscribe(wrong);
        wrong.awaitEnd();
        assertInstanceOf(IllegalArgumentException.class, wrong.failure);
        Reader leaves = new Reader(2, () -> {});
        log.subscribe(leaves);
        add(0, 2);
        leaves.awaitSeen(2);
        leaves.subscription.cancel();
        leaves.subscription.request(10);
        add(2, 10);
        Reader stays = new Reader(Long.MAX_VALUE, () -> {});
        log.subscribe(stays);
        log.close(null);
        stays.awaitEnd();
        assertEquals(upTo(2), leaves.seen);
    }

    @Test
    void aSubscriberThatThrowsTroublesNobody() throws Exception {
        Reader throwing = new Reader(Long.MAX_VALUE, () -> {
            throw new IllegalStateException("subscriber");
        });
        Reader reader = new Reader(Long.MAX_VALUE, () -> {});
        log.subscribe(throwing);
        log.subscribe(reader);
        add(0, 100);
        log.close(null);
        reader.awaitEnd();
        assertEquals(upTo(100), reader.seen);
        assertEquals(List.of(), throwing.seen);
    }

    @Test
    void manyReadersAtRandomSpeedsLoseNothing() throws Exception {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            SplittableRandom rng = new SplittableRandom(i);
            Reader[] self = new Reader[1];
            self[0] = new Reader(1 + rng.nextInt(3), () -> {
                if (rng.nextInt(50) == 0) {
                    Thread.yield();
                }
                self[0].subscription.request(1);
            });
            readers.add(self[0]);
            if (i % 2 == 0) {
                log.subscribe(self[0]);
            }
        }
        for (int i = 0; i < 2000; i++) {
            add(i, i + 1);
            if (i % 100 == 50 && i / 100 % 2 == 1) {
                log.subscribe(readers.get(i / 100));
            }
        }
        log.close(null);
        for (int i = 0; i < 20; i++) {
            readers.get(i).awaitEnd();
            assertEquals(upTo(2000), readers.get(i).seen, "reader " + i);
        }
    }
}
