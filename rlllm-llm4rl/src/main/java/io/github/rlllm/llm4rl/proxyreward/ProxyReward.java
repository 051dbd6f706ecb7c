package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.llm4rl.proxyreward.ProxyRewardConfig.Unreadable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Kwon et al. 2023, algorithm 1: a language model is the reward. It is told what the user wants, by a few examples or a
 * description, and asked once an episode whether the episode is that; yes is 1 and no is 0. An answer that cannot be read
 * is never a reward: it is asked for again, and then the episode teaches nothing, or training stops.
 *
 * <p>Answers are kept by their prompt, so that no question is paid for twice. Confined to one thread.
 *
 * @param <E> what came of an episode
 */
public final class ProxyReward<E> implements RewardModel<E> {
    private final Labeler<? super E> labeler;
    private final Function<? super E, Question> asking;
    private final ProxyRewardConfig config;
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    /**
     * What was answered to one prompt.
     *
     * @param episode the episode as text, with the question
     * @param label what was answered, or why no answer could be read
     * @param attempts how often it was asked
     */
    public record Answer(String episode, Parsed<Boolean> label, int attempts) {}

    /**
     * What came of training.
     *
     * @param learned episodes that were learned from
     * @param skipped episodes that taught nothing because no answer could be read
     */
    public record Trained(long learned, long skipped) {}

    /**
     * A reward.
     *
     * @param labeler who answers
     * @param asking makes the question about an episode
     * @param config settings
     */
    public ProxyReward(Labeler<? super E> labeler, Function<? super E, Question> asking, ProxyRewardConfig config) {
        this.labeler = Objects.requireNonNull(labeler, "labeler");
        this.asking = Objects.requireNonNull(asking, "asking");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * Algorithm 1: play, ask, learn.
     *
     * @param learner the agent
     * @param episodes how many, at least 0
     * @param progress is told how far it is
     * @param control is looked at before every episode
     * @return how many episodes taught something
     * @throws UnreadableAnswerException if the configuration says to stop at an answer that cannot be read
     */
    public Trained train(EpisodeLearner<? extends E> learner, long episodes, Progress progress, Control control) {
        long learned = 0;
        long skipped = 0;
        for (long episode = 1; episode <= episodes && !control.cancelled(); episode++) {
            E outcome = learner.play(); // the trajectory, up to its end
            Parsed<Boolean> label = label(outcome); // prompt = game, objective, outcome, question; l = LLM(prompt)
            if (readable(label)) {
                learner.learn(reward(label)); // r = g(l)
                learned++;
            } else {
                skipped++;
            }
            progress.update("proxy reward", episode, episodes);
        }
        return new Trained(learned, skipped);
    }

    /**
     * Whether an episode is what the user wants.
     *
     * @param episode what came of it
     * @return the answer, or why none of the answers could be read
     * @throws UnreadableAnswerException if the configuration says to stop at an answer that cannot be read
     */
    public Parsed<Boolean> label(E episode) {
        Question question = asking.apply(episode);
        String prompt = question.prompt();
        Answer known = answers.get(prompt);
        if (known == null) {
            known = ask(episode, question);
            answers.put(prompt, known);
        }
        return known.label()
                .fold(answer -> Parsed.accepted(answer == question.wanted()), reason -> Parsed.rejected(reason));
    }

    private Answer ask(E episode, Question question) {
        List<String> refused = new ArrayList<>();
        while (true) {
            Parsed<Boolean> label = labeler.label(episode, question, List.copyOf(refused));
            if (readable(label)) {
                return new Answer(question.episode(), label, refused.size() + 1);
            }
            refused.add(label.fold(value -> "", reason -> reason));
            if (refused.size() == config.attempts()) {
                if (config.unreadable() == Unreadable.STOP) {
                    throw new UnreadableAnswerException("answer: unreadable after " + config.attempts() + " attempts: "
                            + String.join("; ", refused));
                }
                return new Answer(question.episode(), label, config.attempts());
            }
        }
    }

    private static boolean readable(Parsed<Boolean> label) {
        return label.fold(value -> true, reason -> false);
    }

    /** g: yes is 1, no is 0. */
    private static double reward(Parsed<Boolean> label) {
        return label.fold(yes -> yes ? 1.0 : 0.0, reason -> {
            throw new NothingLeftException("no answer could be read: " + reason);
        });
    }

    @Override
    public boolean scores(E judged) {
        return readable(label(judged));
    }

    @Override
    public double score(E judged) {
        return reward(label(judged));
    }

    /**
     * Everything that was answered, by prompt, in the order in which it was first asked.
     *
     * @return a copy
     */
    public Map<String, Answer> answers() {
        return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /**
     * Who answers.
     *
     * @return the labeler's identity
     */
    public String model() {
        return labeler.model();
    }
}
