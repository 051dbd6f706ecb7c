package io.github.rlllm.examples.plan;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the study: what the planner is told, and by how good a detector.
 *
 * @param name the row's name
 * @param reader who chooses the next line
 * @param success whether success is detected
 * @param scene whether the scene is described after every skill
 * @param asks whether a person is asked
 * @param falsePositive the probability that a failure is called a success
 * @param falseNegative the probability that a success is called a failure
 */
record MonologueArm(
        String name,
        Reader reader,
        boolean success,
        boolean scene,
        boolean asks,
        double falsePositive,
        double falseNegative) {
    /** Who chooses the next line. */
    enum Reader {
        /** {@link io.github.rlllm.rlplusllm.monologue.ScriptedReader}. */
        SCRIPTED,
        /** No text at all: the true state at every step. */
        ORACLE,
        /** Every line is equally likely. */
        RANDOM,
        /** {@link TableUnderstanding} reads the instruction, the scripted reader what was told since. */
        HEAD,
        /** The model of {@code --model}. */
        CHOSEN
    }

    /** The errors of the detector in the main rows. */
    static final double ERROR = 0.05;

    static final MonologueArm OPEN = scripted("open loop", false, false, false);
    static final MonologueArm SUCCESS = scripted("success", true, false, false);
    static final MonologueArm SCENE = scripted("scene", false, true, false);
    static final MonologueArm ASKED = scripted("asked person", false, false, true);
    static final MonologueArm FULL = scripted("success, scene, asked person", true, true, true);
    static final MonologueArm ALWAYS = SUCCESS.with("success, detector always true", 1, 0);
    static final MonologueArm ORACLE = new MonologueArm("oracle planner", Reader.ORACLE, false, false, false, 0, 0);
    static final MonologueArm RANDOM = new MonologueArm("random lines", Reader.RANDOM, false, false, true, 0, 0);

    /** Who reads in the rows of the head. */
    static final String FITTED = "fitted head";

    /** The rates of the curves. */
    static final List<Double> RATES = List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5);

    /** The rows of every run. */
    static List<MonologueArm> all() {
        return List.of(OPEN, SUCCESS, SCENE, ASKED, FULL, ALWAYS, ORACLE, RANDOM);
    }

    /** Open loop, success detection and all feedback under another reader. */
    static List<MonologueArm> under(Reader reader, String who) {
        return Stream.of(OPEN, SUCCESS, FULL)
                .map(arm -> new MonologueArm(
                        who + ", " + arm.name,
                        reader,
                        arm.success,
                        arm.scene,
                        arm.asks,
                        arm.falsePositive,
                        arm.falseNegative))
                .toList();
    }

    private static MonologueArm scripted(String name, boolean success, boolean scene, boolean asks) {
        return new MonologueArm(name, Reader.SCRIPTED, success, scene, asks, ERROR, ERROR);
    }

    /** The same with other errors. */
    MonologueArm with(String newName, double positives, double negatives) {
        return new MonologueArm(newName, reader, success, scene, asks, positives, negatives);
    }
}
