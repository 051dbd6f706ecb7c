package io.github.rlllm.engine.world.house;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.learner.Isotonic;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The skills of the house as one learned network: a policy over primitive actions for every goal, and calibrated
 * affordances. Immutable and thread-safe.
 *
 * <p>The policy is Boltzmann in the values relative to the best of them, {@code exp(Q(a) / (t max Q))} with
 * t = {@value #TEMPERATURE}: nearly greedy, but an agent whose map teaches it nothing new does not go round in circles
 * for ever. The affordance is {@code max_a Q}, which is discounted, made a probability by isotonic regression on
 * layouts kept apart, one function a kind of skill.
 */
public final class HouseSkills implements SkillRunner {
    /** See the class. */
    public static final double TEMPERATURE = 0.015;

    private static final int CALIBRATION_EPISODES = 200;
    private static final double LEAST_VALUE = 1e-3;
    private static final int MAGIC = 0x484f5553;
    private static final List<Integer> ACTIONS = List.of(0, 1, 2, 3, 4, 5);
    private static final SkillGoal.Kind[] KINDS = SkillGoal.Kind.values();

    private final Mlp net;
    private final Map<SkillGoal.Kind, Isotonic> calibration;
    private final Policy<float[], Integer> policy;

    private HouseSkills(Mlp net, Map<SkillGoal.Kind, Isotonic> calibration) {
        this.net = net;
        this.calibration = calibration;
        policy = observation -> distribution(net.forward(observation));
    }

    /**
     * Learns the skills on training layouts, then calibrates.
     *
     * @param config how
     * @param houses what houses are learned in
     * @param remembers whether the observation draws on all past views, or on the present one alone
     * @param seed decides everything
     * @param progress where it says how far it is
     * @param control where it looks whether to stop early; what was learned until then is answered,
     *     not calibrated
     * @return the skills
     */
    public static HouseSkills learn(
            HindsightConfig config,
            HouseConfig houses,
            boolean remembers,
            long seed,
            Progress progress,
            Control control) {
        return learn(config, houses, remembers, seed, CALIBRATION_EPISODES, progress, control);
    }

    static HouseSkills learn(
            HindsightConfig config,
            HouseConfig houses,
            boolean remembers,
            long seed,
            int episodes,
            Progress progress,
            Control control) {
        HindsightDqn dqn = learner(config, houses, remembers, seed);
        dqn.learn(config.updates(), progress, control);
        return control.cancelled()
                ? new HouseSkills(dqn.net(), Map.of())
                : calibrated(dqn.net(), remembers, episodes, SeededRandom.of(seed, "calibration"));
    }

    /**
     * The learner of the skills, for a loop of one's own, such as one that keeps checkpoints.
     *
     * @param config how
     * @param houses what houses are learned in
     * @param remembers whether the observation draws on all past views, or on the present one alone
     * @param seed decides everything
     * @return the learner before its first update; {@link #calibrated} makes skills of what it learned
     */
    public static HindsightDqn learner(HindsightConfig config, HouseConfig houses, boolean remembers, long seed) {
        return new HindsightDqn(config, () -> new HouseGoals(houses, remembers), seed);
    }

    /**
     * The skills of a network that has learned.
     *
     * @param learned by {@link #learner} with the same flag and seed
     * @param remembers whether the observation draws on all past views, or on the present one alone
     * @param seed decides the layouts of the calibration
     * @return the skills
     */
    public static HouseSkills calibrated(Mlp learned, boolean remembers, long seed) {
        return calibrated(learned, remembers, CALIBRATION_EPISODES, SeededRandom.of(seed, "calibration"));
    }

    /** Fits success on value over attempts at any goal, possible or not, in four-room training layouts. */
    private static HouseSkills calibrated(Mlp net, boolean remembers, int episodes, SeededRandom rng) {
        HouseSkills skills = new HouseSkills(net, Map.of());
        House house = new House(HouseConfig.defaults(), remembers, House.LIMIT);
        Map<SkillGoal.Kind, Isotonic> calibration = new EnumMap<>(SkillGoal.Kind.class);
        for (SkillGoal.Kind kind : KINDS) {
            double[] values = new double[episodes];
            boolean[] reached = new boolean[episodes];
            for (int i = 0; i < episodes; i++) {
                HouseTask task = HouseTask.any(keptApart(rng), HouseConfig.defaults(), kind);
                house.begin(task.start());
                values[i] = skills.value(house, task.goal());
                reached[i] = skills.execute(house, task.goal(), rng, Control.none());
            }
            calibration.put(kind, Isotonic.fit(values, reached));
        }
        return new HouseSkills(net, calibration);
    }

    /** The seed of a layout that is neither learned in nor evaluated on. */
    private static long keptApart(RandomGenerator rng) {
        return (long) HouseLayout.TRAINED + rng.nextInt(Integer.MAX_VALUE - HouseLayout.TRAINED);
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
     * The policy: from {@link House#observation} to the number of a {@link HouseAction}.
     *
     * @return a thread-safe policy
     */
    public Policy<float[], Integer> policy() {
        return policy;
    }

    @Override
    public boolean execute(House house, SkillGoal goal, RandomGenerator rng, Control control) {
        float[] observation = house.pursue(goal);
        while (!house.over() && !control.cancelled()) {
            observation = house.step(policy.at(observation).sample(rng)).observation();
        }
        return house.state().achieved(goal);
    }

    @Override
    public double affordance(House house, SkillGoal goal) {
        if (house.state().achieved(goal)) {
            return 1;
        }
        Isotonic fitted = calibration.get(goal.kind());
        double value = value(house, goal);
        return fitted == null ? Math.max(0, Math.min(1, value)) : fitted.at(value);
    }

    /** The greatest value of an action, not calibrated: gamma to the steps that are left, if all goes well. */
    double value(House house, SkillGoal goal) {
        double best = Double.NEGATIVE_INFINITY;
        for (float q : net.forward(house.observation(goal))) {
            best = Math.max(best, q);
        }
        return best;
    }

    /**
     * The skills as bytes.
     *
     * @return network and calibration; the array belongs to the caller
     */
    public byte[] save() {
        int[] sizes = net.sizes();
        float[] parameters = net.parameters();
        List<double[]> knots = new ArrayList<>();
        int doubles = 0;
        for (SkillGoal.Kind kind : KINDS) {
            Isotonic fitted = calibration.get(kind);
            knots.add(fitted == null ? new double[0] : fitted.knots());
            doubles += knots.get(knots.size() - 1).length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(
                Integer.BYTES * (2 + sizes.length + parameters.length + KINDS.length) + Double.BYTES * doubles);
        bytes.putInt(MAGIC).putInt(sizes.length);
        for (int size : sizes) {
            bytes.putInt(size);
        }
        for (float parameter : parameters) {
            bytes.putFloat(parameter);
        }
        for (double[] of : knots) {
            bytes.putInt(of.length);
            for (double knot : of) {
                bytes.putDouble(knot);
            }
        }
        return bytes.array();
    }

    /**
     * Puts back what {@link #save} gave.
     *
     * @param saved the bytes
     * @return the skills
     * @throws IllegalArgumentException if they are not skills of this kind of house
     */
    public static HouseSkills restore(byte[] saved) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(saved);
            require(bytes.getInt() == MAGIC, saved);
            int[] sizes = new int[bytes.getInt()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = bytes.getInt();
            }
            require(sizes[0] == HouseObservation.SIZE, saved);
            Mlp net = new Mlp(Kernels.fastest(), Mlp.Activation.RELU, sizes);
            float[] parameters = new float[net.parameterCount()];
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] = bytes.getFloat();
            }
            net.setParameters(parameters);
            Map<SkillGoal.Kind, Isotonic> calibration = new EnumMap<>(SkillGoal.Kind.class);
            for (SkillGoal.Kind kind : KINDS) {
                double[] knots = new double[bytes.getInt()];
                for (int i = 0; i < knots.length; i++) {
                    knots[i] = bytes.getDouble();
                }
                if (knots.length > 0) {
                    calibration.put(kind, Isotonic.of(knots));
                }
            }
            return new HouseSkills(net, calibration);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("skills: " + saved.length + " bytes (expected: what save() gave)", e);
        }
    }

    private static void require(boolean holds, byte[] saved) {
        if (!holds) {
            throw new IllegalArgumentException("skills: " + saved.length + " bytes (expected: what save() gave)");
        }
    }
}
