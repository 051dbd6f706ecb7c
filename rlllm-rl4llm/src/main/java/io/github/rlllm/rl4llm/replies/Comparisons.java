package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Preferences between replies of a model, by an annotator. Confined to one thread. */
public final class Comparisons {
    /** Prompts whose replies are drawn together. */
    private static final int TOGETHER = 64;

    private final HotelReplies task;
    private final StageWatch stage;

    /**
     * Comparisons in one language.
     *
     * @param task the language
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public Comparisons(HotelReplies task, Progress progress, Control control) {
        this.task = task;
        this.stage = new StageWatch(progress, control);
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
}
