package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.torch.CausalLm;
import java.util.Arrays;
import java.util.List;

/**
 * A reward model that was fitted on preferences: the score head after the last token, less a shift. Thread-safe.
 */
public final class ReplyReward implements RewardModel<Reply> {
    private static final int CHUNK = 128;

    private final CausalLm model;
    private final double shift;

    private ReplyReward(CausalLm model, double shift) {
        this.model = model;
        this.shift = shift;
    }

    /** A reward model whose mean score of some replies is 0. */
    static ReplyReward centred(CausalLm model, List<Reply> zero) {
        double shift = Arrays.stream(new ReplyReward(model, 0).scoreAll(zero))
                .average()
                .orElseThrow();
        return new ReplyReward(model, shift);
    }

    /**
     * The network, from which a value function starts.
     *
     * @return the model with its score head, frozen
     */
    public CausalLm model() {
        return model;
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
            double[] some = model.scores(
                    batch.subList(from, to).stream().map(Reply::row).toArray(int[][]::new));
            for (int i = from; i < to; i++) {
                scores[i] = some[i - from] - shift;
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
