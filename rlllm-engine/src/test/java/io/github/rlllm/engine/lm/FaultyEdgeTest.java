package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The whole edge over a model that fails in every way: what the provider charges is held against what was believed. */
class FaultyEdgeTest {
    private static final Price PRICE = Price.perMillion(3, 15);
    private static final Duration CALL = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        pool.shutdownNow();
    }

    private static String question(int i) {
        return "question " + i + " " + "word ".repeat(i % 17);
    }

    /** Right answers are JSON that names the question. */
    private static FaultyModel faulty(long seed, double share, Sleeper sleeper, Duration delay) {
        ScriptedModel script = ScriptedModel.of(prompt -> {
            String asked = prompt.messages().get(0).text();
            return "{\"to\": \"" + asked.split(" ")[1] + "\", \"why\": \"" + "because ".repeat(5) + "\"}";
        });
        return new FaultyModel(script, FaultRates.each(share), PRICE, new SplittableRandom(seed), sleeper, delay);
    }

    private RetryingModel patient(LanguageModel model, long seed) {
        return new RetryingModel(
                model, RetryLimits.defaults(), new SplittableRandom(seed), time::nanos, time::sleep, Control.none());
    }

    /** Nothing is spent beyond a limit, by the provider's own bill; every question ends in an answer or a typed failure. */
    @Test
    void nothingIsOverspentAndNothingIsLost(TestReporter reporter) throws IOException {
        int questions = 0;
        int answers = 0;
        int exhausted = 0;
        int unavailable = 0;
        int faults = 0;
        for (int run = 0; run < 20; run++) {
            SplittableRandom rng = new SplittableRandom(run);
            FaultyModel provider = faulty(run, .08, time::sleep, Duration.ofSeconds(1));
            SpendingLimits limits = SpendingLimits.none()
                    .withCalls(20 + rng.nextInt(40))
                    .withTokens(4_000 + rng.nextInt(4_000))
                    .withMoney(.02 + .05 * rng.nextDouble());
            SpendingModel spending = new SpendingModel(provider, limits, PRICE, time::nanos);
            Path file = folder.resolve(run + ".jsonl");
            int given = 0;
            try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
                LanguageModel model = cassette.over(patient(spending, run), "m");
                for (int i = 0; i < 40; i++) {
                    questions++;
                    try {
                        model.complete(Prompt.of(question(i)).withMaxTokens(60));
                        given++;
                    } catch (BudgetExhaustedException e) {
                        exhausted++;
                    } catch (ModelUnavailableException e) {
                        unavailable++;
                    }
                }
            }
            answers += given;
            faults += provider.faults();
            ModelUsage bill = provider.charged();
            ModelUsage spent = spending.spent();
            assertTrue(spent.calls() <= limits.calls(), "calls");
            assertTrue(spent.tokens() <= limits.tokens(), "tokens");
            assertTrue(spent.money() <= limits.money(), "money");
            assertTrue(bill.tokens() <= spent.tokens(), bill + " against " + spent);
            assertTrue(bill.billionths() <= spent.billionths(), bill + " against " + spent);
            assertEquals(given, Files.readAllLines(file).size());
        }
        assertEquals(800, questions);
        assertEquals(questions, answers + exhausted + unavailable);
        assertTrue(answers > 300 && exhausted > 100 && faults > 300, answers + ", " + exhausted + ", " + faults);
        reporter.publishEntry(
                "questions " + questions,
                answers + " answered, " + exhausted + " refused for spending, " + unavailable + " given up, " + faults
                        + " faults; overspent 0, lost 0");
    }

    /** Half answers, wrong schemas and duplicates are told apart by what stands in them, and never taken for the answer. */
    @Test
    void whatIsNotTheAnswerIsRejectedOrSeen() {
        FaultyModel provider = faulty(5, .1, time::sleep, Duration.ZERO);
        LanguageModel model = patient(provider, 5);
        int right = 0;
        int rejected = 0;
        int foreign = 0;
        int unavailable = 0;
        for (int i = 0; i < 500; i++) {
            Completion answer;
            try {
                answer = model.complete(Prompt.of(question(i)));
            } catch (ModelUnavailableException e) {
                unavailable++;
                continue;
            }
            String to = JsonAnswer.defaults()
                    .parse(answer)
                    .fold(json -> json.path("to").asText("none"), reason -> "rejected");
            right += to.equals(Integer.toString(i)) ? 1 : 0;
            rejected += to.equals("rejected") ? 1 : 0;
            foreign += !to.equals(Integer.toString(i)) && !to.equals("rejected") ? 1 : 0;
        }
        assertEquals(500, right + rejected + foreign + unavailable);
        assertTrue(right > 250 && rejected > 20 && foreign > 20, right + ", " + rejected + ", " + foreign);
    }

    @Test
    void manyAtOnceOverspendNothing() throws Exception {
        FaultyModel provider = faulty(9, .05, Sleeper.ofThread(), Duration.ofMillis(2));
        BoundedModel bounded = new BoundedModel(provider, 4, CALL, pool, System::nanoTime, Control.none());
        SpendingLimits limits = SpendingLimits.none().withTokens(20_000).withCalls(150);
        SpendingModel spending = new SpendingModel(bounded, limits, PRICE, System::nanoTime);
        RetryingModel model = patient(spending, 9);
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String question = question(i);
            all.add(pool.submit(() -> {
                try {
                    return model.complete(Prompt.of(question).withMaxTokens(40)).text();
                } catch (BudgetExhaustedException e) {
                    return e.limit();
                } catch (ModelUnavailableException e) {
                    return "given up";
                }
            }));
        }
        int answered = 0;
        for (Future<String> each : all) {
            answered += each.get(30, TimeUnit.SECONDS).startsWith("{") ? 1 : 0;
        }
        ModelUsage spent = spending.spent();
        assertTrue(answered > 50, answered + " answered");
        assertTrue(spent.calls() <= 150 && spent.tokens() <= 20_000, spent.toString());
        assertTrue(provider.charged().tokens() <= spent.tokens(), spent.toString());
    }

    /** A run that ends for want of money goes on with the same cassette and pays for nothing twice. */
    @Test
    void aCassetteCarriesTheStudyOverSeveralRuns() throws IOException {
        Path file = folder.resolve("study.jsonl");
        FaultyModel provider = faulty(3, .05, time::sleep, Duration.ZERO);
        int runs = 0;
        int left = 30;
        while (left > 0 && runs < 50) {
            runs++;
            left = 0;
            SpendingModel spending =
                    new SpendingModel(provider, SpendingLimits.none().withCalls(6), PRICE, time::nanos);
            try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
                LanguageModel model = cassette.over(patient(spending, runs), "m");
                for (int i = 0; i < 30; i++) {
                    try {
                        model.complete(Prompt.of(question(i)));
                    } catch (BudgetExhaustedException | ModelUnavailableException e) {
                        left++;
                    }
                }
            }
        }
        assertTrue(runs >= 5 && runs < 30, runs + " runs");
        assertEquals(30, Files.readAllLines(file).size());
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
            LanguageModel model = cassette.replay("m");
            for (int i = 0; i < 30; i++) {
                assertFalse(model.complete(Prompt.of(question(i))).text().isEmpty());
            }
        }
    }

    @Test
    void faultsAreTheSameForTheSameSeed() {
        for (int seed = 0; seed < 5; seed++) {
            assertEquals(story(seed), story(seed));
        }
        assertFalse(story(1).equals(story(2)));
    }

    private List<String> story(long seed) {
        FaultyModel model = faulty(seed, .1, time::sleep, Duration.ZERO);
        List<String> story = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            try {
                story.add(model.complete(Prompt.of(question(i))).text());
            } catch (RuntimeException e) {
                story.add(e.toString());
            }
        }
        return story;
    }

    @Test
    void aStormIsWaitedOut() {
        FaultRates storms = new FaultRates(0, 0, .5, 0, 0, 0, 0);
        ScriptedModel script = ScriptedModel.of(prompt -> "ok");
        FaultyModel provider =
                new FaultyModel(script, storms, PRICE, new SplittableRandom(4), time::sleep, Duration.ZERO);
        RetryLimits limits = RetryLimits.defaults().withAttempts(40);
        RetryingModel model =
                new RetryingModel(provider, limits, new SplittableRandom(1), time::nanos, time::sleep, Control.none());
        for (int i = 0; i < 50; i++) {
            assertEquals("ok", model.complete(Prompt.of("a")).text());
        }
        assertEquals(50, provider.charged().calls());
        assertTrue(provider.faults() > 50, provider.faults() + " faults");
    }

    @Test
    void jsonThatNobodyAskedForHasNoSuchField() {
        FaultRates wrong = new FaultRates(0, 0, 0, 0, 0, 1, 0);
        FaultyModel model = new FaultyModel(
                ScriptedModel.of(prompt -> "{}"), wrong, PRICE, new SplittableRandom(4), time::sleep, Duration.ZERO);
        JsonNode json = JsonAnswer.defaults()
                .parse(model.complete(Prompt.of("a")))
                .fold(value -> value, reason -> {
                    throw new AssertionError(reason);
                });
        assertTrue(json.path("to").isMissingNode());
    }
}
