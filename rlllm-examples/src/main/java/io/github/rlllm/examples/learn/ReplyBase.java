package io.github.rlllm.examples.learn;

import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.offline.AskedScore;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.Batches;
import io.github.rlllm.rl4llm.replies.Comparisons;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.LearnedReward;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.SupervisedTraining;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
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
    record Start(GptWeights tuned, GptWeights judging) {}

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
        SupervisedTraining training = new SupervisedTraining(runtime, request.progress(), request.control());
        GptWeights drawn = GptWeights.draw(GptConfig.defaults(task.vocabulary().size()), rng.split("weights"));
        GptWeights corpus = training.likelihood(
                "pre-training", drawn, pretrainSteps, rng.split("texts"), this::corpusText, row -> 0, kept);
        GptWeights tuned = training.likelihood(
                "supervised tuning",
                corpus,
                sftSteps,
                rng.split("demonstrations"),
                this::shown,
                Batches::promptLength,
                kept);
        List<Reply> demonstrations = demonstrations(unlabelled, rng.split("unlabelled"));
        GptWeights judging = training.judging(
                tuned, demonstrations, 2, rng.split("judging"), kept.of("preference-model pre-training"));
        return new Start(tuned, judging);
    }

    private List<Reply> demonstrations(int number, RandomGenerator rng) {
        List<Reply> demonstrations = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            demonstrations.add(demonstration(rng));
        }
        return demonstrations;
    }

    /** Every fourth text is what a guest says with a rating, so that the model has met numbers. */
    private int[] corpusText(RandomGenerator rng) {
        if (rng.nextInt(RATED) != 0) {
            return task.corpusText(rng);
        }
        int[] review = task.prompt(rng);
        double rating = task.pleasure(review) / 2.0 + NOISE * rng.nextGaussian();
        int[] rated = AskedScore.in(task, review, rating);
        rated[rated.length - 1] = Vocabulary.END;
        return rated;
    }

    /** Every other demonstration has a score in its prompt that says nothing, so that the model has met the form. */
    private int[] shown(RandomGenerator rng) {
        Reply shown = demonstration(rng);
        boolean scored = rng.nextBoolean();
        double score = rng.nextGaussian();
        return scored ? new Reply(AskedScore.in(task, shown.prompt(), score), shown.completion()).row() : shown.row();
    }

    Reply demonstration(RandomGenerator rng) {
        return task.demonstration(task.prompt(rng), rng);
    }

    /** Preferences of the simulated annotator between replies of the supervised model. */
    List<Preference> preferences(
            TorchRuntime runtime, RunRequest request, GptWeights tuned, int pairs, SeededRandom rng, Stages kept)
            throws IOException {
        return new Comparisons(runtime, task, request.progress(), request.control())
                .collect(
                        tuned,
                        pairs,
                        task::prompt,
                        Annotator.defaults(),
                        rng.split("prompts of the preferences"),
                        rng.split("preferences"),
                        kept);
    }

    LearnedReward reward(
            TorchRuntime runtime,
            RunRequest request,
            GptWeights judging,
            List<Preference> preferences,
            int epochs,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        List<Reply> zero = demonstrations(ZERO, rng.split("demonstrations"));
        return new SupervisedTraining(runtime, request.progress(), request.control())
                .fitReward(judging, preferences, epochs, zero, flops, rng, kept);
    }
}
