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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The head on a frozen encoder: p(next skill | instruction, skills executed so far). Everything that it knows of words
 * it knows through the encoder's vectors of words, phrases and clauses ({@link InstructionFeatures}); five softmax heads
 * on them are fitted on our instructions:
 *
 * <ol>
 *   <li>mention: whether a word names a thing;
 *   <li>kind and colour of what a mention names;
 *   <li>role: which skill a mention is the argument of, or none;
 *   <li>order: whether what is written next is done earlier.
 * </ol>
 *
 * <p>They give hypotheses: sequences of steps, each a distribution over skills, found by a beam over roles and over
 * {@link StepOrders}; those whose skills do not follow from each other (a second thing picked up while one is carried)
 * count little. The skills executed so far are evidence for some of them; the next skill is drawn from their mixture,
 * done where a hypothesis has come to its end. So the affordance decides where language leaves a choice open. What names
 * no thing of the house counts as {@link SayCan#IMPOSSIBLE}. Thread-safe as its encoder is.
 */
final class InstructionReader implements OptionScorer<SkillCall> {
    /** Probability spread evenly over all options, so that nothing is ever excluded by language alone. */
    private static final double SMOOTHING = 0.02;

    /** Prior odds that a step is about what no house holds, where the instruction names things of the house too. */
    private static final double STRANGE = 0.2;

    /** Prior odds of a sequence in which a skill's precondition is not met by those before it. */
    private static final double SENSELESS = 0.02;

    /** How many sequences of roles are followed. */
    private static final int BEAM = 16;

    /** How many sequences of steps are remembered of an instruction. */
    private static final int MEANT = 64;

    private static final int HEADS = 5;

    /** Words before a noun that say no colour (empty: the plural), and colours that no house holds. */
    private static final List<String> NO_COLOUR = List.of("a", "the", "any", "some", "");

    /** Common English words besides those that the instructions hold: they name no thing. */
    private static final String COMMON = "time year way day man world life part child eye woman work week case point"
            + " company number group problem fact people house room word side kind head story lot right study"
            + " friend father power hour game line end member law city community name president team minute idea body"
            + " information back parent face others level office health person art war history party result change morning"
            + " reason research girl guy moment air teacher force education trip start task goal turn step favour order"
            + " good new first last long great little own other old big high different small large next early young"
            + " important few public bad same able me him her us them who which what this those these here now soon just"
            + " only quite very then later again maybe please thanks hello hey robot sir dear";

    /** Common things that no house holds. */
    private static final String HOUSEHOLD =
            "sofa couch chair armchair table desk lamp bed pillow blanket cup mug plate bowl"
                    + " fork knife spoon pan kettle bottle glass coffee tea milk bread apple banana cake pizza sandwich breakfast"
                    + " dinner book newspaper magazine letter pen pencil paper guitar piano violin music radio television computer"
                    + " laptop phone camera clock mirror picture curtain carpet shelf cupboard drawer wardrobe closet fridge oven"
                    + " stove sink bathtub shower toilet towel soap window wall staircase ladder roof garage garden kitchen"
                    + " bathroom balcony pool bicycle car truck bus taxi train tree flower plant grass dog cat bird horse fish"
                    + " teddy doll toy puzzle kite balloon hammer saw screwdriver drill broom bucket vacuum mop laundry shirt shoe"
                    + " sock hat coat jacket umbrella bag suitcase backpack wallet coin money ring watch medicine trash"
                    + " dishes lights homework";

    private static final List<String> OTHER_COLOURS = List.of("orange", "pink", "black", "white", "brown");
    private final InstructionFeatures features;
    private final EncoderHead mentionHead;
    private final EncoderHead kindHead;
    private final EncoderHead colourHead;
    private final EncoderHead roleHead;
    private final EncoderHead orderHead;
    private final Map<String, List<Hypothesis>> read = new ConcurrentHashMap<>();

    private InstructionReader(InstructionFeatures features, List<EncoderHead> heads) {
        this.features = features;
        this.mentionHead = heads.get(0);
        this.kindHead = heads.get(1);
        this.colourHead = heads.get(2);
        this.roleHead = heads.get(3);
        this.orderHead = heads.get(4);
    }

    /** One step as it was read: its role, and log-probabilities of what the thing is. */
    private record Read(int role, double[] kind, double[] colour) {
        boolean is(SkillGoal.Kind skill) {
            return role == InstructionMention.role(skill);
        }

        boolean same(Read other) {
            return role == other.role
                    && InstructionMention.argMax(kind) == InstructionMention.argMax(other.kind)
                    && InstructionMention.argMax(colour) == InstructionMention.argMax(other.colour);
        }
    }

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
        InstructionFeatures features = new InstructionFeatures(encoder);
        Rows mentions = new Rows();
        Rows kinds = new Rows();
        Rows colours = new Rows();
        Rows roles = new Rows();
        Rows orders = new Rows();
        Set<String> seen = new HashSet<>();
        for (Instruction instruction : instructions) {
            InstructionText text = InstructionText.of(instruction.text());
            List<InstructionMention> found = InstructionMention.annotated(instruction, text);
            for (int i = 0; i < text.size(); i++) {
                int at = i;
                boolean names = found.stream().anyMatch(mention -> mention.at() == at);
                if (text.isWord(i) && seen.add(text.around(i))) {
                    mentions.add(features.mention(text, i), names ? 1 : 0);
                }
            }
            for (InstructionMention mention : found) {
                kinds.add(features.thing(text, mention.at()), mention.likelyKind());
                colours.add(features.thing(text, mention.at()), mention.likelyColour());
            }
            List<Integer> told = found.stream().map(InstructionMention::role).toList();
            for (int m = 0; m < found.size(); m++) {
                roles.add(features.role(text, found, m, told.subList(0, m)), told.get(m));
            }
            List<Integer> active = active(told);
            for (int k = 0; k + 1 < active.size(); k++) {
                int first = active.get(k);
                int second = active.get(k + 1);
                boolean inverted = found.get(first).step() > found.get(second).step();
                orders.add(
                        features.order(text, found, first, second, told.get(first), told.get(second)),
                        inverted ? 1 : 0);
            }
        }
        for (String word : COMMON.split(" ")) {
            mentions.add(features.mention(InstructionText.of("the " + word), 1), 0);
        }
        for (String word : HOUSEHOLD.split(" ")) {
            InstructionText text = InstructionText.of("the " + word);
            mentions.add(features.mention(text, 1), 1);
            kinds.add(features.thing(text, 1), InstructionMention.UNKNOWN);
            colours.add(features.thing(text, 1), InstructionMention.OTHER);
        }
        addThings(features, kinds, colours);
        EncoderHead.Config free = config.withL2(config.l2() / 10);
        return new InstructionReader(
                features,
                List.of(
                        mentions.fit(2, free),
                        kinds.fit(InstructionMention.KINDS, free),
                        colours.fit(InstructionMention.COLOURS, free),
                        roles.fit(InstructionFeatures.ROLES, config),
                        orders.fit(2, config)));
    }

    /** The fitted heads, for {@link #restore}. */
    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (EncoderHead head : List.of(mentionHead, kindHead, colourHead, roleHead, orderHead)) {
                head.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A reader of saved heads.
     *
     * @param encoder the one that they were fitted on
     * @param heads from {@link #save}
     */
    static InstructionReader restore(Encoder encoder, byte[] heads) {
        List<EncoderHead> read = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(heads))) {
            for (int i = 0; i < HEADS; i++) {
                read.add(EncoderHead.read(in));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("heads: " + heads.length + " bytes (expected: from save)", e);
        }
        return new InstructionReader(new InstructionFeatures(encoder), read);
    }

    /** The names of all things, their nouns without a colour, and with colours that no house holds. */
    private static void addThings(InstructionFeatures features, Rows kinds, Rows colours) {
        for (Thing thing : Thing.all()) {
            float[] row = features.thing(InstructionText.of(thing.text()), 1);
            kinds.add(row, thing.kind().ordinal());
            colours.add(row, thing.colour().ordinal());
        }
        for (Thing.Kind kind : Thing.Kind.values()) {
            String noun = InstructionFeatures.NOUNS.get(kind.ordinal());
            for (String word : NO_COLOUR) {
                String plural = "the " + noun + (kind == Thing.Kind.BOX ? "es" : "s");
                float[] row = features.thing(InstructionText.of(word.isEmpty() ? plural : word + " " + noun), 1);
                kinds.add(row, kind.ordinal());
                colours.add(row, InstructionMention.ANY);
            }
            for (String colour : OTHER_COLOURS) {
                colours.add(features.thing(InstructionText.of(colour + " " + noun), 1), InstructionMention.OTHER);
            }
        }
    }

    /** Every text that fitting on these instructions encodes, to be encoded in one batch. */
    static List<String> texts(List<Instruction> instructions) {
        return TextCollector.of(collector -> fit(collector, instructions, new EncoderHead.Config(0, 1)));
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
        if (step.role != InstructionMention.role(goal.kind())) {
            return 0;
        }
        double colour = Math.exp(step.colour[thing.colour().ordinal()]);
        double any = Math.exp(step.colour[InstructionMention.ANY]) / Colour.values().length;
        return Math.exp(step.kind[thing.kind().ordinal()]) * (colour + any);
    }

    /** What an instruction may mean, the likeliest first. */
    private List<Hypothesis> hypotheses(String instruction) {
        InstructionText text = InstructionText.of(instruction);
        List<InstructionMention> found = new ArrayList<>();
        for (int i = 0; i < text.size(); i++) {
            if (text.isWord(i) && mentionHead.logProbs(features.mention(text, i))[1] > Math.log(0.5)) {
                float[] row = features.thing(text, i);
                found.add(new InstructionMention(
                        i, kindHead.logProbs(row), colourHead.logProbs(row), 0, InstructionMention.NONE));
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
        all.sort(Comparator.comparingDouble(hypothesis -> -hypothesis.weight));
        return List.copyOf(all.subList(0, Math.min(MEANT, all.size())));
    }

    /** Every sequence of roles with one more role, of which the likeliest are kept. */
    private List<Roles> longer(List<Roles> beam, InstructionText text, List<InstructionMention> found, int m) {
        List<Roles> next = new ArrayList<>();
        for (Roles roles : beam) {
            double[] logProbs = roleHead.logProbs(features.role(text, found, m, roles.roles));
            double possible = 0;
            for (int role = 0; role < logProbs.length; role++) {
                possible += suits(role, found.get(m).likelyKind()) ? Math.exp(logProbs[role]) : 0;
            }
            for (int role = 0; role < logProbs.length; role++) {
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
        if (role == InstructionMention.NONE
                || kind >= InstructionMention.PRONOUN
                || role == InstructionMention.role(SkillGoal.Kind.GO_TO)) {
            return true;
        }
        return (role == InstructionMention.role(SkillGoal.Kind.OPEN)) == (kind == Thing.Kind.DOOR.ordinal());
    }

    /** The orders in which the steps may be meant, each with its probability. */
    private void orders(Roles roles, InstructionText text, List<InstructionMention> found, List<Hypothesis> into) {
        List<Integer> active = active(roles.roles);
        int n = active.size();
        if (n == 0) {
            return;
        }
        double[][] inverted = new double[n - 1][];
        boolean[] doorThenKey = new boolean[n];
        for (int k = 0; k + 1 < n; k++) {
            int first = active.get(k);
            int second = active.get(k + 1);
            inverted[k] = orderHead.logProbs(
                    features.order(text, found, first, second, roles.roles.get(first), roles.roles.get(second)));
            doorThenKey[k] = InstructionFeatures.opens(found.get(second), found.get(first));
        }
        long unknown = active.stream()
                .filter(m -> found.get(m).likelyKind() == InstructionMention.UNKNOWN)
                .count();
        double strange = unknown == found.size() ? 1 : Math.pow(STRANGE, unknown);
        for (int[] order : StepOrders.of(n)) {
            double logProb = roles.logProb;
            for (int k = 0; k + 1 < n; k++) {
                logProb += inverted[k][StepOrders.inverted(order, k) ? 1 : 0];
            }
            List<Read> steps = new ArrayList<>();
            for (int k : order) {
                int m = active.get(k);
                InstructionMention thing = antecedent(found, m, roles.roles.get(m));
                Read step = new Read(roles.roles.get(m), thing.kind(), thing.colour());
                if (steps.stream().noneMatch(step::same)) {
                    steps.add(step);
                }
            }
            double prior = strange * StepOrders.prior(order, doorThenKey) * (followable(steps) ? 1 : SENSELESS);
            into.add(new Hypothesis(steps, prior * Math.exp(logProb)));
        }
    }

    /** Whether hands are empty where something is picked up, and hold something where it is put down. */
    private static boolean followable(List<Read> steps) {
        boolean carrying = false;
        for (Read step : steps) {
            if (carrying ? step.is(SkillGoal.Kind.PICK_UP) : step.is(SkillGoal.Kind.PUT_NEXT_TO)) {
                return false;
            }
            carrying = step.is(SkillGoal.Kind.PICK_UP) || carrying && !step.is(SkillGoal.Kind.PUT_NEXT_TO);
        }
        return true;
    }

    /** For a pronoun the nearest mention before it that a skill of its role can be about, else the mention itself. */
    private static InstructionMention antecedent(List<InstructionMention> found, int m, int role) {
        if (found.get(m).likelyKind() == InstructionMention.PRONOUN) {
            for (int b = m - 1; b >= 0; b--) {
                int kind = found.get(b).likelyKind();
                if (kind != InstructionMention.PRONOUN && refersTo(role, kind)) {
                    return found.get(b);
                }
            }
        }
        return found.get(m);
    }

    private static boolean refersTo(int role, int kind) {
        return role == InstructionMention.role(SkillGoal.Kind.GO_TO)
                || (kind == Thing.Kind.DOOR.ordinal()) == (role == InstructionMention.role(SkillGoal.Kind.OPEN));
    }

    /** The indices of the mentions that are arguments of skills. */
    private static List<Integer> active(List<Integer> roles) {
        List<Integer> active = new ArrayList<>();
        for (int m = 0; m < roles.size(); m++) {
            if (roles.get(m) != InstructionMention.NONE) {
                active.add(m);
            }
        }
        return active;
    }

    /** The rows on which a head is fitted. */
    private static final class Rows {
        private final List<float[]> rows = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();

        void add(float[] row, int label) {
            rows.add(row);
            labels.add(label);
        }

        EncoderHead fit(int classes, EncoderHead.Config config) {
            int[] y = labels.stream().mapToInt(Integer::intValue).toArray();
            return EncoderHead.fit(rows.toArray(new float[0][]), y, classes, config);
        }
    }
}
