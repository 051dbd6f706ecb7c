package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.world.house.Colour;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.Thing;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The head on a frozen encoder: p(next skill | instruction, skills executed so far). Everything that it knows of words
 * it knows through the encoder's vectors of words, phrases and clauses; five softmax heads on them are fitted on our
 * instructions:
 *
 * <ol>
 *   <li>mention: whether a word names a thing (vector of the word);
 *   <li>kind and colour of what a mention names (vector of the word with the one before it);
 *   <li>role: which skill a mention is the argument of, or none (vectors of the clause up to the mention and to the next
 *       one, in which mentions are replaced by the noun of their kind; kind; role of the mention before);
 *   <li>order: whether what comes later in the text is done earlier (vectors of the clauses on both sides).
 * </ol>
 *
 * <p>They give hypotheses: sequences of steps, each a distribution over skills, found by a beam over roles and orders.
 * The skills executed so far are evidence for some of them; the next skill is drawn from their mixture, done where a
 * hypothesis has come to its end. So the affordance decides where language leaves a choice open. What names no thing of
 * the house counts as {@link SayCan#IMPOSSIBLE}. Thread-safe as its encoder is.
 */
final class InstructionReader implements OptionScorer<SkillCall> {
    /** Probability spread evenly over all options, so that nothing is ever excluded by language alone. */
    private static final double SMOOTHING = 0.02;

    /** How many words are next to a mention. */
    private static final int NEAR = 3;

    /** Prior odds that a step is about what no house holds, where the instruction names things of the house too. */
    private static final double STRANGE = 0.05;

    /** How many sequences of roles are followed. */
    private static final int BEAM = 16;

    /** Stands for a clause without words, since encoders refuse blanks. */
    private static final String NOTHING = ".";

    private static final int NONE = 0;
    private static final int ROLES = 1 + SkillGoal.Kind.values().length;
    private static final int PRONOUN = 4;
    private static final int UNKNOWN = 5;
    private static final int KINDS = 6;
    private static final int ANY = 6;
    private static final int OTHER = 7;
    private static final int COLOURS = 8;
    /** Words before a noun that say no colour (empty: the plural), and colours that no house holds. */
    private static final List<String> NO_COLOUR = List.of("a", "the", "any", "some", "");

    /** The commonest English words besides those that the instructions hold: they name no thing. */
    private static final String COMMON = "time year way day man world life part child eye woman work week case point"
            + " company number group problem fact people house room water word side kind head story lot right study book"
            + " friend father power hour game line end member law car city community name president team minute idea body"
            + " information back parent face others level office health person art war history party result change morning"
            + " reason research girl guy moment air teacher force education trip start task goal turn step favour order"
            + " good new first last long great little own other old big high different small large next early young"
            + " important few public bad same able me him her us them who which what this those these here now soon just"
            + " only quite very then later again maybe please thanks hello hey robot sir dear";

    private static final List<String> OTHER_COLOURS = List.of("orange", "pink", "black", "white", "brown");
    private static final List<String> NOUNS = List.of("ball", "box", "key", "door", "it", "thing");

    private final Encoder encoder;
    private final EncoderHead mentionHead;
    private final EncoderHead kindHead;
    private final EncoderHead colourHead;
    private final EncoderHead roleHead;
    private final EncoderHead orderHead;
    private final Map<String, List<Hypothesis>> read = new ConcurrentHashMap<>();

    private InstructionReader(Encoder encoder, List<EncoderHead> heads) {
        this.encoder = encoder;
        this.mentionHead = heads.get(0);
        this.kindHead = heads.get(1);
        this.colourHead = heads.get(2);
        this.roleHead = heads.get(3);
        this.orderHead = heads.get(4);
    }

    /** A mention in a tokenised text: the index of its last word, what it names and which step it is about. */
    private record Found(int at, double[] kind, double[] colour, int step, int role) {
        int likelyKind() {
            return argMax(kind);
        }

        /** The index of its first word: the word before the noun belongs to it where it says a colour. */
        int start(Text text) {
            return likelyKind() == PRONOUN || argMax(colour) == ANY ? at : text.phraseStart(at);
        }
    }

    /** One step as it was read: its role, and log-probabilities of what the thing is. */
    private record Read(int role, double[] kind, double[] colour) {}

    /** A sequence of steps that may be meant, with its probability. */
    private record Hypothesis(List<Read> steps, double weight) {}

    /** Roles of the first mentions. */
    private record Roles(List<Integer> roles, double logProb) {}

    /**
     * Fits the heads.
     *
     * @param encoder frozen; should cache
     * @param instructions with annotated mentions
     * @param config how each head is fitted
     */
    static InstructionReader fit(Encoder encoder, List<Instruction> instructions, EncoderHead.Config config) {
        Rows mentions = new Rows();
        Rows kinds = new Rows();
        Rows colours = new Rows();
        Rows roles = new Rows();
        Rows orders = new Rows();
        Map<String, Integer> words = new LinkedHashMap<>();
        for (Instruction instruction : instructions) {
            Text text = Text.of(instruction.text());
            List<Found> found = annotated(instruction, text);
            for (int i = 0; i < text.size(); i++) {
                int at = i;
                boolean names = found.stream().anyMatch(mention -> mention.at == at);
                words.merge(text.word(i), names ? 1 : 0, Math::max);
            }
            for (Found mention : found) {
                kinds.add(thingFeatures(encoder, text, mention.at), mention.likelyKind());
                colours.add(thingFeatures(encoder, text, mention.at), argMax(mention.colour));
            }
            for (int m = 0; m < found.size(); m++) {
                int before = m == 0 ? NONE : found.get(m - 1).role;
                roles.add(roleFeatures(encoder, text, found, m, before), found.get(m).role);
            }
            List<Integer> active = active(found);
            for (int k = 0; k + 1 < active.size(); k++) {
                boolean swapped = found.get(active.get(k)).step > found.get(active.get(k + 1)).step;
                orders.add(
                        orderFeatures(
                                encoder,
                                text,
                                found,
                                active.get(k),
                                active.get(k + 1),
                                found.get(active.get(k)).role,
                                found.get(active.get(k + 1)).role),
                        swapped ? 1 : 0);
            }
        }
        for (String word : COMMON.split(" ")) {
            words.putIfAbsent(word, 0);
        }
        words.forEach((word, names) -> mentions.add(encoder.encode(word), names));
        for (Thing thing : Thing.all()) {
            float[] features = thingFeatures(encoder, Text.of(thing.text()), 1);
            kinds.add(features, thing.kind().ordinal());
            colours.add(features, thing.colour().ordinal());
        }
        for (String phrase : NO_COLOUR) {
            for (int kind = 0; kind < PRONOUN; kind++) {
                Text text = Text.of(phrase + " " + NOUNS.get(kind));
                Text plural = Text.of("the " + NOUNS.get(kind) + (kind == Thing.Kind.BOX.ordinal() ? "es" : "s"));
                float[] features = thingFeatures(encoder, phrase.isEmpty() ? plural : text, 1);
                kinds.add(features, kind);
                colours.add(features, ANY);
            }
        }
        for (String colour : OTHER_COLOURS) {
            for (int kind = 0; kind < PRONOUN; kind++) {
                colours.add(thingFeatures(encoder, Text.of(colour + " " + NOUNS.get(kind)), 1), OTHER);
            }
        }
        return new InstructionReader(
                encoder,
                List.of(
                        mentions.fit(2, config.withL2(config.l2() / 10)),
                        kinds.fit(KINDS, config.withL2(config.l2() / 10)),
                        colours.fit(COLOURS, config.withL2(config.l2() / 10)),
                        roles.fit(ROLES, config),
                        orders.fit(2, config)));
    }

    /** Every text that fitting on these instructions encodes, to be encoded in one batch. */
    static Set<String> texts(List<Instruction> instructions) {
        Set<String> texts = new LinkedHashSet<>();
        Encoder collector = new Encoder() {
            @Override
            public float[] encode(String text) {
                texts.add(text);
                return new float[] {1};
            }

            @Override
            public int dimension() {
                return 1;
            }

            @Override
            public String model() {
                return "collector";
            }
        };
        fit(collector, instructions, new EncoderHead.Config(0, 1));
        return texts;
    }

    @Override
    public Finite<SkillCall> score(String context, List<SkillCall> options) {
        String[] lines = context.split("\n");
        double[] weights = new double[options.size()];
        double total = 0;
        for (Hypothesis hypothesis : read.computeIfAbsent(lines[0], this::hypotheses)) {
            double weight = hypothesis.weight;
            for (int line = 1; line < lines.length && weight > 0; line++) {
                weight *= line > hypothesis.steps.size() ? 0 : evidence(hypothesis.steps.get(line - 1), lines[line]);
            }
            total += weight;
            for (int i = 0; i < weights.length && weight > 0; i++) {
                weights[i] += weight * probability(hypothesis, lines.length - 1, options.get(i));
            }
        }
        double meant = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            if (options.get(i).equals(SayCan.IMPOSSIBLE)) {
                weights[i] = total > 0 ? Math.max(0, total - meant) : 1;
            }
        }
        double sum = total > 0 ? total : 1;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (1 - SMOOTHING) * weights[i] / sum + SMOOTHING / weights.length;
        }
        return Finite.of(options, weights);
    }

    private static double probability(Hypothesis hypothesis, int executed, SkillCall option) {
        if (option.equals(SayCan.IMPOSSIBLE)) {
            return 0;
        }
        boolean over = executed >= hypothesis.steps.size();
        return option.equals(SayCan.DONE)
                ? (over ? 1 : 0)
                : over ? 0 : probability(hypothesis.steps.get(executed), option);
    }

    /** How well an executed skill, a line such as {@code 1. go to(red ball)}, fits a step. */
    private static double evidence(Read step, String line) {
        int open = line.indexOf('(');
        String skill = line.substring(line.indexOf(' ') + 1, open);
        return probability(step, SkillCall.of(skill, line.substring(open + 1, line.length() - 1)));
    }

    private static double probability(Read step, SkillCall option) {
        SkillGoal goal =
                SkillGoal.parse(option.skill() + " " + option.arguments().get(0));
        Thing thing = goal.target();
        if (step.role != 1 + goal.kind().ordinal()) {
            return 0;
        }
        double colour = Math.exp(step.colour[thing.colour().ordinal()]);
        double any = Math.exp(step.colour[ANY]) / Colour.values().length;
        return Math.exp(step.kind[thing.kind().ordinal()]) * (colour + any);
    }

    /** What an instruction may mean, the likeliest first. */
    private List<Hypothesis> hypotheses(String instruction) {
        Text text = Text.of(instruction);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < text.size(); i++) {
            if (text.isWord(i) && mentionHead.logProbs(encoder.encode(text.word(i)))[1] > Math.log(0.5)) {
                float[] features = thingFeatures(encoder, text, i);
                found.add(new Found(i, kindHead.logProbs(features), colourHead.logProbs(features), 0, NONE));
            }
        }
        List<Roles> beam = List.of(new Roles(List.of(), 0));
        for (int m = 0; m < found.size(); m++) {
            beam = longer(beam, text, found, m);
        }
        List<Hypothesis> all = new ArrayList<>();
        for (Roles roles : beam) {
            orders(roles, text, found, all);
        }
        return all;
    }

    /** Every sequence of roles with one more role, of which the likeliest are kept. */
    private List<Roles> longer(List<Roles> beam, Text text, List<Found> found, int m) {
        List<Roles> next = new ArrayList<>();
        for (Roles roles : beam) {
            int before = m == 0 ? NONE : roles.roles.get(m - 1);
            double[] logProbs = roleHead.logProbs(roleFeatures(encoder, text, found, m, before));
            double possible = 0;
            for (int role = 0; role < ROLES; role++) {
                possible += suits(role, found.get(m).likelyKind()) ? Math.exp(logProbs[role]) : 0;
            }
            for (int role = 0; role < ROLES; role++) {
                if (suits(role, found.get(m).likelyKind())) {
                    List<Integer> more = new ArrayList<>(roles.roles);
                    more.add(role);
                    next.add(new Roles(more, roles.logProb + logProbs[role] - Math.log(possible)));
                }
            }
        }
        next.sort(Comparator.comparingDouble(roles -> -roles.logProb));
        return List.copyOf(next.subList(0, Math.min(BEAM, next.size())));
    }

    /** Whether a skill can be about a kind of thing, by the signatures of the skills. */
    private static boolean suits(int role, int kind) {
        if (role == NONE || kind >= PRONOUN || role == 1 + SkillGoal.Kind.GO_TO.ordinal()) {
            return true;
        }
        return (role == 1 + SkillGoal.Kind.OPEN.ordinal()) == (kind == Thing.Kind.DOOR.ordinal());
    }

    /** The orders in which the steps may be meant: as written, or with what follows some mention done first. */
    private void orders(Roles roles, Text text, List<Found> found, List<Hypothesis> into) {
        List<Integer> active = new ArrayList<>();
        for (int m = 0; m < found.size(); m++) {
            if (roles.roles.get(m) != NONE) {
                active.add(m);
            }
        }
        if (active.isEmpty()) {
            return;
        }
        double[] odds = new double[active.size()];
        odds[0] = 1;
        double sum = 1;
        for (int k = 1; k < odds.length; k++) {
            int first = active.get(k - 1);
            int second = active.get(k);
            double[] order = orderHead.logProbs(orderFeatures(
                    encoder, text, found, first, second, roles.roles.get(first), roles.roles.get(second)));
            odds[k] = Math.exp(order[1] - order[0]);
            sum += odds[k];
        }
        for (int turn = 0; turn < odds.length; turn++) {
            List<Integer> order = new ArrayList<>(active);
            Collections.rotate(order, -turn);
            List<Read> steps = new ArrayList<>();
            for (int m : order) {
                Found thing = antecedent(found, m, roles.roles.get(m));
                Read step = new Read(roles.roles.get(m), thing.kind, thing.colour);
                if (steps.stream().noneMatch(earlier -> same(earlier, step))) {
                    steps.add(step);
                }
            }
            long unknown = active.stream()
                    .filter(m -> found.get(m).likelyKind() == UNKNOWN)
                    .count();
            double prior = unknown == found.size() ? 1 : Math.pow(STRANGE, unknown);
            into.add(new Hypothesis(steps, prior * Math.exp(roles.logProb) * odds[turn] / sum));
        }
    }

    /** For a pronoun the nearest mention before it that a skill of its role can be about, else the mention itself. */
    private static Found antecedent(List<Found> found, int m, int role) {
        boolean door = role == 1 + SkillGoal.Kind.OPEN.ordinal();
        if (found.get(m).likelyKind() == PRONOUN) {
            for (int b = m - 1; b >= 0; b--) {
                int kind = found.get(b).likelyKind();
                boolean fits =
                        role == 1 + SkillGoal.Kind.GO_TO.ordinal() || (kind == Thing.Kind.DOOR.ordinal()) == door;
                if (kind != PRONOUN && fits) {
                    return found.get(b);
                }
            }
        }
        return found.get(m);
    }

    private static boolean same(Read one, Read other) {
        return one.role == other.role
                && argMax(one.kind) == argMax(other.kind)
                && argMax(one.colour) == argMax(other.colour);
    }

    /** The noun and the noun with the word before it. */
    private static float[] thingFeatures(Encoder encoder, Text text, int at) {
        return concat(encoder.encode(text.word(at)), encoder.encode(text.phrase(at)));
    }

    /**
     * The clause around a mention, what stands before it and after it in this clause, as phrases and as sums of their
     * words, its kind, and the role of the mention before.
     */
    private static float[] roleFeatures(Encoder encoder, Text text, List<Found> found, int m, int before) {
        Found mention = found.get(m);
        int from = m == 0 ? 0 : found.get(m - 1).at + 1;
        int start = Math.max(from, mention.start(text));
        int to =
                m + 1 < found.size() ? Math.max(mention.at + 1, found.get(m + 1).start(text)) : text.size();
        float[] extra = new float[KINDS + ROLES];
        extra[mention.likelyKind()] = 1;
        extra[KINDS + before] = 1;
        return concat(
                encoder.encode(clause(text, found, from, to)),
                encoder.encode(clause(text, found, from, start)),
                encoder.encode(clause(text, found, mention.at + 1, to)),
                words(encoder, text, from, start),
                words(encoder, text, mention.at + 1, to),
                words(encoder, text, Math.max(from, start - NEAR), start),
                extra);
    }

    /**
     * How the text begins, what stands between two mentions that follow each other, what follows them, and the roles of
     * both.
     */
    private static float[] orderFeatures(
            Encoder encoder, Text text, List<Found> found, int first, int second, int role1, int role2) {
        int to = second + 1 < found.size() ? found.get(second + 1).start(text) : text.size();
        int gap = found.get(first).at + 1;
        int start = Math.max(gap, found.get(second).start(text));
        int begin = found.get(0).start(text);
        float[] extra = new float[ROLES * ROLES];
        extra[role1 * ROLES + role2] = 1;
        return concat(
                encoder.encode(clause(text, found, 0, Math.min(NEAR, begin))),
                words(encoder, text, 0, Math.min(NEAR, begin)),
                encoder.encode(clause(text, found, gap, start)),
                words(encoder, text, gap, start),
                words(encoder, text, gap, Math.min(text.firstWord(gap) + 1, start)),
                words(encoder, text, found.get(second).at + 1, to),
                extra);
    }

    /** Half the sum of the vectors of single words, in which a verb counts as much as a noun. */
    private static float[] words(Encoder encoder, Text text, int from, int to) {
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

    /** Words with every mention replaced by the noun of its kind, so that clauses about other colours are the same. */
    private static String clause(Text text, List<Found> found, int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int at = i;
            Found next = found.stream()
                    .filter(mention -> mention.start(text) <= at && at <= mention.at)
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                words.add(text.word(i));
            } else if (next.at == at) {
                words.add(NOUNS.get(next.likelyKind()));
            }
        }
        return words.isEmpty() ? NOTHING : String.join(" ", words);
    }

    private static List<Integer> active(List<Found> found) {
        List<Integer> active = new ArrayList<>();
        for (int m = 0; m < found.size(); m++) {
            if (found.get(m).role != NONE) {
                active.add(m);
            }
        }
        return active;
    }

    private static List<Found> annotated(Instruction instruction, Text text) {
        List<Found> found = new ArrayList<>();
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
            int role = mention.step() == 0
                    ? NONE
                    : 1 + steps.get(mention.step() - 1).kind().ordinal();
            found.add(new Found(
                    text.wordEndingAt(mention.to()),
                    certain(kind, KINDS),
                    certain(colour, COLOURS),
                    mention.step(),
                    role));
        }
        return found;
    }

    private static double[] certain(int index, int size) {
        double[] logProbs = new double[size];
        Arrays.fill(logProbs, Double.NEGATIVE_INFINITY);
        logProbs[index] = 0;
        return logProbs;
    }

    private static int argMax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
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

    /** The rows on which a head is fitted. */
    private static final class Rows {
        private final List<float[]> features = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();

        void add(float[] row, int label) {
            features.add(row);
            labels.add(label);
        }

        EncoderHead fit(int classes, EncoderHead.Config config) {
            int[] y = labels.stream().mapToInt(Integer::intValue).toArray();
            return EncoderHead.fit(features.toArray(new float[0][]), y, classes, config);
        }
    }

    /** A text as lower-case words and marks of punctuation. */
    private record Text(List<String> tokens, List<Integer> ends) {
        static Text of(String text) {
            List<String> tokens = new ArrayList<>();
            List<Integer> ends = new ArrayList<>();
            int start = 0;
            for (int i = 0; i <= text.length(); i++) {
                char c = i < text.length() ? text.charAt(i) : ' ';
                boolean inWord = Character.isLetterOrDigit(c) || c == '\'' || c == '-';
                if (!inWord) {
                    if (i > start) {
                        tokens.add(text.substring(start, i).toLowerCase(java.util.Locale.ROOT));
                        ends.add(i);
                    }
                    if (!Character.isWhitespace(c)) {
                        tokens.add(String.valueOf(c));
                        ends.add(i + 1);
                    }
                    start = i + 1;
                }
            }
            return new Text(tokens, ends);
        }

        int size() {
            return tokens.size();
        }

        String word(int i) {
            return tokens.get(i);
        }

        boolean isWord(int i) {
            return Character.isLetterOrDigit(tokens.get(i).charAt(0));
        }

        /** The word with the one before it, where that is a word. */
        String phrase(int i) {
            return i > 0 && isWord(i - 1) ? tokens.get(i - 1) + " " + tokens.get(i) : tokens.get(i);
        }

        int phraseStart(int i) {
            return i > 0 && isWord(i - 1) ? i - 1 : i;
        }

        /** The index of the first word from an index on. */
        int firstWord(int from) {
            int i = from;
            while (i < size() && !isWord(i)) {
                i++;
            }
            return i;
        }

        int wordEndingAt(int end) {
            int at = ends.indexOf(end);
            if (at < 0) {
                throw new IllegalArgumentException("mention: ends at " + end + " (expected: the end of a word)");
            }
            return at;
        }
    }
}
