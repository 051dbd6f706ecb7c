package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Parsed;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A program in the place of a language model: it knows the truth and says the opposite at a declared rate, and something
 * unreadable at another. For tests, and to show how an agent follows the accuracy of its labels; never a result. What it
 * says about a question depends on the seed, the question and how often it was asked.
 *
 * @param <E> the type of an episode
 */
public final class ScriptedLabeler<E> implements Labeler<E> {
    private final Predicate<? super E> truth;
    private final double wrong;
    private final double unreadable;
    private final long seed;

    /**
     * A scripted labeler.
     *
     * @param truth whether an episode is what the user wants
     * @param wrong the probability of the opposite answer, from 0 to 1
     * @param unreadable the probability of an answer that is neither, from 0 to 1
     * @param seed decides which
     * @throws IllegalArgumentException if a probability is outside its range
     */
    public ScriptedLabeler(Predicate<? super E> truth, double wrong, double unreadable, long seed) {
        this.truth = Objects.requireNonNull(truth, "truth");
        this.wrong = rate("wrong", wrong);
        this.unreadable = rate("unreadable", unreadable);
        this.seed = seed;
    }

    private static double rate(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 0 to 1)");
        }
        return value;
    }

    @Override
    public Parsed<Boolean> label(E episode, Question question, List<String> refused) {
        SeededRandom rng = SeededRandom.of(seed, refused.size() + " refused, " + question.prompt());
        if (rng.nextDouble() < unreadable) {
            return Parsed.rejected("neither yes nor no: \"It depends.\" (expected: Yes or No)");
        }
        // The opposite answer is drawn apart from the repetition: asking again does not make it right.
        boolean opposite = SeededRandom.of(seed, question.prompt()).nextDouble() < wrong;
        return Parsed.accepted((truth.test(episode) != opposite) == question.wanted());
    }

    @Override
    public String model() {
        return "scripted, " + percent(wrong) + " wrong"
                + (unreadable == 0 ? "" : ", " + percent(unreadable) + " unreadable");
    }

    private static String percent(double rate) {
        return Math.round(100 * rate) + " %";
    }
}
