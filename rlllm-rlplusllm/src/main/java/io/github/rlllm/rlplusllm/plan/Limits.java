package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Budget;
import java.time.Duration;
import java.util.Objects;

/**
 * Where a run ends at the latest.
 *
 * @param budget calls are directives asked of the planner; tokens and money are as the run's meter counts them; time is from the
 *     start, pauses included
 * @param money in the currency of the run's meter, at least 0; infinite for none
 * @param floor calls with a lower affordance are masked, from 0 (none is) to 1
 * @param repeats how often the same call may be invoked in one run, at least 1
 * @param patience how many skills in a row may fail before the run ends with {@link PlanEnding#NO_PROGRESS}, at least 1
 */
public record Limits(Budget budget, double money, double floor, int repeats, int patience) {
    /** Checks the record. */
    public Limits {
        Objects.requireNonNull(budget, "budget");
        if (!(money >= 0)) {
            throw new IllegalArgumentException("money: " + money + " (expected: >= 0)");
        }
        if (!(floor >= 0 && floor <= 1)) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: from 0 to 1)");
        }
        if (repeats < 1) {
            throw new IllegalArgumentException("repeats: " + repeats + " (expected: >= 1)");
        }
        if (patience < 1) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: >= 1)");
        }
    }

    /**
     * Limits for a task of a few steps.
     *
     * @return 20 directives, a million tokens, 10 minutes; money without limit; no floor; 3 repeats; patience 3
     */
    public static Limits defaults() {
        return new Limits(new Budget(20, 1_000_000, Duration.ofMinutes(10)), Double.POSITIVE_INFINITY, 0, 3, 3);
    }

    /**
     * The same with another budget.
     *
     * @param value the budget
     * @return a changed copy
     */
    public Limits withBudget(Budget value) {
        return new Limits(value, money, floor, repeats, patience);
    }

    /**
     * The same with another limit of money.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public Limits withMoney(double value) {
        return new Limits(budget, value, floor, repeats, patience);
    }

    /**
     * The same with another floor.
     *
     * @param value from 0 to 1
     * @return a changed copy
     */
    public Limits withFloor(double value) {
        return new Limits(budget, money, value, repeats, patience);
    }

    /**
     * The same with another repeat policy.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public Limits withRepeats(int value) {
        return new Limits(budget, money, floor, value, patience);
    }

    /**
     * The same with another patience.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public Limits withPatience(int value) {
        return new Limits(budget, money, floor, repeats, value);
    }
}
