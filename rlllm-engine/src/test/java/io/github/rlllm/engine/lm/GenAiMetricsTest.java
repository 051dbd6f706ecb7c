package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.exception.RateLimitException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenAiMetricsTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> said = new ArrayList<>();
    private final GenAiMetrics metrics =
            new GenAiMetrics("openai", (name, value, attributes) -> said.add(name + " " + value + " " + attributes));

    private LanguageModel observed(LanguageModel model) {
        return new ObservedModel(model, "gpt-x", metrics, time::nanos);
    }

    @Test
    void anAnswerIsThreeMeasurements() {
        observed(prompt -> {
                    time.sleep(Duration.ofMillis(250));
                    return new Completion("a secret", 12, 5, Completion.Finish.STOP, "gpt-x-2026");
                })
                .complete(Prompt.of("another secret"));
        String common = "gen_ai.operation.name=chat, gen_ai.provider.name=openai, gen_ai.request.model=gpt-x, ";
        assertEquals(
                List.of(
                        "gen_ai.client.token.usage 12.0 {" + common
                                + "gen_ai.response.model=gpt-x-2026, gen_ai.token.type=input}",
                        "gen_ai.client.token.usage 5.0 {" + common
                                + "gen_ai.response.model=gpt-x-2026, gen_ai.token.type=output}",
                        "gen_ai.client.operation.duration 0.25 {" + common + "gen_ai.response.model=gpt-x-2026}"),
                said);
    }

    @Test
    void aFailureIsOneWithItsTypeAndWithoutItsMessage() {
        LanguageModel model = observed(prompt -> {
            throw new RateLimitException("sk-canary");
        });
        assertThrows(RateLimitException.class, () -> model.complete(Prompt.of("a")));
        assertEquals(
                List.of(
                        "gen_ai.client.operation.duration 0.0 {error.type=dev.langchain4j.exception.RateLimitException, "
                                + "gen_ai.operation.name=chat, gen_ai.provider.name=openai, gen_ai.request.model=gpt-x}"),
                said);
    }

    @Test
    void unknownTokensAreNotMeasured() {
        observed(prompt -> new Completion("a", -1, -1, Completion.Finish.STOP, "m"))
                .complete(Prompt.of("a"));
        assertEquals(1, said.size());
    }

    @Test
    void bucketsAreThoseOfTheConventions() {
        assertEquals(
                List.of(
                        1.0,
                        4.0,
                        16.0,
                        64.0,
                        256.0,
                        1024.0,
                        4096.0,
                        16384.0,
                        65536.0,
                        262144.0,
                        1048576.0,
                        4194304.0,
                        16777216.0,
                        67108864.0),
                GenAiMetrics.USAGE_BUCKETS);
        assertEquals(
                List.of(.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92),
                GenAiMetrics.DURATION_BUCKETS);
    }
}
