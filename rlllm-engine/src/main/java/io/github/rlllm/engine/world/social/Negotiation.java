package io.github.rlllm.engine.world.social;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Two divide one book, two hats and two balls, in the manner of DealOrNoDeal (Lewis et al. 2017) but small: each has
 * values of their own for the things, 10 points for all of them together, and knows only those. The partner, a program,
 * opens with an offer; then in each of at most {@link #TURNS} turns the agent accepts the partner's offer or makes one, and
 * the partner accepts it where it is worth what the partner still asks for (7 points at first, one less a turn), or offers
 * anew. Without a deal nobody gets anything. The reward, at the end, is the agent's points; the ending of a dialogue
 * without a deal is a termination too.
 *
 * <p>Observations are {@code float[15]} in [0, 1]: the agent's values over 10; of each thing the share that the partner's
 * newest offer leaves to the agent, the share that the agent asked for last, and the share that it asked for before that;
 * whether there was a last and a one before; and the turn. Actions: 0 accepts, {@code 1 + i} asks for the i-th of the
 * {@link #OFFERS}. Confined to one thread.
 */
public final class Negotiation implements Environment<float[], Integer> {
    /** The most turns of the agent. */
    public static final int TURNS = 4;
    /** The action that accepts the partner's offer. */
    public static final int ACCEPT = 0;

    /** How many there are of each thing. */
    private static final int BOOKS = 1;

    private static final int HATS = 2;
    private static final int BALLS = 2;
    private static final int POINTS = 10;
    private static final int FIRST_ASKED = 7;

    /**
     * What the agent would get; the partner gets the rest.
     *
     * @param books from 0 to 1
     * @param hats from 0 to 2
     * @param balls from 0 to 2
     */
    public record Share(int books, int hats, int balls) {
        private int worth(int[] values) {
            return books * values[0] + hats * values[1] + balls * values[2];
        }

        private Share rest() {
            return new Share(BOOKS - books, HATS - hats, BALLS - balls);
        }

        /**
         * The share in words.
         *
         * @return such as {@code 1 book, 2 hats and 0 balls}
         */
        public String words() {
            return books + (books == 1 ? " book, " : " books, ") + hats + (hats == 1 ? " hat" : " hats") + " and "
                    + balls + (balls == 1 ? " ball" : " balls");
        }
    }

    /** What can be asked for, by index. */
    public static final List<Share> OFFERS = offers();

    private static List<Share> offers() {
        List<Share> all = new ArrayList<>();
        for (int books = 0; books <= BOOKS; books++) {
            for (int hats = 0; hats <= HATS; hats++) {
                for (int balls = 0; balls <= BALLS; balls++) {
                    all.add(new Share(books, hats, balls));
                }
            }
        }
        return List.copyOf(all);
    }

    /**
     * What came of an episode.
     *
     * @param opening what the partner's first offer leaves to the agent
     * @param asked what the agent asked for, in order
     * @param answers what the partner's offers after each of these leave to the agent; one less than {@code asked} where
     *     the partner accepted the last, or as many
     * @param deal whether they agreed
     * @param points the agent's points, 0 without a deal
     * @param partnerPoints the partner's points, 0 without a deal
     */
    public record Dialogue(
            Share opening, List<Share> asked, List<Share> answers, boolean deal, int points, int partnerPoints) {
        /** Copies. */
        public Dialogue {
            asked = List.copyOf(asked);
            answers = List.copyOf(answers);
        }

        /**
         * The dialogue as one reads it.
         *
         * @return a line each for what was said, and one for what came of it
         */
        public String text() {
            StringBuilder text = new StringBuilder();
            offer(text, opening);
            for (int i = 0; i < asked.size(); i++) {
                text.append("Alice: I want ").append(asked.get(i).words()).append(".\n");
                if (i < answers.size()) {
                    offer(text, answers.get(i));
                }
            }
            if (deal) {
                text.append(asked.size() == answers.size() ? "Alice" : "Bob").append(": Deal.\n");
                text.append("Agreement. Alice gets ").append(points).append(" points, Bob gets ");
                text.append(partnerPoints).append(" points.");
            } else {
                text.append("No agreement. Alice gets 0 points, Bob gets 0 points.");
            }
            return text.toString();
        }

        private static void offer(StringBuilder text, Share left) {
            text.append("Bob: You can have ").append(left.words()).append(".\n");
        }
    }

    /** How a user may want the agent to negotiate. */
    public enum Style {
        /** It makes at least two offers, and none twice. */
        VERSATILE,
        /** It makes a deal in which it gets fewer points than the partner. */
        PUSH_OVER,
        /** It makes a deal in which it gets more points than the partner. */
        COMPETITIVE,
        /** It makes at least two offers, all the same. */
        STUBBORN;

        /**
         * Whether a dialogue is in this style.
         *
         * @param dialogue what came of an episode
         * @return whether it is
         */
        public boolean met(Dialogue dialogue) {
            int distinct = new HashSet<>(dialogue.asked()).size();
            int asked = dialogue.asked().size();
            return switch (this) {
                case VERSATILE -> asked >= 2 && distinct == asked;
                case PUSH_OVER -> dialogue.deal() && dialogue.points() < dialogue.partnerPoints();
                case COMPETITIVE -> dialogue.deal() && dialogue.points() > dialogue.partnerPoints();
                case STUBBORN -> asked >= 2 && distinct == 1;
            };
        }
    }

    private static final Space.Box OBSERVATIONS = Space.box(0, 1, 15);
    private static final Space.Discrete ACTIONS = Space.discrete(1 + OFFERS.size());

    private int[] values = new int[3];
    private int[] partnerValues = new int[3];
    private Share opening = OFFERS.get(0);
    private final List<Share> asked = new ArrayList<>();
    private final List<Share> answers = new ArrayList<>();
    private boolean running;
    private boolean ended;
    private boolean deal;
    private Share got = OFFERS.get(0);

    /** Makes one; {@link #reset(long)} begins an episode. */
    public Negotiation() {}

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
        RandomGenerator rng = new SplittableRandom(seed);
        values = values(rng);
        partnerValues = values(rng);
        asked.clear();
        answers.clear();
        opening = offer(0);
        running = true;
        ended = false;
        return observation();
    }

    /** Values of at least 0 that give 10 points for everything. */
    private static int[] values(RandomGenerator rng) {
        while (true) {
            int hat = rng.nextInt(POINTS / HATS + 1);
            int ball = rng.nextInt(POINTS / BALLS + 1);
            int book = POINTS - HATS * hat - BALLS * ball;
            if (book >= 0) {
                return new int[] {book, hat, ball};
            }
        }
    }

    /** What the partner asks for after a number of turns, in points. */
    private int askedFor(int turn) {
        return FIRST_ASKED - turn;
    }

    /** Of all offers that give the partner what it asks for, the one that leaves most things to the agent. */
    private Share offer(int turn) {
        Share best = OFFERS.get(0);
        int most = -1;
        for (Share share : OFFERS) {
            int things = share.books() + share.hats() + share.balls();
            if (share.rest().worth(partnerValues) >= askedFor(turn) && things > most) {
                best = share;
                most = things;
            }
        }
        return best;
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (action < 0 || action >= ACTIONS.n()) {
            throw new IllegalArgumentException(
                    "Negotiation.step: action " + action + " (expected: 0 .. " + (ACTIONS.n() - 1) + ")");
        }
        if (!running) {
            throw new IllegalStateException("Negotiation.step: no episode is running (expected: reset first)");
        }
        if (action == ACCEPT) {
            return over(answers.isEmpty() ? opening : answers.get(answers.size() - 1), true);
        }
        Share share = OFFERS.get(action - 1);
        asked.add(share);
        if (share.rest().worth(partnerValues) >= askedFor(asked.size())) {
            return over(share, true);
        }
        answers.add(offer(asked.size()));
        if (asked.size() == TURNS) {
            return over(share, false);
        }
        return new Step<>(observation(), 0, Ending.NONE);
    }

    private Step<float[]> over(Share share, boolean agreed) {
        running = false;
        ended = true;
        deal = agreed;
        got = share;
        return new Step<>(observation(), agreed ? share.worth(values) : 0, Ending.TERMINATED);
    }

    private float[] observation() {
        float[] seen = new float[15];
        for (int i = 0; i < 3; i++) {
            seen[i] = (float) values[i] / POINTS;
        }
        show(seen, 3, answers.isEmpty() ? opening : answers.get(answers.size() - 1));
        int turns = asked.size();
        if (turns > 0) {
            show(seen, 6, asked.get(turns - 1));
            seen[12] = 1;
        }
        if (turns > 1) {
            show(seen, 9, asked.get(turns - 2));
            seen[13] = 1;
        }
        seen[14] = (float) turns / TURNS;
        return seen;
    }

    private static void show(float[] seen, int at, Share share) {
        seen[at] = (float) share.books() / BOOKS;
        seen[at + 1] = (float) share.hats() / HATS;
        seen[at + 2] = (float) share.balls() / BALLS;
    }

    /**
     * What came of the newest episode.
     *
     * @return the dialogue
     * @throws IllegalStateException if it has not ended
     */
    public Dialogue dialogue() {
        if (!ended) {
            throw new IllegalStateException("Negotiation.dialogue: no episode has ended");
        }
        return new Dialogue(
                opening,
                asked,
                answers,
                deal,
                deal ? got.worth(values) : 0,
                deal ? got.rest().worth(partnerValues) : 0);
    }
}
