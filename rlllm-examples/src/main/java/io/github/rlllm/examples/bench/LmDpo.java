package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.RewardLoss;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.PreferenceLoss;
import io.github.rlllm.torch.tuning.PreferenceTuning;
import io.github.rlllm.torch.tuning.PreferenceTuning.Preference;
import io.github.rlllm.torch.tuning.RewardTuning;
import io.github.rlllm.torch.tuning.RewardTuning.Comparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code rlllm bench lm-dpo}: DPO of the tiny GPT-2 on batches of 16 pairs, prompts of 16 and completions of 32 tokens, with
 * a reference that is asked in every update; and a reward model on batches of 16 pairs of 48 tokens. One thread, the whole
 * update. The peers' figures in the aims are recorded, not measured here.
 */
public final class LmDpo implements Benchmark {
    private static final int PAIRS = 16;
    private static final int LENGTH = TinyLm.PROMPT + TinyLm.COMPLETION;
    private static final String DPO = "DPO pairs/s";
    private static final String REWARD = "reward pairs/s";

    /** Makes the benchmark. */
    public LmDpo() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        Metric dpo = dpo(request, metrics);
        Metric reward = reward(request, metrics);
        return new Result(
                "lm-dpo",
                request.seeds(),
                (System.nanoTime() - begin) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", TorchRuntime.start().describe(), metrics)),
                List.of(
                        Aim.atLeast("DPO pairs/s over TRL (62)", dpo.mean() / Bounds.TRL_DPO, Bounds.DPO_OVER_TRL),
                        Aim.atLeast(
                                "reward model's pairs/s over TRL (107)",
                                reward.mean() / Bounds.TRL_REWARD,
                                Bounds.REWARD_OVER_TRL)));
    }

    private static Metric dpo(RunRequest request, Map<String, Metric> metrics) {
        CausalLm model = TinyLm.draw();
        CausalLm reference = model.copy();
        model.train(CausalLm.Trained.ALL);
        PreferenceTuning tuning = new PreferenceTuning(
                model, reference::logProbs, PreferenceLoss.of(Dpo.defaults()), TinyLm.optimisation(PAIRS));
        SeededRandom rng = SeededRandom.of(0, "preferences");
        Metric rate = StepRate.measure(
                DPO,
                "pairs/s",
                () -> {
                    List<Preference> batch = new ArrayList<>();
                    for (int i = 0; i < PAIRS; i++) {
                        batch.add(new Preference(
                                TinyLm.tokens(rng, TinyLm.PROMPT),
                                TinyLm.ended(rng, TinyLm.COMPLETION),
                                TinyLm.ended(rng, TinyLm.COMPLETION)));
                    }
                    tuning.update(batch);
                    return PAIRS;
                },
                request,
                metrics);
        // the policy forward and back, the reference forward
        TinyLm.arithmetic(DPO, "DPO ", 2 * 4 * TinyLm.forward(LENGTH, TinyLm.COMPLETION), metrics);
        return rate;
    }

    private static Metric reward(RunRequest request, Map<String, Metric> metrics) {
        CausalLm model = TinyLm.draw();
        model.addScore(new float[TinyLm.SIZES.width()]);
        model.train(CausalLm.Trained.ALL);
        RewardTuning tuning = new RewardTuning(model, RewardLoss.defaults(), TinyLm.optimisation(PAIRS));
        SeededRandom rng = SeededRandom.of(0, "comparisons");
        Metric rate = StepRate.measure(
                REWARD,
                "pairs/s",
                () -> {
                    List<Comparison> batch = new ArrayList<>();
                    for (int i = 0; i < PAIRS; i++) {
                        batch.add(Comparison.of(TinyLm.ended(rng, LENGTH), TinyLm.ended(rng, LENGTH)));
                    }
                    tuning.update(batch);
                    return PAIRS;
                },
                request,
                metrics);
        TinyLm.arithmetic(REWARD, "reward ", 2 * 3 * TinyLm.forward(LENGTH, 0), metrics);
        return rate;
    }
}
