package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.engine.decoding.SampledLogProbs;
import io.github.rlllm.engine.returns.PolicyLosses;
import io.github.rlllm.rl4llm.replies.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where in the rows of a model the tokens of replies are. */
final class Tokens {
    private static final double DECODER_TOLERANCE = 1e-4;

    private Tokens() {}

    /** Two decoders must agree, or the ratio of PPO is wrong from its first step. */
    static void requireEqual(List<Reply> replies, float[][] trained, List<float[]> decoded) {
        double[][] sampled = new double[trained.length][];
        double[][] engine = new double[trained.length][];
        for (int i = 0; i < trained.length; i++) {
            int first = replies.get(i).prompt().length - 1;
            float[] reply = decoded.get(i);
            sampled[i] = new double[reply.length];
            engine[i] = new double[reply.length];
            for (int t = 0; t < reply.length; t++) {
                sampled[i][t] = reply[t];
                engine[i][t] = trained[i][first + t];
            }
        }
        SampledLogProbs.requireClose(sampled, engine, DECODER_TOLERANCE);
    }

    /** To mean 0 and deviation 1 over the tokens of all rows, in place. */
    static void whiten(double[][] advantages) {
        double[] flat =
                Arrays.stream(advantages).flatMapToDouble(Arrays::stream).toArray();
        double[] normalised = PolicyLosses.normalised(flat);
        int next = 0;
        for (double[] row : advantages) {
            System.arraycopy(normalised, next, row, 0, row.length);
            next += row.length;
        }
    }

    static int count(Integer[] part, double[][] of) {
        return Arrays.stream(part).mapToInt(i -> of[i].length).sum();
    }

    static double[] flat(Integer[] part, double[][] of) {
        return Arrays.stream(part).flatMapToDouble(i -> Arrays.stream(of[i])).toArray();
    }

    static float[][] pick(Integer[] part, float[][] of) {
        return Arrays.stream(part).map(i -> of[i]).toArray(float[][]::new);
    }

    /** The outputs at the tokens of the completions, one reply after another. */
    static double[] tokens(Integer[] part, List<Reply> replies, float[][] outputs) {
        List<Double> flat = new ArrayList<>();
        for (int p = 0; p < part.length; p++) {
            Reply reply = replies.get(part[p]);
            for (int t = 0; t < reply.completion().length; t++) {
                flat.add((double) outputs[p][reply.prompt().length - 1 + t]);
            }
        }
        return flat.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Puts slopes back where {@link #tokens} read. */
    static void spread(Integer[] part, List<Reply> replies, double[] slopes, double factor, float[][] gradients) {
        int next = 0;
        for (int p = 0; p < part.length; p++) {
            Reply reply = replies.get(part[p]);
            for (int t = 0; t < reply.completion().length; t++) {
                gradients[p][reply.prompt().length - 1 + t] = (float) (factor * slopes[next++]);
            }
        }
    }
}
