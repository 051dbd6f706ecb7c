package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The model of all language-model benchmarks: GPT-2 with 4 layers, width 128, 4 heads, perceptron 512, 512 tokens, 64
 * positions, tied, no dropout, single precision; prompts of 16 tokens, completions of 32; AdamW with rate 1e-4, gradient norm
 * 1.
 */
final class TinyLm {
    static final int PROMPT = 16;
    static final int COMPLETION = 32;
    static final Sizes SIZES = new Sizes(512, 64, 4, 128, 512);
    static final int PADDING = 509;
    static final int BEGIN = 510;
    static final int END = 511;

    /** What the matrix products of one core reach: the ceiling of these benchmarks. */
    static final double CEILING_GFLOPS = 104;

    private TinyLm() {}

    static CausalLm draw() {
        return draw(SIZES.context());
    }

    /** The same with another number of positions. */
    static CausalLm draw(int context) {
        Sizes sizes = new Sizes(SIZES.vocabulary(), context, SIZES.layers(), SIZES.width(), SIZES.inner());
        ModelConfig config =
                ModelConfig.gpt2(sizes, 4, new Tokens(OptionalInt.of(BEGIN), List.of(END), OptionalInt.of(PADDING)));
        return CausalLm.draw(TorchRuntime.start(), config, SeededRandom.of(0, "weights"));
    }

    /** Passes of a whole batch, AdamW as transformers has it. */
    static Optimisation optimisation(int batch) {
        return Optimisation.of(LearningRate.constant(1e-4)).withMicroBatch(batch);
    }

    /** Drawn tokens, none of them special. */
    static int[] tokens(RandomGenerator rng, int length) {
        return rng.ints(length, 0, PADDING).toArray();
    }

    /** Drawn tokens and the end. */
    static int[] ended(RandomGenerator rng, int length) {
        int[] tokens = Arrays.copyOf(tokens(rng, length - 1), length);
        tokens[length - 1] = END;
        return tokens;
    }

    /**
     * Multiplications and additions of the matrix products of one forward pass of a text; a backward pass has twice as many.
     *
     * @param length its tokens
     * @param scored its tokens for which the map to the vocabulary is needed
     */
    static double forward(int length, int scored) {
        double d = SIZES.width();
        double layer = 2 * d * (4 * d + 2 * SIZES.inner()) * length + 4 * d * length * length;
        return SIZES.layers() * layer + 2 * d * SIZES.vocabulary() * scored;
    }

    /** Adds the rate of arithmetic, and its share of the ceiling, to a rate of examples. */
    static void arithmetic(String rate, String name, double flopsEach, Map<String, Metric> metrics) {
        double[] giga = Objects.requireNonNull(metrics.get(rate), rate).values().stream()
                .mapToDouble(perSecond -> perSecond * flopsEach / 1e9)
                .toArray();
        metrics.put(name + "GFLOP/s", Metric.of("GFLOP/s", giga));
        metrics.put(
                name + "share of " + (int) CEILING_GFLOPS + " GFLOP/s",
                Metric.of(
                        "share",
                        Arrays.stream(giga).map(g -> g / CEILING_GFLOPS).toArray()));
    }
}
