package io.github.rlllm.rl4llm.replies;

import java.util.random.RandomGenerator;

/**
 * A simulated, noisy annotator, and said to be one wherever its figures stand. It reads in haste: of two replies it
 * prefers one with probability {@code 1 / (1 + exp(-(seen(a) - seen(b)) / noise))} (Bradley and Terry, 1952), where
 *
 * <pre>  seen = things of the prompt answered rightly / 2 + bias * warm words</pre>
 *
 * <p>So it errs by chance (noise) and in one direction (it likes warm words without end, and overlooks wrong sentences and
 * missing ends). Among the replies of the supervised model warm words go along with quality and are rarely more than two,
 * so the bias does little harm there; what a policy makes of a reward model fitted on it is the experiment.
 *
 * @param noise above 0; smaller is more decided
 * @param bias what a warm word adds
 */
public record Annotator(double noise, double bias) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the noise is not above 0
     */
    public Annotator {
        if (!(noise > 0)) {
            throw new IllegalArgumentException("noise: " + noise + " (expected: > 0)");
        }
    }

    /**
     * The annotator of the experiment.
     *
     * @return noise .3, bias .1
     */
    public static Annotator defaults() {
        return new Annotator(0.3, 0.1);
    }

    /**
     * Says which of two replies it prefers.
     *
     * @param task the language
     * @param a a reply
     * @param b another to the same prompt
     * @param rng the source of randomness
     * @return the preference
     */
    public Preference prefer(HotelReplies task, Reply a, Reply b, RandomGenerator rng) {
        double margin = (seen(task, a) - seen(task, b)) / noise;
        Preference preference = new Preference(a, b);
        return rng.nextDouble() < 1 / (1 + Math.exp(-margin)) ? preference : preference.swapped();
    }

    private double seen(HotelReplies task, Reply reply) {
        HotelReplies.Read read = task.read(reply);
        return read.right() / 2.0 + bias * read.warm();
    }
}
