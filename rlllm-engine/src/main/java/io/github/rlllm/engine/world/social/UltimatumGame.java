package io.github.rlllm.engine.world.social;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The Ultimatum game, seen by the responder: a proposer divides a sum; who accepts gets the share, who rejects leaves both
 * with nothing. An episode is one decision. Observations are {@code float[3]} in [0, 1]: the responder's share of the sum,
 * and {@code log10(1 + dollars) / 4} of the proposer's and of the responder's part. Actions: 0 rejects, 1 accepts. The
 * reward is the responder's gain in dollars. Confined to one thread.
 */
public final class UltimatumGame implements Environment<float[], Integer> {
    /** The action that rejects. */
    public static final int REJECT = 0;
    /** The action that accepts. */
    public static final int ACCEPT = 1;
    /** The greatest sum, in cents. */
    public static final long GREATEST = 999_900;

    private static final Space.Box OBSERVATIONS = Space.box(0, 1, 3);
    private static final Space.Discrete ACTIONS = Space.discrete(2);

    /**
     * How a sum is to be divided.
     *
     * @param proposer what the proposer keeps, in cents, at least 0
     * @param responder what the responder gets, in cents, at least 0
     */
    public record Proposal(long proposer, long responder) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is negative, or the sum is 0 or above {@link #GREATEST}
         */
        public Proposal {
            if (proposer < 0 || responder < 0 || proposer + responder < 1 || proposer + responder > GREATEST) {
                throw new IllegalArgumentException("proposer, responder: " + proposer + ", " + responder
                        + " cents (expected: each >= 0, together from 1 to " + GREATEST + ")");
            }
        }

        /**
         * The sum that is divided.
         *
         * @return cents
         */
        public long total() {
            return proposer + responder;
        }

        /**
         * The responder's share of the sum.
         *
         * @return from 0 to 1
         */
        public double share() {
            return (double) responder / total();
        }

        /**
         * What the responder sees.
         *
         * @return {@code float[3]}, see {@link UltimatumGame}
         */
        public float[] observation() {
            return new float[] {(float) share(), scaled(proposer), scaled(responder)};
        }

        private static float scaled(long cents) {
            return (float) (Math.log10(1 + cents / 100.0) / 4);
        }
    }

    /**
     * What came of an episode.
     *
     * @param proposal what was proposed
     * @param accepted whether the responder accepted
     */
    public record Outcome(Proposal proposal, boolean accepted) {}

    private final List<Proposal> proposals;
    private @Nullable Proposal proposal;
    private @Nullable Outcome outcome;

    /**
     * A game.
     *
     * @param proposals an episode draws one of these, each with the same probability; at least one
     * @throws IllegalArgumentException if there is none
     */
    public UltimatumGame(List<Proposal> proposals) {
        if (proposals.isEmpty()) {
            throw new IllegalArgumentException("proposals: none (expected: at least one)");
        }
        this.proposals = List.copyOf(proposals);
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    @Override
    public float[] reset(long seed) {
        Proposal drawn = proposals.get(new SplittableRandom(seed).nextInt(proposals.size()));
        proposal = drawn;
        return drawn.observation();
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (action != REJECT && action != ACCEPT) {
            throw new IllegalArgumentException("UltimatumGame.step: action " + action + " (expected: 0 or 1)");
        }
        Proposal seen = proposal;
        if (seen == null) {
            throw new IllegalStateException("UltimatumGame.step: no episode is running (expected: reset first)");
        }
        proposal = null;
        outcome = new Outcome(seen, action == ACCEPT);
        return new Step<>(seen.observation(), action == ACCEPT ? seen.responder() / 100.0 : 0, Ending.TERMINATED);
    }

    /**
     * What came of the newest episode that ended.
     *
     * @return proposal and decision
     * @throws IllegalStateException if none has ended
     */
    public Outcome outcome() {
        Outcome last = outcome;
        if (last == null) {
            throw new IllegalStateException("UltimatumGame.outcome: no episode has ended");
        }
        return last;
    }
}
