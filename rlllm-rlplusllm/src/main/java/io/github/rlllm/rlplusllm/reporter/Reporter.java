package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.world.secret.Property;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Says in words what the Actor saw when it examined an object: the only thing that the Planner learns of the room.
 * Thread-safe.
 */
@FunctionalInterface
public interface Reporter {
    /** What a Reporter can say of an object; the meaning lies in the words, as the Planner reads them. */
    enum Sentence {
        /** That it is good. */
        GOOD,
        /** That it is toxic. */
        TOXIC,
        /** That it is there: true and of no use. */
        THERE;

        /**
         * The sentence.
         *
         * @param object what it is about, such as {@code red ball}
         * @return such as {@code the red ball is good}
         */
        public String about(String object) {
            return "the " + object + " is " + (this == THERE ? "here" : name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * What to say.
     *
     * @param texture the 3 x 3 pixels that examining showed, row by row, each in [0, 1]
     * @param rng the source of randomness
     * @return the sentence
     */
    Sentence report(float[] texture, RandomGenerator rng);

    /**
     * Says what is so, as somebody does who knows what textures mean.
     *
     * @return the reporter
     */
    static Reporter truthful() {
        return (texture, rng) -> SecretView.meaning(texture) == Property.GOOD ? Sentence.GOOD : Sentence.TOXIC;
    }

    /**
     * Says the opposite of what is so with a probability, each time anew.
     *
     * @param wrong the probability, from 0 to 1
     * @return the reporter
     * @throws IllegalArgumentException if the probability is outside its range
     */
    static Reporter noisy(double wrong) {
        if (!(wrong >= 0 && wrong <= 1)) {
            throw new IllegalArgumentException("wrong: " + wrong + " (expected: from 0 to 1)");
        }
        return (texture, rng) -> {
            boolean good = SecretView.meaning(texture) == Property.GOOD;
            boolean errs = rng.nextDouble() < wrong;
            return good != errs ? Sentence.GOOD : Sentence.TOXIC;
        };
    }

    /**
     * Says the same of everything.
     *
     * @param sentence what it says
     * @return the reporter
     */
    static Reporter constant(Sentence sentence) {
        Objects.requireNonNull(sentence, "sentence");
        return (texture, rng) -> sentence;
    }

    /**
     * Draws its sentence from a policy, such as one that the task's reward trains.
     *
     * @param policy from the 9 pixels to the number of a {@link Sentence}
     * @return the reporter
     */
    static Reporter of(Policy<float[], Integer> policy) {
        Objects.requireNonNull(policy, "policy");
        return (texture, rng) -> Sentence.values()[policy.at(texture).sample(rng)];
    }
}
