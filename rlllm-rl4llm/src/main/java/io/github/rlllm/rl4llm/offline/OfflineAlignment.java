package io.github.rlllm.rl4llm.offline;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.alignment.Likelihood;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Effort;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.StageWatch;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Aligning language models with offline learning from human feedback (Hu et al., 2023), from top to bottom: replies of the
 * supervised model are scored once by a reward model, and the policy is the likelihood of these replies, three ways: of the
 * best alone, weighted by their scores, or given their scores. No reply is sampled while it learns. Every stage can be kept;
 * confined to one thread.
 */
public final class OfflineAlignment {
    private static final int BATCH = 64;

    private final HotelReplies task;
    private final OfflineAlignmentConfig config;
    private final TextTuning texts;
    private final StageWatch stage;

    /**
     * The study over one language.
     *
     * @param task the language, which knows {@link AskedScore#WORDS}
     * @param config the settings
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public OfflineAlignment(HotelReplies task, OfflineAlignmentConfig config, Progress progress, Control control) {
        this.task = task;
        this.config = config;
        this.texts = new TextTuning(progress, control);
        this.stage = new StageWatch(progress, control);
    }

    /**
     * The offline data: replies of a model, scored, in batches of 64.
     *
     * @param model the supervised model
     * @param reward scores a whole reply
     * @param effort when it ends; an update is a batch
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the replies with scores of mean 0 and deviation 1
     * @throws IOException if the stage cannot be kept
     */
    public List<ScoredReply> collect(
            CausalLm model, RewardModel<Reply> reward, Effort effort, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        SeededRandom samples = rng.split("samples");
        KeptList<ScoredReply> scored = ScoredReply.list();
        double begun = flops.total();
        try (KeptRun run = kept.open("scored replies", Map.of("samples", samples, "scored", scored, "flops", flops))) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("scored replies", run, done);
                List<int[]> prompts =
                        Stream.generate(() -> task.prompt(samples)).limit(BATCH).toList();
                List<Reply> replies = ReplyModel.sample(model, prompts, 1, samples);
                double[] scores = reward.scoreAll(replies);
                for (int i = 0; i < scores.length; i++) {
                    scored.add(new ScoredReply(replies.get(i), scores[i]));
                    flops.read(2L * replies.get(i).length()); // sampled and scored
                }
                run.updated(run.step() + 1);
                done = effort.done(run.step(), flops.total() - begun);
            }
            run.finish(run.step());
        }
        return standardised(scored.elements());
    }

    private static List<ScoredReply> standardised(List<ScoredReply> scored) {
        double mean = scored.stream().mapToDouble(ScoredReply::score).average().orElseThrow();
        double variance = scored.stream()
                .mapToDouble(one -> (one.score() - mean) * (one.score() - mean))
                .average()
                .orElseThrow();
        double deviation = variance > 0 ? Math.sqrt(variance) : 1;
        return scored.stream()
                .map(one -> new ScoredReply(one.reply(), (one.score() - mean) / deviation))
                .toList();
    }

    /**
     * Filtering alignment: the likelihood of the best replies alone.
     *
     * @param start the supervised model
     * @param scored the offline data
     * @param effort when it ends; an update is a step
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm filtering(
            CausalLm start, List<ScoredReply> scored, Effort effort, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        int number = Math.max(1, (int) Math.round(config.share() * scored.size()));
        List<Reply> best = scored.stream()
                .sorted(Comparator.comparingDouble((ScoredReply one) -> -one.score()))
                .limit(number)
                .map(ScoredReply::reply)
                .toList();
        double[] weights = new double[number];
        Arrays.fill(weights, 1);
        return texts.weighted("filtering", start, best, weights, effort, config.rate(), flops, rng, kept);
    }

    /**
     * Reward-weighted regression (Peters and Schaal 2007): the likelihood of all replies, each weighted by
     * {@code exp(score / beta)}.
     *
     * @param start the supervised model
     * @param scored the offline data
     * @param effort when it ends; an update is a step
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm rewardWeighted(
            CausalLm start, List<ScoredReply> scored, Effort effort, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        double[] scores = scored.stream().mapToDouble(ScoredReply::score).toArray();
        double[] weights = Likelihood.rewardWeights(scores, config.beta());
        List<Reply> replies = scored.stream().map(ScoredReply::reply).toList();
        return texts.weighted(
                "reward-weighted regression", start, replies, weights, effort, config.rate(), flops, rng, kept);
    }

    /**
     * Conditional alignment: the likelihood of all replies, each given its score, which is written into the prompt. At
     * inference the prompt asks for a score ({@link #asking}).
     *
     * @param start the supervised model
     * @param scored the offline data
     * @param effort when it ends; an update is a step
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm conditional(
            CausalLm start, List<ScoredReply> scored, Effort effort, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        List<Reply> conditioned = scored.stream()
                .map(one -> new Reply(
                        AskedScore.in(task, one.reply().prompt(), one.score()),
                        one.reply().completion()))
                .toList();
        double[] weights = new double[conditioned.size()];
        Arrays.fill(weights, 1);
        return texts.weighted(
                "conditional alignment",
                start,
                conditioned,
                weights,
                effort,
                config.conditionalRate(),
                flops,
                rng,
                kept);
    }

    /**
     * A prompt that asks for the score of the settings.
     *
     * @param prompt of the language
     * @return a new prompt
     */
    public int[] asking(int[] prompt) {
        return AskedScore.in(task, prompt, config.asked());
    }
}
