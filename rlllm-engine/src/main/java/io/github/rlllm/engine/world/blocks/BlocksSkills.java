package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.learner.Isotonic;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Pick and place as one learned network: a policy over the gripper's actions for every goal, and calibrated affordances.
 * Immutable and thread-safe.
 *
 * <p>The policy is Boltzmann in the values relative to the best of them, {@code exp(Q(a) / (t max Q))} with
 * t = {@value #TEMPERATURE}: nearly greedy. The affordance is {@code max_a Q}, which is discounted, made a probability by
 * isotonic regression on rollouts in tables kept apart.
 */
public final class BlocksSkills implements BlocksRunner {
    /** See the class. */
    public static final double TEMPERATURE = 0.015;

    private static final int CALIBRATION_EPISODES = 1500;
    private static final double LEAST_VALUE = 1e-3;
    private static final List<Integer> ACTIONS =
            IntStream.range(0, BlocksAction.all().size()).boxed().toList();

    private final Mlp net;
    private final @Nullable Isotonic calibration;
    private final Policy<float[], Integer> policy;

    private BlocksSkills(Mlp net, @Nullable Isotonic calibration) {
        this.net = net;
        this.calibration = calibration;
        policy = observation -> distribution(net.forward(observation));
    }

    /**
     * What one core learns in well under half a minute.
     *
     * @return width 64, discount .97, rate 1e-3, batch 128, 50,000 updates, 16 worlds
     */
    public static HindsightConfig config() {
        return new HindsightConfig(64, .97, 1e-3, 128, 50_000, 16, 100_000, .4);
    }

    /**
     * Learns the skills, then calibrates.
     *
     * @param config how
     * @param table noise and the limit of the calibration's attempts; the adversary takes no part
     * @param seed decides everything
     * @param progress where it says how far it is
     * @param control where it looks whether to stop early; what was learned until then is answered, not calibrated
     * @return the skills
     */
    public static BlocksSkills learn(
            HindsightConfig config, BlocksConfig table, long seed, Progress progress, Control control) {
        HindsightDqn dqn = learner(config, table, seed);
        dqn.learn(config.updates(), progress, control);
        return control.cancelled() ? new BlocksSkills(dqn.net(), null) : calibrated(dqn.net(), table, seed);
    }

    /**
     * The learner of the skills, for a loop of one's own, such as one that keeps checkpoints.
     *
     * @param config how
     * @param table noise
     * @param seed decides everything
     * @return the learner before its first update; {@link #calibrated} makes skills of what it learned
     */
    public static HindsightDqn learner(HindsightConfig config, BlocksConfig table, long seed) {
        return new HindsightDqn(config, () -> new BlocksGoals(table), seed);
    }

    /**
     * The skills of a network that has learned.
     *
     * @param learned by {@link #learner} with the same table and seed
     * @param table noise and the limit of the calibration's attempts
     * @param seed decides the tables of the calibration
     * @return the skills
     */
    public static BlocksSkills calibrated(Mlp learned, BlocksConfig table, long seed) {
        BlocksSkills skills = new BlocksSkills(learned, null);
        SeededRandom rng = SeededRandom.of(seed, "tabletop calibration");
        Attempts attempts = skills.attempts(table, CALIBRATION_EPISODES, rng);
        return new BlocksSkills(learned, Isotonic.fit(attempts.predicted, attempts.reached));
    }

    /**
     * What was predicted before each attempt and whether it succeeded.
     *
     * @param predicted the affordance, or where the skills are not calibrated the value
     * @param reached whether the goal was reached
     */
    public record Attempts(double[] predicted, boolean[] reached) {}

    /**
     * Attempts at goals that may be impossible, each on a table of its own.
     *
     * @param table noise and limit
     * @param episodes at least 1
     * @param rng draws tables, goals and actions
     * @return one prediction and one outcome an episode
     */
    public Attempts attempts(BlocksConfig table, int episodes, RandomGenerator rng) {
        Blocks world = new Blocks(table.withDisturbance(0));
        double[] predicted = new double[episodes];
        boolean[] reached = new boolean[episodes];
        for (int i = 0; i < episodes; i++) {
            PickPlace goal = null;
            while (goal == null) {
                world.begin(BlocksScene.draw(rng, Map.of()), rng.nextLong());
                goal = Blocks.drawGoal(world.state(), rng);
            }
            predicted[i] = affordance(world, goal);
            reached[i] = execute(world, goal, rng, Control.none());
        }
        return new Attempts(predicted, reached);
    }

    @Override
    public boolean execute(Blocks table, PickPlace goal, RandomGenerator rng, Control control) {
        float[] observation = table.pursue(goal);
        while (!table.over() && !control.cancelled()) {
            observation = table.step(policy.at(observation).sample(rng)).observation();
        }
        boolean reached = table.state().achieved(goal);
        if (!reached) {
            table.letGo();
        }
        return reached;
    }

    /** {@inheritDoc} Where the skills are not calibrated, the value cut to the range from 0 to 1. */
    @Override
    public double affordance(Blocks table, PickPlace goal) {
        if (table.state().achieved(goal)) {
            return 1;
        }
        if (!table.state().admits(goal)) {
            return 0;
        }
        double value = value(table, goal);
        return calibration == null ? Math.max(0, Math.min(1, value)) : calibration.at(value);
    }

    /**
     * The policy: from {@link Blocks#observation} to the number of a {@link BlocksAction}.
     *
     * @return a thread-safe policy
     */
    public Policy<float[], Integer> policy() {
        return policy;
    }

    /** The greatest value of an action: gamma to the steps that are left, times the chance of success. */
    private double value(Blocks table, PickPlace goal) {
        double best = Double.NEGATIVE_INFINITY;
        for (float q : net.forward(table.observation(goal))) {
            best = Math.max(best, q);
        }
        return best;
    }

    private static Finite<Integer> distribution(float[] q) {
        double best = q[0];
        for (float value : q) {
            best = Math.max(best, value);
        }
        double[] logits = new double[q.length];
        for (int a = 0; a < q.length; a++) {
            logits[a] = (q[a] - best) / (TEMPERATURE * Math.max(LEAST_VALUE, best));
        }
        return Finite.softmax(ACTIONS, logits);
    }

    /**
     * The skills as bytes.
     *
     * @return network and calibration; the array belongs to the caller
     */
    public byte[] save() {
        long[] sizes = IntStream.of(net.sizes()).asLongStream().toArray();
        return new Checkpoint.Builder()
                .longs("sizes", sizes)
                .floats("net", net.parameters())
                .doubles("calibration", calibration == null ? new double[0] : calibration.knots())
                .build()
                .encode();
    }

    /**
     * Puts back what {@link #save} gave.
     *
     * @param saved the bytes
     * @return the skills
     * @throws IllegalArgumentException if they are not skills of this table
     */
    public static BlocksSkills restore(byte[] saved) {
        Checkpoint from = Checkpoint.ofState(saved);
        long[] sizes = from.longs("sizes");
        if (sizes.length < 2 || sizes[0] != BlocksObservation.SIZE || sizes[sizes.length - 1] != ACTIONS.size()) {
            throw new IllegalArgumentException("skills: a network of other sizes (expected: " + BlocksObservation.SIZE
                    + " inputs, " + ACTIONS.size() + " outputs)");
        }
        int[] layers = LongStream.of(sizes).mapToInt(Math::toIntExact).toArray();
        Mlp net = new Mlp(Kernels.fastest(), Mlp.Activation.RELU, layers);
        net.setParameters(from.floats("net"));
        double[] knots = from.doubles("calibration");
        return new BlocksSkills(net, knots.length == 0 ? null : Isotonic.of(knots));
    }
}
