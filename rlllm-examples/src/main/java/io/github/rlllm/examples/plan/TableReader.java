package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.experiment.InstructionText;
import io.github.rlllm.examples.experiment.TextCollector;
import io.github.rlllm.examples.plan.TableFeatures.Found;
import io.github.rlllm.examples.plan.TableInstruction.Mention;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The head on a frozen encoder that plans on the table: p(next skill | instruction, skills so far). What it knows of words
 * it knows through the encoder's vectors ({@link TableFeatures}); four softmax heads on them are fitted on our
 * instructions: what kind of thing a word names, which one is meant, whether a block is what is moved, and whether what is
 * said next is to be done earlier.
 *
 * <p>They give hypotheses: sequences of steps, each a distribution over skills. The skills so far are evidence for some of
 * them; the next skill is drawn from their mixture, done where a hypothesis has come to its end. Where any block, or any
 * bowl, is meant, all are equally likely, and the affordance decides. It knows nothing of the table. Thread-safe as its
 * encoder is.
 */
final class TableReader implements OptionScorer<SkillCall> {
    /** Probability spread evenly over all options, so that nothing is ever excluded by language alone. */
    private static final double SMOOTHING = 0.02;

    /** Prior odds of a reading in which something is moved nowhere, or a target is left over. */
    private static final double SENSELESS = 0.02;

    /** Words that name nothing on the table. */
    private static final String COMMON =
            "table robot arm gripper please thanks you me i we it's want need like would could"
                    + " should have has get make sure look good nice now first next then later after before once when until while"
                    + " only again also just there here this that them all some any one time thing way side day home place order"
                    + " start finish begin end help job task hand friend person people daughter son mother boss kid";

    private final TableFeatures features;
    private final List<EncoderHead> heads;
    private final Map<String, List<Hypothesis>> read = new ConcurrentHashMap<>();

    private TableReader(TableFeatures features, List<EncoderHead> heads) {
        this.features = features;
        this.heads = heads;
    }

    /** What is read of a mention: its place, and probabilities of kind and quality. */
    private record Named(Found found, double[] kind, double[] quality) {}

    /**
     * One step of a plan.
     *
     * @param moved what is moved
     * @param target where to
     * @param copy how many blocks of the same wish come before it
     */
    private record Step(Named moved, Named target, int copy) {}

    private record Hypothesis(List<Step> steps, double weight) {}

    /** What is moved and where, with the indices of both mentions, ascending. */
    private record Group(int moved, int target) {
        List<Integer> mentions() {
            return List.of(Math.min(moved, target), Math.max(moved, target));
        }
    }

    /**
     * Fits the heads.
     *
     * @param encoder frozen; should cache
     * @param instructions with their mentions
     * @param config how each head is fitted
     */
    static TableReader fit(Encoder encoder, List<TableInstruction> instructions, EncoderHead.Config config) {
        TableFeatures features = new TableFeatures(encoder);
        Rows kinds = new Rows();
        Rows qualities = new Rows();
        Rows roles = new Rows();
        Rows orders = new Rows();
        for (TableInstruction instruction : instructions) {
            InstructionText text = InstructionText.of(instruction.text());
            List<Found> found = new ArrayList<>();
            int[] kind = new int[text.size()];
            for (Mention mention : instruction.mentions()) {
                found.add(new Found(text.wordEndingAt(mention.end()), mention.kind(), mention.quality()));
                kind[found.get(found.size() - 1).at()] = mention.kind();
            }
            for (int i = 0; i < text.size(); i++) {
                if (text.isWord(i)) {
                    kinds.add(features.kind(text, i), kind[i]);
                }
            }
            boolean before = false;
            for (int m = 0; m < found.size(); m++) {
                Mention mention = instruction.mentions().get(m);
                if (mention.kind() != TableWish.MIDDLE && mention.kind() != TableWish.IT) {
                    int from = m == 0 ? 0 : found.get(m - 1).at() + 1;
                    qualities.add(features.quality(text, found.get(m).at(), from), mention.quality());
                }
                if (mention.kind() == TableWish.BLOCK) {
                    roles.add(features.role(text, found, m, before), mention.moved() ? 1 : 0);
                }
                before = mention.moved();
            }
            List<Boolean> moved =
                    instruction.mentions().stream().map(Mention::moved).toList();
            List<Group> groups = groups(found, moved);
            for (int g = 0; groups != null && g + 1 < groups.size(); g++) {
                Group one = groups.get(g);
                Group two = groups.get(g + 1);
                int first = instruction.mentions().get(one.moved).step();
                int second = instruction.mentions().get(two.moved).step();
                orders.add(features.order(text, found, one.mentions(), two.mentions()), first > second ? 1 : 0);
            }
        }
        for (String word : COMMON.split(" ")) {
            kinds.add(features.kind(InstructionText.of(word), 0), TableWish.NOTHING);
        }
        return new TableReader(
                features,
                List.of(
                        kinds.fit(TableWish.KINDS, config),
                        qualities.fit(TableWish.QUALITIES, config),
                        roles.fit(2, config),
                        orders.fit(2, config)));
    }

