package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalSampler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code rlllm bench lm-generate}: completions of 32 tokens after prompts of 16 at temperature 1, on one core. A rate is
 * in generated tokens a second, the prompts' reading included; beside it stands the arithmetic that this work needs, and its
 * share of what the core's matrix products reach. The peer's figure in an aim is recorded, not measured here.
 */
public final class LmGenerate implements Benchmark {
    private static final int[] BATCHES = {1, 32, 128};
    /** Tokens of each batch that are generated before the clock starts: what is hot is compiled, on a busy core too. */
    private static final long WARM_UP = 20_000;

    /** Completions of a prompt in training on groups. */
    private static final int GROUP = 8;

    /** Makes the benchmark. */
    public LmGenerate() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        CausalLm model = TinyLm.draw();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        double each = TinyLm.forward(TinyLm.PROMPT + TinyLm.COMPLETION - 1, TinyLm.COMPLETION);
        List<Aim> aims = new ArrayList<>();
        for (int batch : BATCHES) {
            String name = "batch " + batch;
            Metric rate = measure(name, model, prompts(batch, 1), request, metrics);
            TinyLm.arithmetic(name, name + ", ", each / TinyLm.COMPLETION, metrics);
            if (batch == 1) {
                aims.add(over(name, rate, Bounds.TRANSFORMERS_GENERATE_1, Bounds.GENERATE_1_OVER_TRANSFORMERS));
            } else if (batch == 32) {
                aims.add(over(name, rate, Bounds.TRANSFORMERS_GENERATE_32, Bounds.GENERATE_32_OVER_TRANSFORMERS));
            }
        }
        String name = "batch 32 of 4 prompts, each read once";
        measure(name, model, prompts(32, GROUP), request, metrics);
        double spared = (1 - 1.0 / GROUP) * TinyLm.forward(TinyLm.PROMPT, 0);
        TinyLm.arithmetic(name, name + ", ", (each - spared) / TinyLm.COMPLETION, metrics);
        return new Result(
                "lm-generate",
                request.seeds(),
                (System.nanoTime() - begin) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", Kernels.fastest().name(), metrics)),
                aims);
    }

    private static int[][] prompts(int rows, int group) {
        SeededRandom rng = SeededRandom.of(0, "prompts");
        int[][] prompts = new int[rows][];
        for (int i = 0; i < rows; i++) {
            prompts[i] = i % group == 0 ? TinyLm.tokens(rng, TinyLm.PROMPT) : prompts[i - 1];
        }
        return prompts;
    }

    private static Metric measure(
            String name, CausalLm model, int[][] prompts, RunRequest request, Map<String, Metric> metrics) {
        CausalSampler sampler = new CausalSampler(model, List.of());
        SeededRandom rng = SeededRandom.of(0, "samples");
        long warm = 0;
        while (warm < WARM_UP) {
            warm += sampler.sample(prompts, SamplingConfig.defaults(), TinyLm.COMPLETION, rng)
                    .tokens();
        }
        return StepRate.measure(
                name,
                "generated tokens/s",
                () -> sampler.sample(prompts, SamplingConfig.defaults(), TinyLm.COMPLETION, rng)
                        .tokens(),
                request,
                metrics);
    }

    private static Aim over(String name, Metric rate, double peer, double bound) {
        String aim = String.format(Locale.ROOT, "%s: tokens/s over transformers (%,.0f)", name, peer);
        return Aim.atLeast(aim, rate.mean() / peer, bound);
    }
}
