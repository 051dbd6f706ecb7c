package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TinyGpt;
import java.util.Arrays;
import java.util.List;

/**
 * A reward model that was fitted on preferences: the scalar head after the last token, less a shift. Thread-safe.
 */
public final class LearnedReward implements RewardModel<Reply> {
    private static final int CHUNK = 128;

    private final TinyGpt net;
    private final double shift;

    LearnedReward(TinyGpt net, double shift) {
        this.net = net;
        this.shift = shift;
    }

    /** A reward model whose mean score of some replies is 0. */
    static LearnedReward centred(TinyGpt net, List<Reply> zero) {
        double shift = Arrays.stream(new LearnedReward(net, 0).scoreAll(zero))
                .average()
                .orElseThrow();
        return new LearnedReward(net, shift);
    }

    /**
     * The network's weights, from which the value function starts.
     *
     * @return a copy
     */
    public GptWeights weights() {
        return net.weights();
    }

    @Override
    public double score(Reply judged) {
        return scoreAll(List.of(judged))[0];
    }

    @Override
    public double[] scoreAll(List<? extends Reply> batch) {
        double[] scores = new double[batch.size()];
        for (int from = 0; from < scores.length; from += CHUNK) {
            int to = Math.min(scores.length, from + CHUNK);
            int[][] rows = batch.subList(from, to).stream().map(Reply::row).toArray(int[][]::new);
            float[][] scalars = net.scalars(rows);
            for (int i = from; i < to; i++) {
                scores[i] = scalars[i - from][rows[i - from].length - 1] - shift;
            }
        }
        return scores;
    }

    /**
     * The share of preferences that it orders as they are; ties count half.
     *
     * @param preferences at least one
     * @return from 0 to 1
     */
    public double accuracy(List<Preference> preferences) {
        double[] chosen = scoreAll(preferences.stream().map(Preference::chosen).toList());
        double[] rejected =
                scoreAll(preferences.stream().map(Preference::rejected).toList());
        double right = 0;
        for (int i = 0; i < chosen.length; i++) {
            right += chosen[i] > rejected[i] ? 1 : chosen[i] == rejected[i] ? 0.5 : 0;
        }
        return right / chosen.length;
    }
}
