package io.github.rlllm.examples.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.SpendingLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded checkpoints, whose weights are drawn, as the model of a run. */
class CheckpointModelGoldenTest {
    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));

    @TempDir
    Path folder;

    @BeforeEach
    void there() {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
    }

    private ChosenModel open(@Nullable Path place, @Nullable String template, @Nullable Path cassette)
            throws IOException {
        ModelChoice choice = new ModelChoice(
                place == null ? null : place.toString(),
                template,
                null,
                cassette,
                place == null,
                SpendingLimits.none().withTime(Duration.ofMinutes(5), Duration.ofMinutes(1)),
                Price.FREE,
                1);
        return ChosenModel.open(choice, Map.of(), Control.none(), System::nanoTime);
    }

    @ParameterizedTest
    @CsvSource({"qwen2,chatml", "gemma3,gemma", "gpt2,transcript"})
    void tokensTellTheTemplateAndACassetteNeedsNoCheckpoint(String name, String template) throws IOException {
        Path place = golden.resolve("lm").resolve(name);
        Path cassette = folder.resolve(name + ".jsonl");
        Prompt prompt = Prompt.of("red cup").withMaxTokens(6).withSeed(5);
        Completion told;
        try (ChosenModel model = open(place, null, cassette)) {
            told = model.complete(prompt);
            assertEquals(name, model.name());
            assertEquals(name, told.model());
            assertEquals(told.tokensIn(), model.usage().tokensIn());
        }
        try (ChosenModel model = open(place, template, null)) {
            assertEquals(told, model.complete(prompt));
        }
        try (ChosenModel model = open(null, null, cassette)) {
            assertEquals(told, model.complete(prompt));
            assertEquals(1, model.usage().calls());
        }
    }

    @Test
    void anUnknownTemplateIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> open(golden.resolve("lm/gpt2"), "gpt", null));
        assertEquals("template: gpt (expected: one of plain, transcript, chatml, llama3, gemma)", e.getMessage());
    }
}
