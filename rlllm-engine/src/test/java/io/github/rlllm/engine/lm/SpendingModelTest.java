package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpendingModelTest {
    private static final Prompt PROMPT = Prompt.of("abcd").withMaxTokens(10);
    private final VirtualTime time = new VirtualTime();

    private static Completion answer(int in, int out) {
        return new Completion("x", in, out, Completion.Finish.STOP, "m");
    }

    private SpendingModel limited(LanguageModel model, SpendingLimits limits) {
        return new SpendingModel(model, limits, Price.perMillion(0.15, 0.6), time::nanos);
    }

    private static BudgetExhaustedException refused(LanguageModel model) {
        return assertThrows(BudgetExhaustedException.class, () -> model.complete(PROMPT));
    }

    @Test
    void countsCallsAndRefusesTheNext() {
        SpendingModel model =
                limited(prompt -> answer(3, 2), SpendingLimits.none().withCalls(2));
        model.complete(PROMPT);
        model.complete(PROMPT);
        BudgetExhaustedException e = refused(model);
        assertEquals("calls: 2 spent, 1 asked (expected: at most 2 together)", e.getMessage());
        assertEquals("calls", e.limit());
        assertEquals(2, e.allowed());
        assertEquals(2, model.spent().calls());
        assertEquals(6, model.spent().tokensIn());
        assertEquals(4, model.spent().tokensOut());
        assertEquals(6 * 150 + 4 * 600, model.spent().billionths());
    }

    @Test
    void reservesTheUpperEstimateOfTokens() {
        // 16 around all, 16 around the message, 4 bytes, 10 of the answer.
        assertEquals(36, SpendingModel.tokensAtMost(PROMPT));
        SpendingModel enough =
                limited(prompt -> answer(3, 2), SpendingLimits.none().withTokens(46));
        enough.complete(PROMPT);
        BudgetExhaustedException e = refused(enough);
        assertEquals("tokens: 5 spent, 46 asked (expected: at most 46 together)", e.getMessage());
        refused(limited(prompt -> answer(3, 2), SpendingLimits.none().withTokens(45)));
    }

    @Test
    void reservesMoney() {
        // 36 * 150 + 10 * 600 billionths.
        SpendingModel model =
                limited(prompt -> answer(36, 10), SpendingLimits.none().withMoney(11_400e-9));
        model.complete(PROMPT);
        assertEquals("money", refused(model).limit());
        assertEquals(11_400, model.spent().billionths());
        refused(limited(prompt -> answer(1, 1), SpendingLimits.none().withMoney(11_399e-9)));
    }

    @Test
    void keepsBackTheTimeOfACall() {
        SpendingLimits limits = SpendingLimits.none().withTime(Duration.ofSeconds(10), Duration.ofSeconds(3));
        SpendingModel model = limited(prompt -> answer(1, 1), limits);
        time.sleep(Duration.ofSeconds(7));
        model.complete(PROMPT);
        time.sleep(Duration.ofMillis(1));
        BudgetExhaustedException e = refused(model);
        assertEquals("seconds: 7.001 spent, 3 asked (expected: at most 10 together)", e.getMessage());
    }

    @Test
    void timeOfWholeSpanRefusesToo() {
        SpendingLimits limits = SpendingLimits.none().withTime(Duration.ofSeconds(1), Duration.ZERO);
        SpendingModel model = limited(prompt -> answer(1, 1), limits);
        model.complete(PROMPT);
        time.sleep(Duration.ofSeconds(1));
        assertEquals("seconds", refused(model).limit());
    }

    @Test
    void unknownUsageCostsTheEstimate() {
        SpendingModel model = limited(prompt -> answer(-1, -1), SpendingLimits.none());
        model.complete(PROMPT);
        assertEquals(36, model.spent().tokensIn());
        assertEquals(10, model.spent().tokensOut());
    }

    @Test
    void aRefusalIsFreeAndALostAnswerIsNot() {
        List<RuntimeException> free = List.of(
                new RateLimitException("429"),
                new AuthenticationException("401"),
                new IllegalArgumentException("seed"),
                new java.io.UncheckedIOException(new java.net.ConnectException("refused")));
        for (RuntimeException failure : free) {
            SpendingModel model = limited(failing(failure), SpendingLimits.none());
            assertThrows(failure.getClass(), () -> model.complete(PROMPT));
            assertEquals(0, model.spent().tokens(), failure.toString());
            assertEquals(1, model.spent().calls(), failure.toString());
        }
        List<RuntimeException> lost = List.of(
                new InternalServerException("503"),
                new dev.langchain4j.exception.TimeoutException("late"),
                new java.io.UncheckedIOException(new java.io.IOException("reset")),
                new java.util.concurrent.CancellationException(),
                new IllegalStateException("anything"));
        for (RuntimeException failure : lost) {
            SpendingModel model = limited(failing(failure), SpendingLimits.none());
            assertThrows(failure.getClass(), () -> model.complete(PROMPT));
            assertEquals(46, model.spent().tokens(), failure.toString());
        }
    }

    private static LanguageModel failing(RuntimeException failure) {
        return prompt -> {
            throw failure;
        };
    }

    @Test
    void whatWasSpentBeforeCounts() {
        ModelUsage before = new ModelUsage(5, 10, 10, 100, Duration.ofSeconds(4));
        SpendingLimits limits = SpendingLimits.none().withCalls(6);
        SpendingModel model = new SpendingModel(
                prompt -> answer(1, 1), limits, Price.FREE, time::nanos, SpendingModel::tokensAtMost, before);
        model.complete(PROMPT);
        assertEquals("calls", refused(model).limit());
        assertEquals(Duration.ofSeconds(4), model.spent().time());
    }

    @Test
    void callsAtOnceNeverReserveMoreThanThereIs() throws Exception {
        // Room for one at a time: the others wait, and are not refused while it may still be given back.
        CountDownLatch both = new CountDownLatch(1);
        SpendingModel model = limited(
                prompt -> {
                    await(both);
                    return answer(1, 1);
                },
                SpendingLimits.none().withTokens(60));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Completion>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(pool.submit(() -> model.complete(PROMPT)));
            }
            both.countDown();
            for (Future<Completion> call : calls) {
                call.get(5, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(4, model.spent().calls());
        assertEquals(8, model.spent().tokens());
    }

    @Test
    void anInterruptEndsTheWaitForOthers() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        SpendingModel model = limited(
                prompt -> {
                    first.countDown();
                    await(end);
                    return answer(1, 1);
                },
                SpendingLimits.none().withTokens(60));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<Completion> one = pool.submit(() -> model.complete(PROMPT));
            first.await();
            Thread.currentThread().interrupt();
            assertThrows(java.util.concurrent.CancellationException.class, () -> model.complete(PROMPT));
            assertTrue(Thread.interrupted());
            end.countDown();
            one.get(5, TimeUnit.SECONDS);
            assertEquals(1, model.spent().calls());
        } finally {
            pool.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void pricesAreExact() {
        assertEquals(new Price(150, 600), Price.perMillion(0.15, 0.6));
        assertEquals(new Price(75, 300), Price.perMillion(0.075, 0.3));
        assertEquals(new Price(1, 2_500), Price.perMillion(0.0001, 2.5));
        assertThrows(IllegalArgumentException.class, () -> Price.perMillion(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> Price.perMillion(Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> new Price(0, -1));
    }

    @Test
    void theEstimateIsInBytesOfUtf8() {
        Prompt prompt = new Prompt(
                List.of(new Message(Message.Role.SYSTEM, "é"), new Message(Message.Role.USER, "漢")),
                List.of(),
                1,
                null,
                "{}");
        assertEquals(16 + 2 + 16 + 3 + 16 + 2, SpendingModel.tokensAtMost(prompt));
        assertTrue(SpendingModel.tokensAtMost(PROMPT) > 0);
    }
}
