package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two replies to each of the held-out prompts, first all first ones, then all second ones; the prompts are the same for every
 * model and seed, and so are the random numbers.
 */
final class HeldOutReplies {
    /** Replies that are drawn between two looks at whether to stop. */
    private static final int DRAWN = 128;

    private final HotelReplies task;
    private final Control control;
    private final SeededRandom source = SeededRandom.of(0, "feedback tuning, held-out prompts");
    private final List<int[]> prompts;

    HeldOutReplies(HotelReplies task, int number, Control control) {
        this.task = task;
        this.control = control;
        RandomGenerator drawn = source.split("prompts");
        this.prompts = Stream.generate(() -> task.prompt(drawn)).limit(number).toList();
    }

    /** The number of prompts. */
    int prompts() {
        return prompts.size();
    }

    /** A model's replies. */
    List<Reply> of(String row, CausalLm model, Stages kept) throws IOException {
        return bestOf(row, model, 1, reply -> 0, kept);
    }

    /** To each prompt twice the best of some replies, by a reward model. */
    List<Reply> bestOf(String row, CausalLm model, int choices, RewardModel<Reply> reward, Stages kept)
            throws IOException {
        SeededRandom samples = source.split("replies");
        KeptList<Reply> replies = Reply.list();
        int all = 2 * prompts.size();
        try (KeptRun run = kept.of(row).open("replies", Map.of("samples", samples, "replies", replies))) {
            for (int from = (int) run.step(); from < all; ) {
                if (control.cancelled()) {
                    run.save();
                    throw new CancellationException(row + ": cancelled at " + from + " of " + all);
                }
                int to = Math.min(all, from + DRAWN / choices);
                List<int[]> asked = IntStream.range(from, to)
                        .boxed()
                        .flatMap(i -> Collections.nCopies(choices, prompts.get(i % prompts.size())).stream())
                        .toList();
                List<Reply> drawn = ReplyModel.sample(model, asked, 1, samples);
                double[] scores = choices == 1 ? new double[drawn.size()] : reward.scoreAll(drawn);
                for (int i = 0; i < drawn.size(); i += choices) {
                    int best = i;
                    for (int k = i + 1; k < i + choices; k++) {
                        best = scores[k] > scores[best] ? k : best;
                    }
                    replies.add(drawn.get(best));
                }
                run.updated(to);
                from = to;
            }
            run.finish(all);
        }
        return replies.elements();
    }

    /** The mean true score of the two replies to each prompt. */
    double[] perPrompt(List<Reply> replies) {
        int n = prompts.size();
        return IntStream.range(0, n)
                .mapToDouble(i -> (task.trueScore(replies.get(i)) + task.trueScore(replies.get(i + n))) / 2)
                .toArray();
    }

    /** The same replies, the second ones first. */
    List<Reply> turned(List<Reply> replies) {
        List<Reply> turned = new ArrayList<>(replies.subList(prompts.size(), replies.size()));
        turned.addAll(replies.subList(0, prompts.size()));
        return turned;
    }
}
