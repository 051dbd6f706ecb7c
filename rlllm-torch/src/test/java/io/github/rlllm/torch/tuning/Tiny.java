package io.github.rlllm.torch.tuning;

import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.LoraAdapter;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Small models and what the tests of trainers ask of all of them. */
final class Tiny {
    static final int VOCABULARY = 20;
    static final int END = 19;
    static final int CONTEXT = 16;

    /** Nearly gradient descent: the step is smooth in the gradient, so that equal gradients give equal weights. */
    static final AdamW.Config SMOOTH = new AdamW.Config(0, 0, 1, 0, Double.POSITIVE_INFINITY);

    private Tiny() {}

    static CausalLm frozen(long seed) {
        ModelConfig config = ModelConfig.gpt2(
                new Sizes(VOCABULARY, CONTEXT, 2, 16, 32),
                2,
                new Tokens(OptionalInt.empty(), List.of(END), OptionalInt.empty()));
        CausalLm model = CausalLm.draw(TorchRuntime.start(), config, new SplittableRandom(seed));
        float[] head = new float[16];
        for (int i = 0; i < head.length; i++) {
            head[i] = 0.1f * (i % 3 - 1);
        }
        model.addScore(head);
        return model;
    }

    /** A model of which everything learns. */
    static CausalLm model(long seed) {
        CausalLm model = frozen(seed);
        model.train(Trained.ALL);
        return model;
    }

    /** A model of which an adapter and the head learn. */
    static CausalLm adapted(long seed) {
        return adapt(frozen(seed), seed);
    }

    static CausalLm adapt(CausalLm model, long seed) {
        model.attach(LoraAdapter.draw(
                model.config(),
                new Settings(4, 8, false, List.of("c_attn", "c_fc", "c_proj")),
                new SplittableRandom(seed)));
        model.train(Trained.ADAPTER);
        return model;
    }

    static int small(int[] text) {
        return (int) Arrays.stream(text).filter(token -> token < 8).count();
    }

    static Optimisation smooth(int microBatch) {
        return new Optimisation(microBatch, LearningRate.constant(1), SMOOTH);
    }

    static Optimisation usual(double rate) {
        return Optimisation.of(LearningRate.constant(rate)).withMicroBatch(64);
    }

    static int[] tokens(SplittableRandom rng, int length) {
        return rng.ints(length, 0, END).toArray();
    }

    static <T> List<T> many(int n, Supplier<T> one) {
        List<T> many = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            many.add(one.get());
        }
        return many;
    }

    /** The greatest difference of a weight between two models, over all tensors. */
    static double difference(CausalLm one, CausalLm other) {
        double greatest = 0;
        for (String name : one.config().tensors().keySet()) {
            float[] a = one.weight(name);
            float[] b = other.weight(name);
            for (int i = 0; i < a.length; i++) {
                greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
            }
        }
        return greatest;
    }
}
