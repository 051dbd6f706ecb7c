package io.github.rlllm.rlplusllm.monologue;

import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Says whether a skill did what it was meant to: a camera with a classifier, a gripper that feels whether it holds
 * something.
 *
 * @param <S> the type of the state
 */
@FunctionalInterface
public interface SuccessDetector<S> {
    /**
     * Whether it looks like a success.
     *
     * @param attempt a skill that ran to its end
     * @return what the planner is told, right or wrong
     */
    boolean succeeded(Attempt<S> attempt);

    /**
     * What the skill itself says.
     *
     * @param <S> the type of the state
     * @return the detector
     */
    static <S> SuccessDetector<S> own() {
        return attempt -> attempt.own().success();
    }

    /**
     * The control: it looks at nothing.
     *
     * @param <S> the type of the state
     * @return a detector that always says true
     */
    static <S> SuccessDetector<S> always() {
        return attempt -> true;
    }

    /**
     * A detector that errs at declared rates, independently at each attempt.
     *
     * @param <S> the type of the state
     * @param truth what is right
     * @param falsePositive the probability that it says true of a failure, from 0 to 1
     * @param falseNegative the probability that it says false of a success, from 0 to 1
     * @param rng decides which attempts it errs in; one number an attempt
     * @return the detector, as thread-safe as the generator
     * @throws IllegalArgumentException if a rate is not a probability
     */
    static <S> SuccessDetector<S> erring(
            SuccessDetector<S> truth, double falsePositive, double falseNegative, RandomGenerator rng) {
        Objects.requireNonNull(truth, "truth");
        Objects.requireNonNull(rng, "rng");
        checked("falsePositive", falsePositive);
        checked("falseNegative", falseNegative);
        return attempt -> {
            boolean right = truth.succeeded(attempt);
            boolean errs = rng.nextDouble() < (right ? falseNegative : falsePositive);
            return right != errs;
        };
    }

    private static void checked(String name, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(name + ": " + rate + " (expected: from 0 to 1)");
        }
    }
}