    /** Every text that fitting on these instructions encodes, to be encoded in one batch. */
    static List<String> texts(List<TableInstruction> instructions) {
        return TextCollector.of(collector -> fit(collector, instructions, new EncoderHead.Config(0, 1)));
    }

    /** The fitted heads, for {@link #restore}. */
    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (EncoderHead head : heads) {
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
     * @param saved from {@link #save}
     */
    static TableReader restore(Encoder encoder, byte[] saved) {
        List<EncoderHead> heads = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved))) {
            while (heads.size() < 4) {
                heads.add(EncoderHead.read(in));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("heads: " + saved.length + " bytes (expected: from save)", e);
        }
        return new TableReader(new TableFeatures(encoder), heads);
    }

    @Override
    public Finite<SkillCall> score(String context, List<SkillCall> options) {
        String[] lines = context.split("\n");
        double[] weights = new double[options.size()];
        double total = 0;
        for (Hypothesis hypothesis : read.computeIfAbsent(lines[0], this::hypotheses)) {
            double weight = hypothesis.weight;
            List<PickPlace> executed = new ArrayList<>();
            for (int line = 1; line < lines.length && weight > 0; line++) {
                PickPlace goal = executed(lines[line]);
                weight *= line > hypothesis.steps.size()
                        ? 0
                        : probability(hypothesis.steps.get(line - 1), goal, executed);
                executed.add(goal);
            }
            total += weight;
            boolean over = executed.size() >= hypothesis.steps.size();
            for (int i = 0; i < weights.length && weight > 0; i++) {
                SkillCall option = options.get(i);
                if (option.equals(SayCan.DONE)) {
                    weights[i] += over ? weight : 0;
                } else if (!over && !option.equals(SayCan.IMPOSSIBLE)) {
                    Step next = hypothesis.steps.get(executed.size());
                    weights[i] += weight * probability(next, TableWorld.goal(option), executed);
                }
            }
        }
        for (int i = 0; i < weights.length; i++) {
            if (total <= 0) {
                weights[i] = options.get(i).equals(SayCan.IMPOSSIBLE) ? 1 : 0;
            }
            weights[i] = (1 - SMOOTHING) * weights[i] / (total > 0 ? total : 1) + SMOOTHING / weights.length;
        }
        return Finite.of(options, weights);
    }

    /** A line such as {@code 1. pick and place(red block, blue bowl)}. */
    private static PickPlace executed(String line) {
        String[] arguments =
                line.substring(line.indexOf('(') + 1, line.length() - 1).split(", ");
        return new PickPlace(TableThing.parse(arguments[0]), TableThing.parse(arguments[1]));
    }

    /** The probability that a step means a skill, where some were executed. */
    private static double probability(Step step, PickPlace goal, List<PickPlace> executed) {
        if (goal.block() == goal.target()) {
            return 0;
        }
        double[] which = step.moved.quality;
        double moved = which[goal.block().colour()];
        Set<TableThing> used = new HashSet<>();
        for (int k = 1; k <= step.copy && k <= executed.size(); k++) {
            used.add(executed.get(executed.size() - k).block());
        }
        double any = which[TableWish.ANY] + which[TableWish.TWO] + which[TableWish.THREE] + which[TableWish.ALL];
        if (!used.contains(goal.block())) {
            moved += any / (TableThing.blocks().size() - used.size());
        }
        double[] where = step.target.quality;
        int kind = TableWish.kindOf(goal.target());
        double target = step.target.kind[kind];
        if (kind != TableWish.MIDDLE) {
            double sum = 0;
            int first = kind == TableWish.CORNER ? TableWish.CORNER_QUALITY : 0;
            for (int q = 0; q < TableThing.bowls().size(); q++) {
                sum += where[first + q];
            }
            double matching = kind == TableWish.BOWL ? where[TableWish.MATCHING] : 0;
            double all = sum + matching + where[TableWish.ANY];
            double own = where[TableWish.qualityOf(goal.target())]
                    + where[TableWish.ANY] / TableThing.bowls().size();
            own += goal.target().colour() == goal.block().colour() ? matching : 0;
            target *= all > 0 ? own / all : 0;
        }
        return moved * target;
    }

    /** What an instruction may mean. */
    private List<Hypothesis> hypotheses(String instruction) {
        InstructionText text = InstructionText.of(instruction);
        List<Named> named = new ArrayList<>();
        for (int i = 0; i < text.size(); i++) {
            if (text.isWord(i)) {
                double[] kind = p(0, features.kind(text, i));
                if (kind[TableWish.NOTHING] < 0.5) {
                    int from = named.isEmpty()
                            ? 0
                            : named.get(named.size() - 1).found.at() + 1;
                    double[] quality = p(1, features.quality(text, i, from));
                    kind[TableWish.NOTHING] = 0;
                    named.add(new Named(new Found(i, argMax(kind), argMax(quality)), kind, quality));
                }
            }
        }
        List<Found> found = named.stream().map(Named::found).toList();
        List<Hypothesis> all = new ArrayList<>();
        roles(text, named, found, List.of(), 1, all);
        return List.copyOf(all);
    }

