package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.torch.tuning.TokenCompletion;
import java.util.List;

/**
 * The reward as the trainer asks for it; it remembers how good the last batch truly was, for the curve alone. Confined to
 * one thread.
 */
final class Judge implements RewardModel<TokenCompletion> {
    private final RewardModel<Reply> reward;
    private final HotelReplies task;
    private double truth;
    private int batches;

    Judge(RewardModel<Reply> reward, HotelReplies task) {
        this.reward = reward;
        this.task = task;
    }

    @Override
    public double score(TokenCompletion judged) {
        return scoreAll(List.of(judged))[0];
    }

    @Override
    public double[] scoreAll(List<? extends TokenCompletion> batch) {
        List<Reply> replies = batch.stream()
                .map(completion -> new Reply(completion.prompt(), completion.tokens()))
                .toList();
        truth = replies.stream().mapToDouble(task::trueScore).average().orElseThrow();
        double[] scores = reward.scoreAll(replies);
        for (double score : scores) {
            Checks.finite("reward", score, batches);
        }
        batches++;
        return scores;
    }

    /** The mean true score of the last batch. */
    double truth() {
        return truth;
    }
}
