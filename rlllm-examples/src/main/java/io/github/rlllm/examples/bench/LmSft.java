package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.SupervisedTuning;
import io.github.rlllm.torch.tuning.SupervisedTuning.Config;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code rlllm bench lm-sft}: supervised tuning of the tiny GPT-2 on batches of 32 texts of 64 tokens, one thread, the whole
 * update. The peer's figure in the aim is recorded, not measured here.
 */
public final class LmSft implements Benchmark {
    private static final int TEXTS = 32;
    private static final String RATE = "tokens/s";

    /** Makes the benchmark. */
    public LmSft() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        CausalLm model = TinyLm.draw();
        model.train(CausalLm.Trained.ALL);
        SupervisedTuning tuning = new SupervisedTuning(
                model, Config.of(TinyLm.optimisation(TEXTS)).withLearned(Learned.WHOLE_TEXTS));
        SeededRandom rng = SeededRandom.of(0, "texts");
        int context = TinyLm.SIZES.context();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        Metric rate = StepRate.measure(
                RATE,
                RATE,
                () -> {
                    List<Text> batch = new ArrayList<>();
                    for (int i = 0; i < TEXTS; i++) {
                        batch.add(Text.of(new int[0], TinyLm.ended(rng, context)));
                    }
                    tuning.update(batch);
                    return (long) TEXTS * context;
                },
                request,
                metrics);
        TinyLm.arithmetic(RATE, "", 3 * TinyLm.forward(context, context - 1) / context, metrics);
        return new Result(
                "lm-sft",
                request.seeds(),
                (System.nanoTime() - begin) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", TorchRuntime.start().describe(), metrics)),
                List.of(Aim.atLeast(
                        "SFT tokens/s over TRL (8,800)", rate.mean() / Bounds.TRL_SFT, Bounds.SFT_OVER_TRL)));
    }
}
