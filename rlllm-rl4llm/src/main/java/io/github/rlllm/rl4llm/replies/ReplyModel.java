package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Sampled;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The language model of these studies: a GPT-2 of 2 layers, width 64, 4 heads and 48 tokens of context, about 100,000 weights.
 * A model that is handed on is frozen: what learns from it is a copy.
 */
public final class ReplyModel {
    private static final int CONTEXT = 48;
    private static final int LAYERS = 2;
    private static final int WIDTH = 64;
    private static final int HEADS = 4;
    private static final int CHUNK = 128;

    private ReplyModel() {}

    /**
     * The model before any training.
     *
     * @param runtime the engine
     * @param vocabulary of the language
     * @param rng the source of randomness
     * @return the model, frozen
     */
    public static CausalLm draw(TorchRuntime runtime, Vocabulary vocabulary, RandomGenerator rng) {
        ModelConfig.Sizes sizes = new ModelConfig.Sizes(vocabulary.size(), CONTEXT, LAYERS, WIDTH, 4 * WIDTH);
        ModelConfig.Tokens tokens = new ModelConfig.Tokens(
                OptionalInt.of(Vocabulary.BEGIN), List.of(Vocabulary.END), OptionalInt.of(Vocabulary.PAD));
        return CausalLm.draw(runtime, ModelConfig.gpt2(sizes, HEADS, tokens), rng);
    }

    /**
     * Replies of a model.
     *
     * @param model draws them
     * @param prompts at least one
     * @param temperature above 0
     * @param rng the source of randomness
     * @return one reply a prompt
     */
    public static List<Reply> sample(CausalLm model, List<int[]> prompts, double temperature, RandomGenerator rng) {
        Sampled drawn = new CausalSampler(model)
                .sample(
                        prompts.toArray(int[][]::new),
                        SamplingConfig.defaults().withTemperature(temperature),
                        HotelReplies.LONGEST,
                        rng);
        int[][] completions = drawn.completions();
        List<Reply> replies = new ArrayList<>(completions.length);
        for (int i = 0; i < completions.length; i++) {
            replies.add(new Reply(prompts.get(i), completions[i]));
        }
        return replies;
    }

    /**
     * How far a policy is from a reference, on the policy's own replies.
     *
     * @param policy drew the replies
     * @param given the replies with the prompts that it was given
     * @param reference the other model
     * @param plain the same replies with the prompts that the reference is given
     * @return mean of {@code log pi - log ref} over the replies, each summed over its tokens, in nats
     */
    public static double kl(CausalLm policy, List<Reply> given, CausalLm reference, List<Reply> plain) {
        double[] now = logProbs(policy, given);
        double[] ref = logProbs(reference, plain);
        double sum = 0;
        for (int i = 0; i < now.length; i++) {
            sum += now[i] - ref[i];
        }
        return sum / now.length;
    }

    private static double[] logProbs(CausalLm model, List<Reply> replies) {
        double[] sums = new double[replies.size()];
        for (int from = 0; from < sums.length; from += CHUNK) {
            List<Reply> some = replies.subList(from, Math.min(sums.length, from + CHUNK));
            double[][] tokens = model.logProbs(batch(some), 1);
            for (int i = 0; i < tokens.length; i++) {
                sums[from + i] = Arrays.stream(tokens[i]).sum();
            }
        }
        return sums;
    }

    /** A model that learns, beginning as another. */
    static CausalLm learning(CausalLm start) {
        CausalLm model = start.copy();
        model.train(CausalLm.Trained.ALL);
        return model;
    }

    /** A model that has learned. */
    static CausalLm learned(CausalLm model) {
        model.train(CausalLm.Trained.NOTHING);
        return model;
    }

    /** A copy whose score head, new or not, says nothing yet. */
    static CausalLm withoutScores(CausalLm start) {
        CausalLm model = start.copy();
        model.addScore(new float[model.config().sizes().width()]);
        return model;
    }

    private static CompletionBatch batch(List<Reply> replies) {
        return new CompletionBatch(
                replies.stream().map(Reply::prompt).toArray(int[][]::new),
                replies.stream().map(Reply::completion).toArray(int[][]::new));
    }
}
