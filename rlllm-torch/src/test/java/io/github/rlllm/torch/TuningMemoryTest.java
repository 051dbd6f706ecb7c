package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.PreferenceLoss;
import io.github.rlllm.torch.tuning.PreferenceTuning;
import io.github.rlllm.torch.tuning.PreferenceTuning.Preference;
import io.github.rlllm.torch.tuning.SupervisedTuning;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training holds no more of the engine's arrays, and of the system's memory, after many updates than after few. */
class TuningMemoryTest {
    private final TorchRuntime runtime = TorchRuntime.start();
    private final SplittableRandom rng = new SplittableRandom(1);
    private final CausalLm model = CausalLm.draw(
            runtime,
            ModelConfig.gpt2(
                    new Sizes(64, 32, 2, 32, 128), 2, new Tokens(OptionalInt.empty(), List.of(), OptionalInt.empty())),
            rng);
    private SupervisedTuning supervised;
    private PreferenceTuning preferences;

    private int[] tokens() {
        return rng.ints(1 + rng.nextInt(15), 0, 64).toArray();
    }

    private void update(int times) {
        if (supervised == null) {
            CausalLm reference = model.copy();
            model.train(Trained.ALL);
            Optimisation optimisation =
                    Optimisation.of(LearningRate.constant(1e-4)).withMicroBatch(2);
            supervised = new SupervisedTuning(model, SupervisedTuning.Config.of(optimisation));
            preferences =
                    new PreferenceTuning(model, reference::logProbs, PreferenceLoss.of(Dpo.defaults()), optimisation);
        }
        for (int i = 0; i < times; i++) {
            if (i % 2 == 0) {
                supervised.update(List.of(Text.of(tokens(), tokens()), Text.of(tokens(), tokens())));
            } else {
                preferences.update(List.of(new Preference(tokens(), tokens(), tokens())));
            }
        }
    }

    @Test
    void handlesStayFlatOver200Updates() {
        update(20);
        int before = runtime.alive();
        update(200);
        assertEquals(before, runtime.alive());
    }

    @Test
    @Tag("slow")
    void handlesAndMemoryStayFlatOver2000Updates() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), status + " is not there");
        update(500);
        int before = runtime.alive();
        System.gc();
        long resident = resident(status);
        update(2000);
        assertEquals(before, runtime.alive());
        System.gc();
        long grown = resident(status) - resident;
        assertTrue(grown < 32 << 10, grown + " kB more (expected: < 32 MB)");
    }

    private static long resident(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
