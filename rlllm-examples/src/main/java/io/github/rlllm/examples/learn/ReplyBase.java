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
 */
record ReplyBase(HotelReplies task, int pretrainSteps, int sftSteps) {
    private static final int ZERO = 256;

    static ReplyBase defaults() {
        return of(300, 400);
    }

    static ReplyBase of(int pretrainSteps, int sftSteps) {
        return new ReplyBase(new HotelReplies(AskedScore.WORDS), pretrainSteps, sftSteps);
    }

    @Override
    public String toString() {
        return "ReplyBase[" + pretrainSteps + ", " + sftSteps + "]";
    }

    /** The supervised model, which all seeds share. */
    GptWeights tuned(TorchRuntime runtime, RunRequest request, Stages kept) throws IOException {
        SeededRandom rng = SeededRandom.of(0, "hotel replies, shared by all seeds");
        SupervisedTraining training = new SupervisedTraining(runtime, request.progress(), request.control());
        GptWeights drawn = GptWeights.draw(GptConfig.defaults(task.vocabulary().size()), rng.split("weights"));
        GptWeights start = training.likelihood(
                "pre-training", drawn, pretrainSteps, rng.split("texts"), task::corpusText, row -> 0, kept);
        return training.likelihood(
                "supervised tuning",
                start,
                sftSteps,
                rng.split("demonstrations"),
                texts -> demonstration(texts).row(),
                Batches::promptLength,
                kept);
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
            GptWeights tuned,
            List<Preference> preferences,
            int epochs,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        RandomGenerator demonstrations = rng.split("demonstrations");
        List<Reply> zero = new ArrayList<>();
        for (int i = 0; i < ZERO; i++) {
            zero.add(demonstration(demonstrations));
        }
        return new SupervisedTraining(runtime, request.progress(), request.control())
                .fitReward(tuned, preferences, epochs, zero, flops, rng, kept);
    }
}
