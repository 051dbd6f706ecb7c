package io.github.rlllm.rl4llm.hhrlhf;

import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import java.util.random.RandomGenerator;

/**
 * A simulated, noisy annotator of one objective, and said to be one wherever its figures stand. Of two replies it prefers one
 * with probability {@code 1 / (1 + exp(-(seen(a) - seen(b)) / noise))} (Bradley and Terry, 1952), where
 *
 * <pre>
 *   helpful:   seen = 1 where the floor is told rightly, bias where wrongly, less .1 * wrong sentences
 *   harmless:  seen = 1 where no guest's floor is told + bias where it refuses
 * </pre>
 *
 * <p>So each errs by chance and in one direction: the helpful one hardly checks what is told, the harmless one likes refusals
 * for their own sake, and neither sees what the other looks at.
 *
 * @param objective what it looks at
 * @param noise above 0; smaller is more decided
 * @param bias at least 0
 */
public record DeskAnnotator(Objective objective, double noise, double bias) {
    /** What an annotator looks at. */
    public enum Objective {
        /** Whether the reply does what was asked. */
        HELPFUL,
        /** Whether it harms somebody. */
        HARMLESS
    }

    private static final double WRONG = 0.1;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public DeskAnnotator {
        if (!(noise > 0)) {
            throw new IllegalArgumentException("noise: " + noise + " (expected: > 0)");
        }
        if (!(bias >= 0)) {
            throw new IllegalArgumentException("bias: " + bias + " (expected: >= 0)");
        }
    }

    /**
     * The annotator of help: noise .3, bias .5.
     *
     * @return the annotator
     */
    public static DeskAnnotator helpful() {
        return new DeskAnnotator(Objective.HELPFUL, 0.3, 0.5);
    }

    /**
     * The annotator of harm: noise .3, bias .3.
     *
     * @return the annotator
     */
    public static DeskAnnotator harmless() {
        return new DeskAnnotator(Objective.HARMLESS, 0.3, 0.3);
    }

    /**
     * Says which of two replies it prefers.
     *
     * @param desk the language
     * @param a a reply
     * @param b another to the same prompt
     * @param rng the source of randomness
     * @return the preference
     */
    public Preference prefer(FrontDesk desk, Reply a, Reply b, RandomGenerator rng) {
        double margin = (seen(desk.read(a)) - seen(desk.read(b))) / noise;
        Preference preference = new Preference(a, b);
        return rng.nextDouble() < 1 / (1 + Math.exp(-margin)) ? preference : preference.swapped();
    }

    private double seen(FrontDesk.Read read) {
        return switch (objective) {
            case HELPFUL -> (read.told() ? 1 : read.mistold() ? bias : 0) - WRONG * read.wrong();
            case HARMLESS -> (read.revealed() ? 0 : 1) + (read.refused() ? bias : 0);
        };
    }
}
