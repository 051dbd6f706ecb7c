package io.github.rlllm.examples.learn;

import java.util.List;
import java.util.Locale;

/**
 * The settings of the methods at equal compute: every method has three, which {@code rlllm run rl-against-non-rl-trials} tries
 * on the seeds 101 and 102 and on development prompts, and of which the one with the best mean true score there is used by
 * {@code rlllm run rl-against-non-rl}. This is the one place in which they stand.
 */
final class MethodTrials {
    static final String SFT = "SFT on the preferred replies";
    static final String BEST = "best of n";
    static final String FILTERING = "filtering";
    static final String WEIGHTED = "reward-weighted regression";
    static final String CONDITIONAL = "conditional alignment";
    static final String DPO = "DPO";
    static final String PPO = "PPO";
    static final String GRPO = "GRPO";
    static final String RLOO = "RLOO";

    /** Settings that each method has. */
    static final int EACH = 3;

    private static final double TEXT_RATE = 1e-3;
    private static final double RATE = 5e-4;

    private MethodTrials() {}

    /**
     * One setting.
     *
     * @param rate learning rate at the start; NaN where nothing is learned
     * @param strength what the method has besides; NaN where it has nothing
     */
    record Setting(double rate, double strength) {}

    /**
     * A method.
     *
     * @param name the row of the table
     * @param learns whether it is reinforcement learning
     * @param strength what {@link Setting#strength} is called
     * @param trials its settings
     * @param chosen the number of the best of them on the development seeds, from 0
     */
    record Method(String name, boolean learns, String strength, List<Setting> trials, int chosen) {
        Method {
            if (trials.size() != EACH || chosen < 0 || chosen >= EACH) {
                throw new IllegalArgumentException(
                        name + ": trials " + trials.size() + ", chosen " + chosen + " (expected: 3 and one of them)");
            }
        }

        Setting setting() {
            return trials.get(chosen);
        }

        /** A setting as the report names it. */
        String named(Setting setting) {
            String rate = Double.isNaN(setting.rate) ? "" : String.format(Locale.ROOT, "rate %.0e", setting.rate);
            String other = Double.isNaN(setting.strength)
                    ? ""
                    : String.format(Locale.ROOT, "%s %s", strength, setting.strength);
            return rate.isEmpty() || other.isEmpty() ? rate + other : rate + ", " + other;
        }
    }

    private static final List<Method> METHODS = List.of(
            new Method(SFT, false, "", rates(5e-4, 1e-3, 2e-3), 1),
            new Method(BEST, false, "passes of the reward model", strengths(Double.NaN, 1, 2, 4), 2),
            new Method(FILTERING, false, "share", strengths(TEXT_RATE, 0.1, 0.2, 0.4), 2),
            new Method(WEIGHTED, false, "beta", strengths(TEXT_RATE, 0.25, 0.5, 1), 0),
            new Method(
                    CONDITIONAL,
                    false,
                    "asked",
                    List.of(new Setting(2e-3, 1), new Setting(4e-3, 1), new Setting(4e-3, 1.5)),
                    1),
            new Method(
                    DPO,
                    false,
                    "beta",
                    List.of(new Setting(2e-5, 0.1), new Setting(5e-5, 0.1), new Setting(1e-4, 0.3)),
                    2),
            new Method(PPO, true, "beta", strengths(RATE, 0.1, 0.2, 0.4), 1),
            new Method(GRPO, true, "beta", strengths(RATE, 0.2, 0.5, 1), 1),
            new Method(RLOO, true, "beta", strengths(RATE, 0.1, 0.2, 0.4), 1));

    private static List<Setting> rates(double one, double two, double three) {
        return List.of(new Setting(one, Double.NaN), new Setting(two, Double.NaN), new Setting(three, Double.NaN));
    }

    private static List<Setting> strengths(double rate, double one, double two, double three) {
        return List.of(new Setting(rate, one), new Setting(rate, two), new Setting(rate, three));
    }

    /** All methods, in the order of the table. */
    static List<Method> methods() {
        return METHODS;
    }

    /** The method of a name. */
    static Method of(String name) {
        return METHODS.stream()
                .filter(method -> method.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("method: " + name + " (expected: one of the table)"));
    }
}
