package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.torch.BatchSampler;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.Sampled;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.GroupTuning;
import io.github.rlllm.torch.tuning.GroupTuningConfig;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.PpoTuning;
import io.github.rlllm.torch.tuning.PpoTuningConfig;
import io.github.rlllm.torch.tuning.Reference;
import io.github.rlllm.torch.tuning.TokenCompletion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code rlllm bench lm-grpo}: the tiny GPT-2 learns from its own samples, the whole update on one thread: GRPO without a KL
 * term, RLOO with one in its reward (beta .05), and PPO with a value model of its own and 4 epochs of one minibatch. 32
 * completions of 32 tokens each after prompts of 16, in GRPO and RLOO 8 a prompt; the reward is the share of ten tokens. The
 * peers' figures in the aims are recorded, not measured here.
 */
public final class LmGrpo implements Benchmark {
    private static final int COMPLETIONS = 32;
    private static final int GROUP = 8;
    private static final int WARM_UP = 8;
    private static final String UNIT = "generated tokens/s";

    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    /** Makes the benchmark. */
    public LmGrpo() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        Metric grpo = group("GRPO", GroupTuningConfig.defaults(TinyLm.COMPLETION, optimisation()), false, request);
        Metric rloo = group("RLOO", GroupTuningConfig.rloo(TinyLm.COMPLETION, optimisation()), true, request);
        Metric ppo = ppo(request);
        return new Result(
                "lm-grpo",
                request.seeds(),
                (System.nanoTime() - begin) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", TorchRuntime.start().describe(), metrics)),
                List.of(
                        Aim.atLeast("GRPO over TRL (3,280)", grpo.mean() / Bounds.TRL_GRPO, Bounds.GRPO_OVER_TRL),
                        Aim.atLeast(
                                "GRPO over single-file torch (5,000)",
                                grpo.mean() / Bounds.TORCH_GRPO,
                                Bounds.GRPO_OVER_TORCH),
                        Aim.atLeast("RLOO over TRL (2,350)", rloo.mean() / Bounds.TRL_RLOO, Bounds.RLOO_OVER_TRL),
                        Aim.atLeast(
                                "PPO over single-file torch (881)",
                                ppo.mean() / Bounds.TORCH_PPO,
                                Bounds.PPO_OVER_TORCH)));
    }

    private static Optimisation optimisation() {
        return TinyLm.optimisation(COMPLETIONS);
    }

    private Metric group(String name, GroupTuningConfig config, boolean held, RunRequest request) {
        CausalLm policy = TinyLm.draw();
        @Nullable Reference reference = held ? policy.copy()::logProbs : null;
        policy.train(Trained.ALL);
        Timed sampler = new Timed(policy);
        GroupTuning tuning = new GroupTuning(
                policy, reference, sampler, List.of(digits()), new double[] {1}, config.withGroupSize(GROUP));
        SeededRandom draws = SeededRandom.of(0, name);
        // Forward and back; without sharing the prompts, as the peers have it.
        double each = (held ? 4 : 3) * forward();
        return measure(
                name,
                sampler,
                prompts -> tuning.update(Arrays.copyOf(prompts, COMPLETIONS / GROUP), draws),
                each,
                request);
    }

    private Metric ppo(RunRequest request) {
        CausalLm policy = TinyLm.draw();
        CausalLm reference = policy.copy();
        CausalLm value = policy.copy();
        value.addScore(new float[TinyLm.SIZES.width()]);
        policy.train(Trained.ALL);
        value.train(Trained.ALL);
        Timed sampler = new Timed(policy);
        PpoTuning tuning = new PpoTuning(
                policy,
                reference::logProbs,
                value,
                sampler,
                digits(),
                PpoTuningConfig.defaults(TinyLm.COMPLETION, optimisation()));
        SeededRandom draws = SeededRandom.of(0, "PPO");
        // The reference once, the value once, and both models four times forward and back.
        double logits = forward();
        double trunk = TinyLm.forward(TinyLm.PROMPT + TinyLm.COMPLETION, 0);
        return measure(
                "PPO",
                sampler,
                prompts -> tuning.update(prompts, draws),
                logits + trunk + 12 * (logits + trunk),
                request);
    }

    private static double forward() {
        return TinyLm.forward(TinyLm.PROMPT + TinyLm.COMPLETION, TinyLm.COMPLETION);
    }

    private Metric measure(String name, Timed sampler, Consumer<int[][]> update, double flopsEach, RunRequest request) {
        SeededRandom rng = SeededRandom.of(0, name + " prompts");
        // The compiler's turn: an update is long, and a second and a half holds too few of them.
        for (int i = 0; i < WARM_UP; i++) {
            int[][] prompts = new int[COMPLETIONS][];
            Arrays.setAll(prompts, k -> TinyLm.tokens(rng, TinyLm.PROMPT));
            update.accept(prompts);
        }
        sampler.nanos = 0;
        long[] all = new long[1];
        Metric rate = StepRate.measure(
                name,
                UNIT,
                () -> {
                    int[][] prompts = new int[COMPLETIONS][];
                    Arrays.setAll(prompts, i -> TinyLm.tokens(rng, TinyLm.PROMPT));
                    long begin = System.nanoTime();
                    update.accept(prompts);
                    all[0] += System.nanoTime() - begin;
                    return (long) COMPLETIONS * TinyLm.COMPLETION;
                },
                request,
                metrics);
        metrics.put(name + ", sampling", Metric.of("share of the time", (double) sampler.nanos / all[0]));
        // One more forward pass draws the completion.
        TinyLm.arithmetic(name, name + ", ", (flopsEach + forward()) / TinyLm.COMPLETION, metrics);
        return rate;
    }

    /** The share of ten tokens. */
    private static RewardModel<TokenCompletion> digits() {
        return completion -> {
            int n = 0;
            for (int token : completion.tokens()) {
                n += token >= 16 && token <= 25 ? 1 : 0;
            }
            return (double) n / TinyLm.COMPLETION;
        };
    }

    /** A sampler that no token ends, as the peers draw 32 tokens always, and the time that it took. */
    private static final class Timed implements BatchSampler {
        private final BatchSampler sampler;
        private long nanos;

        Timed(CausalLm model) {
            sampler = new CausalSampler(model, List.of());
        }

        @Override
        public Sampled sample(
                int[][] prompts,
                io.github.rlllm.engine.decoding.SamplingConfig config,
                int newTokens,
                java.util.random.RandomGenerator rng) {
            long begin = System.nanoTime();
            Sampled drawn = sampler.sample(prompts, config, newTokens, rng);
            nanos += System.nanoTime() - begin;
            return drawn;
        }
    }
}
