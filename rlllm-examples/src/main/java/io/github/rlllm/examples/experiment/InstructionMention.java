package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.Thing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A mention of something in a text.
 *
 * @param at the index of its last word
 * @param kind log-probabilities of what it names: a kind of thing, {@link #PRONOUN}, or {@link #UNKNOWN}
 * @param colour log-probabilities of its colour: one of the house's, {@link #ANY}, or {@link #OTHER}
 * @param step the number of the step that it is about, where it is annotated
 * @param role the skill of which it is the argument, where it is annotated: 1 + its kind, or {@link #NONE}
 */
record InstructionMention(int at, double[] kind, double[] colour, int step, int role) {
    static final int NONE = 0;
    static final int PRONOUN = 4;
    static final int UNKNOWN = 5;
    static final int KINDS = 6;
    static final int ANY = 6;
    static final int OTHER = 7;
    static final int COLOURS = 8;

    /** The role of a kind of skill. */
    static int role(SkillGoal.Kind kind) {
        return 1 + kind.ordinal();
    }

    int likelyKind() {
        return argMax(kind);
    }

    int likelyColour() {
        return argMax(colour);
    }

    boolean isA(Thing.Kind thing) {
        return likelyKind() == thing.ordinal();
    }

    /** The index of its first word: the word before the noun belongs to it where it says a colour. */
    int start(InstructionText text) {
        return likelyKind() == PRONOUN || likelyColour() == ANY ? at : text.phraseStart(at);
    }

    /** The mentions that an instruction is annotated with. */
    static List<InstructionMention> annotated(Instruction instruction, InstructionText text) {
        List<InstructionMention> found = new ArrayList<>();
        List<Instruction.Step> steps = instruction.plans().get(0).steps();
        for (Instruction.Mention mention : instruction.mentions()) {
            int kind = UNKNOWN;
            int colour = OTHER;
            if (mention.pronoun()) {
                kind = PRONOUN;
                colour = ANY;
            } else if (!mention.thing().equals("?")) {
                boolean any = mention.thing().startsWith("any ");
                Thing thing = Thing.parse(any ? "red " + mention.thing().substring(4) : mention.thing());
                kind = thing.kind().ordinal();
                colour = any ? ANY : thing.colour().ordinal();
            }
            found.add(new InstructionMention(
                    text.wordEndingAt(mention.to()),
                    certain(kind, KINDS),
                    certain(colour, COLOURS),
                    mention.step(),
                    mention.step() == 0
                            ? NONE
                            : role(steps.get(mention.step() - 1).kind())));
        }
        return found;
    }

    private static double[] certain(int index, int size) {
        double[] logProbs = new double[size];
        Arrays.fill(logProbs, Double.NEGATIVE_INFINITY);
        logProbs[index] = 0;
        return logProbs;
    }

    static int argMax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
