package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.Thing;
import java.util.ArrayList;
import java.util.List;

/**
 * What the heads see: a frozen encoder's vectors of words, phrases and clauses. Clauses hold the noun of its kind in the
 * place of every mention, so that those about other colours are the same.
 */
final class InstructionFeatures {
    static final List<String> NOUNS = List.of("ball", "box", "key", "door", "it", "thing");
    static final int ROLES = 1 + SkillGoal.Kind.values().length;

    /** How many words begin a sentence. */
    private static final int NEAR = 3;

    /** Stands for a clause without words, since encoders refuse blanks. */
    private static final String NOTHING = ".";

    private final Encoder encoder;

    InstructionFeatures(Encoder encoder) {
        this.encoder = encoder;
    }

    /** The word, and half the vectors of the one before it and of the one after it. */
    float[] mention(InstructionText text, int at) {
        return concat(
                encoder.encode(text.word(at)),
                words(text, Math.max(0, at - 1), at),
                words(text, at + 1, Math.min(at + 2, text.size())));
    }

    /** The noun and the noun with the word before it. */
    float[] thing(InstructionText text, int at) {
        return concat(encoder.encode(text.word(at)), encoder.encode(text.phrase(at)));
    }

    /**
     * The clause from the mention before to the next one, what stands in it before and after this mention, the words
     * before it, of which the first and the last two also by themselves, the mention's kind, the role of the mention
     * before, and whether by the roles so far something is carried.
     *
     * @param m the index of the mention
     * @param before the roles of those before it
     */
    float[] role(InstructionText text, List<InstructionMention> found, int m, List<Integer> before) {
        InstructionMention mention = found.get(m);
        int from = m == 0 ? 0 : found.get(m - 1).at() + 1;
        int start = Math.max(from, mention.start(text));
        int to = m + 1 < found.size()
                ? Math.max(mention.at() + 1, found.get(m + 1).start(text))
                : text.size();
        float[] extra = new float[InstructionMention.KINDS + ROLES + 1];
        extra[mention.likelyKind()] = 1;
        extra[InstructionMention.KINDS + (m == 0 ? InstructionMention.NONE : before.get(m - 1))] = 1;
        extra[InstructionMention.KINDS + ROLES] = carrying(before) ? 1 : 0;
        return concat(
                encoder.encode(clause(text, found, from, to)),
                encoder.encode(clause(text, found, from, start)),
                encoder.encode(clause(text, found, mention.at() + 1, to)),
                words(text, from, start),
                first(text, from, start),
                last(text, from, start, 1),
                last(text, from, start, 2),
                extra);
    }

    private static boolean carrying(List<Integer> roles) {
        boolean carrying = false;
        for (int role : roles) {
            carrying = role == InstructionMention.role(SkillGoal.Kind.PICK_UP)
                    || carrying && role != InstructionMention.role(SkillGoal.Kind.PUT_NEXT_TO);
        }
        return carrying;
    }

    /**
     * What stands between two mentions of which one follows the other, before the first, after the second and at the
     * beginning of their sentence, the roles of both, and whether they are a door and its key.
     *
     * @param first the index of the first mention
     * @param second of the second
     * @param role1 the first one's role
     * @param role2 the second one's
     */
    float[] order(InstructionText text, List<InstructionMention> found, int first, int second, int role1, int role2) {
        int after = second + 1 < found.size() ? found.get(second + 1).start(text) : text.size();
        int gap = found.get(first).at() + 1;
        int start = Math.max(gap, found.get(second).start(text));
        int before = first == 0 ? 0 : found.get(first - 1).at() + 1;
        int own = Math.max(before, found.get(first).start(text));
        int sentence = text.sentenceStart(found.get(first).at());
        int beginning = Math.min(sentence + NEAR, own);
        float[] extra = new float[ROLES * ROLES + 2];
        extra[role1 * ROLES + role2] = 1;
        extra[ROLES * ROLES] = opens(found.get(second), found.get(first)) ? 1 : 0;
        extra[ROLES * ROLES + 1] = opens(found.get(first), found.get(second)) ? 1 : 0;
        return concat(
                encoder.encode(clause(text, found, gap, start)),
                words(text, gap, start),
                words(text, found.get(second).at() + 1, after),
                words(text, before, own),
                words(text, sentence, beginning),
                first(text, sentence, beginning),
                extra);
    }

    /** Whether a mention names the key of the door that another names. */
    static boolean opens(InstructionMention key, InstructionMention door) {
        return key.isA(Thing.Kind.KEY)
                && door.isA(Thing.Kind.DOOR)
                && key.likelyColour() == door.likelyColour()
                && key.likelyColour() < InstructionMention.ANY;
    }

    /** Half the sum of the vectors of single words, in which a verb counts as much as a noun. */
    private float[] words(InstructionText text, int from, int to) {
        float[] sum = new float[encoder.dimension()];
        for (int i = from; i < to; i++) {
            if (text.isWord(i)) {
                float[] vector = encoder.encode(text.word(i));
                for (int d = 0; d < sum.length; d++) {
                    sum[d] += 0.5f * vector[d];
                }
            }
        }
        return sum;
    }

    private float[] first(InstructionText text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.isWord(i)) {
                return encoder.encode(text.word(i));
            }
        }
        return new float[encoder.dimension()];
    }

    /** The last word, or the nth from the end. */
    private float[] last(InstructionText text, int from, int to, int nth) {
        int left = nth;
        for (int i = to - 1; i >= from; i--) {
            if (text.isWord(i) && --left == 0) {
                return encoder.encode(text.word(i));
            }
        }
        return new float[encoder.dimension()];
    }

    private static String clause(InstructionText text, List<InstructionMention> found, int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int at = i;
            InstructionMention next = found.stream()
                    .filter(mention -> mention.start(text) <= at && at <= mention.at())
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                words.add(text.word(i));
            } else if (next.at() == at) {
                words.add(NOUNS.get(next.likelyKind()));
            }
        }
        return words.isEmpty() ? NOTHING : String.join(" ", words);
    }

    private static float[] concat(float[]... parts) {
        int size = 0;
        for (float[] part : parts) {
            size += part.length;
        }
        float[] all = new float[size];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
