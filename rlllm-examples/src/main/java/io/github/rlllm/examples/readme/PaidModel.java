package io.github.rlllm.examples.readme;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.Cassette;
import io.github.rlllm.engine.lm.CodeAnswer;
import io.github.rlllm.engine.lm.CodeBlock;
import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.RetryLimits;
import io.github.rlllm.engine.lm.RetryingModel;
import io.github.rlllm.engine.lm.ScriptedModel;
import io.github.rlllm.engine.lm.Sleeper;
import io.github.rlllm.engine.lm.SpendingLimits;
import io.github.rlllm.engine.lm.SpendingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** A language model that costs money: limited, patient, recorded. */
final class PaidModel {
    private PaidModel() {}

    static Object run() throws IOException {
        Path folder = Files.createTempDirectory("cassette");
        Path file = folder.resolve("calls.jsonl");
        try {
            return ask(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static Object ask(Path file) throws IOException {
        // region PaidModel
        LanguageModel provider = ScriptedModel.of(prompt -> "~~~java\nreturn -distance;\n~~~"); // or any ChatModel
        SpendingLimits limits = SpendingLimits.none().withCalls(100).withMoney(1.50);
        LongSupplier clock = System::nanoTime;
        SpendingModel paid = new SpendingModel(provider, limits, Price.perMillion(0.15, 0.60), clock);
        SplittableRandom rng = new SplittableRandom(1);
        RetryLimits retries = RetryLimits.defaults();
        LanguageModel patient = new RetryingModel(paid, retries, rng, clock, Sleeper.ofThread(), Control.none());
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
            LanguageModel model = cassette.over(patient, "my-model"); // what is in the file is not paid for again
            Prompt prompt = Prompt.of("A reward for coming near, in Java?").withMaxTokens(200);
            Parsed<CodeBlock> code = CodeAnswer.of("java").parse(model.complete(prompt));
            return code.fold(CodeBlock::code, reason -> reason); // a reason has line and column
        }
        // endregion
    }
}
