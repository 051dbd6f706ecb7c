package io.github.rlllm.examples.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.CassetteMissException;
import io.github.rlllm.engine.lm.CodeAnswer;
import io.github.rlllm.engine.lm.JsonAnswer;
import io.github.rlllm.engine.lm.ModelUnavailableException;
import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.ShortAnswer;
import io.github.rlllm.engine.lm.SpendingLimits;
import io.github.rlllm.engine.lm.SpendingModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The edge over a real OpenAI-compatible server, whose address is given as
 * {@code -Drlllm.server=http://127.0.0.1:8000/v1#model-name}. What it says does not matter, how it is said does.
 */
@Tag("slow")
class RealServerTest {
    private static final String SERVER = "rlllm.server";

    @TempDir
    Path folder;

    private String address = "";

    @BeforeEach
    void there() {
        address = System.getProperty(SERVER, "");
        Assumptions.assumeFalse(address.isEmpty(), "no server: -D" + SERVER + "=http://host/v1#name is not given");
    }

    private ChosenModel open(boolean replay, SpendingLimits limits) throws IOException {
        ModelChoice choice = new ModelChoice(
                replay ? null : address,
                null,
                null,
                folder.resolve("calls.jsonl"),
                replay,
                limits,
                Price.perMillion(1, 2),
                2);
        return ChosenModel.open(choice, Map.of(), Control.none(), System::nanoTime);
    }

    private static SpendingLimits limits(Duration call) {
        return SpendingLimits.none().withTime(Duration.ofMinutes(20), call);
    }

    private static List<Prompt> prompts() {
        return List.of(
                Prompt.of("Say hello in one sentence.").withMaxTokens(40).withSeed(7),
                Prompt.of("Is the sky blue? Answer yes or no.")
                        .withMaxTokens(40)
                        .withSeed(7),
                Prompt.of("Write a Java method that returns the larger of two doubles. Answer with one fenced block.")
                        .withMaxTokens(200)
                        .withSeed(7),
                Prompt.of("Name a city and its country as JSON with the fields city and country, and nothing else.")
                        .withMaxTokens(60)
                        .withSeed(7),
                Prompt.of("Count: one, two, three")
                        .withMaxTokens(30)
                        .withStop(List.of("five"))
                        .withSeed(7),
                Prompt.of("漢字とは何ですか。😀").withMaxTokens(30).withSeed(7));
    }

    @Test
    void asksRecordsAndReplays(TestReporter reporter) throws IOException {
        List<Completion> answers = new ArrayList<>();
        List<Prompt> prompts = prompts();
        long begin = System.nanoTime();
        try (ChosenModel model = open(false, limits(Duration.ofMinutes(3)))) {
            for (Prompt prompt : prompts) {
                Completion answer = model.complete(prompt);
                answers.add(answer);
                assertTrue(answer.tokensIn() > 0 && answer.tokensOut() >= 0, "the server tells tokens");
                assertTrue(answer.tokensIn() <= SpendingModel.tokensAtMost(prompt), "the upper estimate is one");
                assertTrue(answer.tokensOut() <= prompt.maxTokens(), answer.tokensOut() + " tokens");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertEquals(prompts.size(), model.usage().calls());
            reporter.publishEntry(
                    model.name(),
                    prompts.size() + " calls in " + seconds + " s, "
                            + model.usage().tokensIn() + " tokens in, "
                            + model.usage().tokensOut() + " out; JSON: "
                            + JsonAnswer.defaults().parse(answers.get(3)) + "; yes or no: "
                            + ShortAnswer.yesNo(answers.get(1)) + "; code: "
                            + CodeAnswer.of("java").parse(answers.get(2)));
        }
        assertTrue(!answers.get(4).text().contains("five"), "a stop text is no part of an answer");
        try (ChosenModel model = open(true, limits(Duration.ofMinutes(3)))) {
            for (int i = 0; i < prompts.size(); i++) {
                assertEquals(answers.get(i), model.complete(prompts.get(i)));
            }
            assertThrows(CassetteMissException.class, () -> model.complete(Prompt.of("Something else.")));
        }
    }

    @Test
    void aTimeOutStops(TestReporter reporter) throws IOException {
        Prompt endless = Prompt.of("Count from one to a thousand, in words.").withMaxTokens(200);
        SpendingLimits limits = limits(Duration.ofMillis(300)).withCalls(3);
        // The first call loads classes, which takes longer than this time-out.
        try (ChosenModel model = open(false, limits(Duration.ofMinutes(3)))) {
            model.complete(Prompt.of("Say yes.").withMaxTokens(2));
        }
        long begin = System.nanoTime();
        try (ChosenModel model = open(false, limits)) {
            RuntimeException e = assertThrows(RuntimeException.class, () -> model.complete(endless));
            double seconds = (System.nanoTime() - begin) / 1e9;
            reporter.publishEntry(
                    "time-outs",
                    e.getClass().getSimpleName() + " after " + seconds + " s, "
                            + model.usage().tokens() + " tokens taken for spent");
            assertTrue(
                    e instanceof ModelUnavailableException
                            || e instanceof io.github.rlllm.engine.lm.BudgetExhaustedException,
                    e.toString());
            assertEquals(3, model.usage().calls(), "the first, and two that were too late");
            assertTrue(model.usage().tokens() >= 2 * (200 + SpendingModel.tokensAtMost(endless)), "late is spent");
            assertTrue(seconds < 10, seconds + " s");
        }
    }
}