    /** Every assignment of roles to blocks, each with its probability. */
    private void roles(
            InstructionText text,
            List<Named> named,
            List<Found> found,
            List<Boolean> moved,
            double weight,
            List<Hypothesis> into) {
        int m = moved.size();
        if (weight < 1e-3) {
            return;
        }
        if (m == named.size()) {
            orders(text, named, found, moved, weight, into);
            return;
        }
        double p = 0;
        if (found.get(m).kind() == TableWish.BLOCK) {
            boolean before = m > 0 && moved.get(m - 1);
            p = p(2, features.role(text, found, m, before))[1];
        }
        for (boolean role : new boolean[] {true, false}) {
            List<Boolean> more = new ArrayList<>(moved);
            more.add(role);
            roles(text, named, found, more, weight * (role ? p : 1 - p), into);
        }
    }

    /** Every order of the steps, each with its probability. */
    private void orders(
            InstructionText text,
            List<Named> named,
            List<Found> found,
            List<Boolean> moved,
            double weight,
            List<Hypothesis> into) {
        List<Group> groups = groups(found, moved);
        if (groups == null) {
            groups = partial(found, moved);
            weight *= SENSELESS;
        }
        int n = groups.size();
        if (n == 0) {
            return;
        }
        double[] inverted = new double[n - 1];
        for (int g = 0; g + 1 < n; g++) {
            inverted[g] = p(
                    3,
                    features.order(
                            text,
                            found,
                            groups.get(g).mentions(),
                            groups.get(g + 1).mentions()))[1];
        }
        for (int mask = 0; mask < 1 << n - 1; mask++) {
            double p = weight;
            List<Group> order = new ArrayList<>(groups);
            for (int g = 0; g + 1 < n; g++) {
                boolean swap = (mask >> g & 1) == 1;
                p *= swap ? inverted[g] : 1 - inverted[g];
                if (swap) {
                    order.set(g, groups.get(g + 1));
                    order.set(g + 1, groups.get(g));
                }
            }
            // Two neighbouring inversions share a step and have no meaning of their own.
            if ((mask & mask >> 1) == 0) {
                into.add(new Hypothesis(steps(named, order), p));
            }
        }
    }

    private static List<Step> steps(List<Named> named, List<Group> groups) {
        List<Step> steps = new ArrayList<>();
        for (Group group : groups) {
            Named moved = named.get(group.moved);
            for (int copy = 0; copy < TableWish.count(moved.found.quality()); copy++) {
                steps.add(new Step(moved, named.get(group.target), copy));
            }
        }
        return steps;
    }

    /** What is moved with its target: that which follows, or one that came before and has none yet; null where one is left over. */
    private static @Nullable List<Group> groups(List<Found> found, List<Boolean> moved) {
        List<Group> groups = new ArrayList<>();
        List<Integer> waiting = new ArrayList<>();
        int free = -1;
        boolean leftOver = false;
        for (int m = 0; m < found.size(); m++) {
            if (found.get(m).kind() == TableWish.IT) {
                continue;
            }
            if (moved.get(m)) {
                if (free >= 0) {
                    groups.add(new Group(m, free));
                    free = -1;
                } else {
                    waiting.add(m);
                }
            } else if (waiting.isEmpty()) {
                leftOver |= free >= 0;
                free = m;
            } else {
                for (int block : waiting) {
                    groups.add(new Group(block, m));
                }
                waiting.clear();
            }
        }
        return leftOver || free >= 0 || !waiting.isEmpty() || groups.isEmpty() ? null : groups;
    }

    /** The groups of the mentions that have one, where some have none: the longest beginning that makes sense. */
    private static List<Group> partial(List<Found> found, List<Boolean> moved) {
        for (int n = found.size() - 1; n >= 2; n--) {
            List<Group> groups = groups(found.subList(0, n), moved.subList(0, n));
            if (groups != null) {
                return groups;
            }
        }
        return List.of();
    }

    private double[] p(int head, float[] row) {
        return Arrays.stream(heads.get(head).logProbs(row)).map(Math::exp).toArray();
    }

    private static int argMax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    /** The rows on which a head is fitted; equal rows count once a label. */
    private static final class Rows {
        private final Map<List<Object>, float[]> rows = new LinkedHashMap<>();

        void add(float[] row, int label) {
            rows.putIfAbsent(List.of(Arrays.hashCode(row), label, row.length), row);
        }

        EncoderHead fit(int classes, EncoderHead.Config config) {
            int[] labels =
                    rows.keySet().stream().mapToInt(key -> (int) key.get(1)).toArray();
            return EncoderHead.fit(rows.values().toArray(new float[0][]), labels, classes, config);
        }
    }
}
