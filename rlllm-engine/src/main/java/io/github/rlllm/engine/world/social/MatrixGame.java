package io.github.rlllm.engine.world.social;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A game of two players with two moves each, played once, by one agent for both: what it chooses is one of the four joint
 * moves, in the order CC, CD, DC, DD. The observation is {@code float[1]}, always 1; the reward is the sum of both
 * payoffs. Confined to one thread.
 */
public final class MatrixGame implements Environment<float[], Integer> {
    /** The number of joint moves. */
    public static final int OUTCOMES = 4;

    private static final Space.Box OBSERVATIONS = Space.box(1, 1, 1);
    private static final Space.Discrete ACTIONS = Space.discrete(OUTCOMES);

    /**
     * What both players get.
     *
     * @param first the first player's points
     * @param second the second player's points
     */
    public record Payoff(int first, int second) {
        int sum() {
            return first + second;
        }

        int least() {
            return Math.min(first, second);
        }

        boolean dominates(Payoff other) {
            return first >= other.first && second >= other.second && !equals(other);
        }
    }

    /**
     * The payoffs of a game.
     *
     * @param name the game's name
     * @param payoffs one a joint move, in the order CC, CD, DC, DD
     */
    public record Table(String name, List<Payoff> payoffs) {
        /** Battle of the sexes: both want to meet, each at the place that the other likes less. */
        public static final Table BATTLE = of("battle of the sexes", 2, 1, 0, 0, 0, 0, 1, 2);
        /** Prisoner's dilemma: whatever the other does, defecting pays. */
        public static final Table PRISONERS = of("prisoner's dilemma", 3, 3, 0, 5, 5, 0, 1, 1);
        /** Stag hunt: together is best, alone is safe. */
        public static final Table STAG = of("stag hunt", 2, 2, -3, 1, 1, -3, 1, 1);
        /** Chicken: the one who yields loses a little, both lose everything where none does. */
        public static final Table CHICKEN = of("chicken", 2, 2, 1, 3, 3, 1, 0, 0);

        /**
         * Checks and copies.
         *
         * @throws IllegalArgumentException if there are not four payoffs
         */
        public Table {
            Objects.requireNonNull(name, "name");
            payoffs = List.copyOf(payoffs);
            if (payoffs.size() != OUTCOMES) {
                throw new IllegalArgumentException("payoffs: " + payoffs.size() + " (expected: " + OUTCOMES + ")");
            }
        }

        private static Table of(String name, int... p) {
            return new Table(
                    name,
                    List.of(
                            new Payoff(p[0], p[1]),
                            new Payoff(p[2], p[3]),
                            new Payoff(p[4], p[5]),
                            new Payoff(p[6], p[7])));
        }

        /**
         * The four games of Kwon et al. 2023.
         *
         * @return battle, prisoners, stag, chicken
         */
        public static List<Table> all() {
            return List.of(BATTLE, PRISONERS, STAG, CHICKEN);
        }

        /**
         * The same payoffs under other joint moves, which is another game, one without a name that was read of before.
         *
         * @param rng draws one of the orders that differ from this one
         * @return the scrambled game
         */
        public Table scrambled(RandomGenerator rng) {
            List<Payoff> order = new ArrayList<>(payoffs);
            do {
                for (int i = OUTCOMES - 1; i > 0; i--) {
                    java.util.Collections.swap(order, i, rng.nextInt(i + 1));
                }
            } while (order.equals(payoffs));
            return new Table("scrambled " + name, order);
        }
    }

    /** What a user may want of a joint move. */
    public enum Objective {
        /** The sum of both payoffs is the greatest of the game. */
        TOTAL_WELFARE,
        /** Both get the same. */
        EQUALITY,
        /** The payoff of whoever gets less is the greatest of the game (Rawls). */
        RAWLSIAN_FAIRNESS,
        /** No other joint move gives one player more and the other no less (Pareto). */
        PARETO_OPTIMALITY;

        /**
         * Whether a joint move meets this objective.
         *
         * @param table the game
         * @param outcome a joint move, from 0 to 3
         * @return whether it does; several joint moves may
         */
        public boolean met(Table table, int outcome) {
            Payoff chosen = table.payoffs().get(outcome);
            return switch (this) {
                case TOTAL_WELFARE -> table.payoffs().stream().allMatch(other -> chosen.sum() >= other.sum());
                case EQUALITY -> chosen.first() == chosen.second();
                case RAWLSIAN_FAIRNESS -> table.payoffs().stream().allMatch(other -> chosen.least() >= other.least());
                case PARETO_OPTIMALITY -> table.payoffs().stream().noneMatch(other -> other.dominates(chosen));
            };
        }
    }

    private final Table table;
    private boolean running;
    private int outcome = -1;

    /**
     * A game.
     *
     * @param table its payoffs
     */
    public MatrixGame(Table table) {
        this.table = Objects.requireNonNull(table, "table");
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
        running = true;
        return new float[] {1};
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (action < 0 || action >= OUTCOMES) {
            throw new IllegalArgumentException("MatrixGame.step: action " + action + " (expected: 0 .. 3)");
        }
        if (!running) {
            throw new IllegalStateException("MatrixGame.step: no episode is running (expected: reset first)");
        }
        running = false;
        outcome = action;
        return new Step<>(new float[] {1}, table.payoffs().get(action).sum(), Ending.TERMINATED);
    }

    /**
     * The joint move of the newest episode that ended.
     *
     * @return from 0 to 3
     * @throws IllegalStateException if none has ended
     */
    public int outcome() {
        if (outcome < 0) {
            throw new IllegalStateException("MatrixGame.outcome: no episode has ended");
        }
        return outcome;
    }
}
