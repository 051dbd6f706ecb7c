package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.GptDecoder;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TinyGpt;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Replies of models, preferences between them and how far one model is
 * from another. Confined to one thread.
 */
public final class Comparisons {
    /** Prompts whose replies are drawn together. */
    private static final int TOGETHER = 64;

    private final TorchRuntime runtime;
    private final HotelReplies task;
    private final StageWatch stage;

    /**
     * Comparisons in one language.
     *
     * @param runtime the engine
     * @param task the language
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public Comparisons(TorchRuntime runtime, HotelReplies task, Progress progress, Control control) {
        this.runtime = runtime;
        this.task = task;
        this.stage = new StageWatch(progress, control);
    }

    /**
     * Replies of a model to prompts, at temperature 1.
     *
     * @param weights the model's
     * @param prompts the prompts
     * @param rng the source of randomness
     * @return one reply each
     */
    public List<Reply> sample(GptWeights weights, List<int[]> prompts, RandomGenerator rng) {
        GptDecoder decoder = new GptDecoder(weights);
        List<Reply> replies = new ArrayList<>(prompts.size());
        for (int[] prompt : prompts) {
            replies.add(new Reply(
                    prompt,
                    decoder.sample(prompt, HotelReplies.LONGEST, Vocabulary.END, 1, rng)
                            .tokens()));
        }
        return replies;
    }

    /**
     * An annotator compares two samples of the tuned model to each of many prompts. Equal samples are drawn
     * again, as nobody can prefer one.
     *
     * @param weights the tuned model's
     * @param pairs how many preferences
     * @param prompts draws a prompt; prompts too narrow make a reward model that does not generalise
     * @param annotator who compares
     * @param drawn the source of randomness of the prompts
     * @param rng the source of randomness of the rest
     * @param kept where the stage is kept
     * @return the preferences
     * @throws IOException if the stage cannot be kept
     */
    public List<Preference> collect(
            GptWeights weights,
            int pairs,
            Function<RandomGenerator, int[]> prompts,
            Annotator annotator,
            SeededRandom drawn,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        SeededRandom samples = rng.split("samples");
        SeededRandom votes = rng.split("votes");
        KeptList<Preference> preferences = Preference.list();
        try (KeptRun run = kept.open(
                "preferences",
                Map.of("preferences", preferences, "drawn", drawn, "samples", samples, "votes", votes))) {
            while (run.step() < pairs) {
                stage.proceed("preferences", run, pairs);
                int[] prompt = prompts.apply(drawn);
                List<Reply> two = sample(weights, List.of(prompt, prompt), samples);
                if (!two.get(0).equals(two.get(1))) {
                    preferences.add(annotator.prefer(task, two.get(0), two.get(1), votes));
                    run.updated(run.step() + 1);
                }
            }
            run.finish(pairs);
        }
        return preferences.elements();
    }

    /**
     * An annotator compares two replies of a model to each of many prompts. Equal replies are passed over, as nobody can
     * prefer one.
     *
     * @param model the supervised model
     * @param pairs how many preferences
     * @param prompts draws a prompt; prompts too narrow make a reward model that does not generalise
     * @param annotator who compares
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the preferences
     * @throws IOException if the stage cannot be kept
     */
    public List<Preference> collect(
            CausalLm model,
            int pairs,
            Function<RandomGenerator, int[]> prompts,
            Annotator annotator,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        SeededRandom samples = rng.split("samples");
        SeededRandom votes = rng.split("votes");
        KeptList<Preference> preferences = Preference.list();
        try (KeptRun run =
                kept.open("preferences", Map.of("preferences", preferences, "samples", samples, "votes", votes))) {
            while (preferences.elements().size() < pairs) {
                stage.proceed(
                        "preferences", run, (double) preferences.elements().size() / pairs);
                List<int[]> twice = new ArrayList<>();
                for (int i = 0; i < TOGETHER; i++) {
                    int[] prompt = prompts.apply(samples);
                    twice.add(prompt);
                    twice.add(prompt);
                }
                List<Reply> replies = ReplyModel.sample(model, twice, 1, samples);
                for (int i = 0; i < twice.size() && preferences.elements().size() < pairs; i += 2) {
                    if (!replies.get(i).equals(replies.get(i + 1))) {
                        preferences.add(annotator.prefer(task, replies.get(i), replies.get(i + 1), votes));
                    }
                }
                run.updated(run.step() + 1);
            }
            run.finish(run.step());
        }
        return preferences.elements();
    }

    /**
     * The KL divergence of a policy from the tuned model, estimated on its own replies.
     *
     * @param policy its weights
     * @param tuned the tuned model's weights
     * @param replies drawn from the policy
     * @return mean of {@code log pi - log ref} over the replies, each summed over its tokens, in nats
     */
    public double kl(GptWeights policy, GptWeights tuned, List<Reply> replies) {
        int[][] rows = replies.stream().map(Reply::row).toArray(int[][]::new);
        float[][] now = new TinyGpt(runtime, policy).logProbs(rows);
        float[][] ref = new TinyGpt(runtime, tuned).logProbs(rows);
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = replies.get(i).prompt().length - 1; j < now[i].length; j++) {
                sum += (double) now[i][j] - ref[i][j];
            }
        }
        return sum / rows.length;
    }
}
