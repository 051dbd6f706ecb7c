package io.github.rlllm.examples.learn;

import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.offline.AskedScore;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.Comparisons;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where every method of the demonstrations on hotel replies starts: a supervised model, preferences between its replies and a
 * reward model of these.
 *
 * @param task the language, with the words that write a score
 * @param pretrainSteps batches of 64 texts of the corpus
 * @param sftSteps batches of 64 demonstrations
 * @param unlabelled comparisons that nobody labelled, on which reward models are pre-trained
 */
record ReplyBase(HotelReplies task, int pretrainSteps, int sftSteps, int unlabelled) {
    private static final int ZERO = 256;
    private static final int RATED = 4;
    private static final double NOISE = 0.3;

    /** Where all start, which all seeds share: the supervised model, and the weights from which reward models start. */
    record Start(CausalLm tuned, CausalLm judging) {}

    static ReplyBase defaults() {
        return of(400, 800, 3000);
    }

    static ReplyBase of(int pretrainSteps, int sftSteps, int unlabelled) {
        return new ReplyBase(new HotelReplies(AskedScore.WORDS), pretrainSteps, sftSteps, unlabelled);
    }

    @Override
    public String toString() {
        return "ReplyBase[" + pretrainSteps + ", " + sftSteps + ", " + unlabelled + "]";
    }

    /** Trains what all seeds share. */
    Start start(TorchRuntime runtime, RunRequest request, Stages kept) throws IOException {
        SeededRandom rng = SeededRandom.of(0, "hotel replies, shared by all seeds");
        TextTuning training = new TextTuning(request.progress(), request.control());
        CausalLm drawn = ReplyModel.draw(runtime, task.vocabulary(), rng.split("weights"));
        CausalLm corpus = training.likelihood(
                "pre-training",
                drawn,
                pretrainSteps,
                Learned.WHOLE_TEXTS,
                rng.split("texts"),
                random -> Text.of(new int[0], corpusText(random)),
                kept);
        CausalLm tuned = training.likelihood(
                "supervised tuning",
                corpus,
                sftSteps,
                Learned.COMPLETIONS,
                rng.split("demonstrations"),
                this::shown,
                kept);
        List<Reply> demonstrations = demonstrations(unlabelled, rng.split("unlabelled"));
        CausalLm judging = new RewardFitting(request.progress(), request.control())
                .judging(tuned, demonstrations, 2, rng.split("judging"), kept.of("preference-model pre-training"));
        return new Start(tuned, judging);
    }

    private List<Reply> demonstrations(int number, RandomGenerator rng) {
        List<Reply> demonstrations = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            demonstrations.add(demonstration(rng));
        }
        return demonstrations;
    }

    /**
     * Every fourth text is what a guest says with a rating, before it or after it, so that the model has met numbers that say
     * something.
     */
    private int[] corpusText(RandomGenerator rng) {
        if (rng.nextInt(RATED) != 0) {
            return task.corpusText(rng);
        }
        int[] review = task.prompt(rng);
        double rating = task.pleasure(review) / 2.0 + NOISE * rng.nextGaussian();
        int[] rated = AskedScore.in(task, review, rating);
        rated[rated.length - 1] = Vocabulary.END;
        if (rng.nextBoolean()) {
            return rated;
        }
        int said = review.length - 2;
        int score = rated.length - review.length;
        int[] first = rated.clone();
        System.arraycopy(rated, 1 + said, first, 1, score);
        System.arraycopy(rated, 1, first, 1 + score, said);
        return first;
    }

    private Text shown(RandomGenerator rng) {
        Reply shown = demonstration(rng);
        return Text.of(shown.prompt(), shown.completion());
    }

    Reply demonstration(RandomGenerator rng) {
        return task.demonstration(task.prompt(rng), rng);
    }

    /** Preferences of the simulated annotator between replies of the supervised model. */
    List<Preference> preferences(
            TorchRuntime runtime, RunRequest request, CausalLm tuned, int pairs, SeededRandom rng, Stages kept)
            throws IOException {
        return new Comparisons(task, request.progress(), request.control())
                .collect(tuned, pairs, task::prompt, Annotator.defaults(), rng.split("preferences"), kept);
    }

    ReplyReward reward(
            RunRequest request,
            CausalLm judging,
            List<Preference> preferences,
            int epochs,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        List<Reply> zero = demonstrations(ZERO, rng.split("demonstrations"));
        return new RewardFitting(request.progress(), request.control())
                .fit(judging, preferences, epochs, zero, flops, rng, kept);
    }
}
