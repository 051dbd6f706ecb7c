package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tries a program on rows of its schema and names what the language cannot rule out: rows at which it is stopped, and rewards
 * that are safe to run and still no good.
 */
public final class RewardAudit {
    /** The greatest total, in size, that is not found too large to learn from. */
    public static final double LARGE = 1e6;
    /** Of an input without a range: the greatest value, in size, that is tried. */
    public static final double UNRANGED = 100;

    private static final Set<Double> PLAIN = Set.of(-1.0, 0.0, 1.0);

    private RewardAudit() {}

    /** What may be wrong with a reward that runs. */
    public enum Kind {
        /** The total was the same at all rows. */
        CONSTANT,
        /** A NaN came up on the way to a finite total, so that a comparison or a limit hides it. */
        HIDDEN_NAN,
        /** A double is compared for equality with a number other than -1, 0 and 1: a way to know single states again. */
        SINGLES_OUT,
        /** A total is larger in size than {@link #LARGE}. */
        LARGE
    }

    /**
     * A finding.
     *
     * @param kind what
     * @param message where or how much
     */
    public record Finding(Kind kind, String message) {}

    /**
     * What came of it.
     *
     * @param failure the failure at the first row that stopped the program, if one did
     * @param findings at most one of each kind
     */
    public record Report(@Nullable RewardFailure failure, List<Finding> findings) {
        /** Copies the list. */
        public Report {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Tries a program. The rows are: all inputs at zero or what is nearest to it, all at their least, all at their greatest, and
     * then drawn ones, in which an input is at one of these three in a quarter of the cases and else uniform over its range, or
     * of any magnitude up to {@value #UNRANGED} where it has none.
     *
     * @param program the program
     * @param random draws the rows
     * @param rows how many, at least 4
     * @return failure and findings
     */
    public static Report audit(RewardProgram program, RandomGenerator random, int rows) {
        if (rows < 4) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: at least 4)");
        }
        List<Finding> findings = new ArrayList<>();
        Interpreter slow = new Interpreter(program.tree());
        double first = 0;
        boolean constant = true;
        boolean hidden = false;
        double largest = 0;
        for (int i = 0; i < rows; i++) {
            double[] row = row(program.schema(), random, i);
            double total;
            try {
                total = program.total(row);
            } catch (RewardFailure e) {
                return new Report(e, findings);
            }
            first = i == 0 ? total : first;
            constant &= total == first;
            largest = Math.max(largest, Math.abs(total));
            // The interpreter is slow, and a NaN that matters is met soon.
            hidden |= i < 64 && slow.hidesNaN(row);
        }
        if (constant) {
            findings.add(new Finding(Kind.CONSTANT, first + " at all of " + rows + " rows"));
        }
        if (hidden) {
            findings.add(new Finding(Kind.HIDDEN_NAN, "a NaN on the way to a finite total"));
        }
        if (largest > LARGE) {
            findings.add(new Finding(Kind.LARGE, "up to " + largest));
        }
        singledOut(program.tree(), findings);
        return new Report(null, findings);
    }

    private static double[] row(RewardSchema schema, RandomGenerator random, int number) {
        double[] row = new double[schema.width()];
        int at = 0;
        for (RewardInput input : schema.inputs()) {
            for (int i = 0; i < input.size(); i++) {
                int special = number < 3 ? number : random.nextInt(12);
                row[at++] = special < 3 ? special(input, special) : drawn(input, random);
            }
        }
        return row;
    }

    private static double special(RewardInput input, int which) {
        return switch (which) {
            case 0 -> Math.min(Math.max(0, input.low()), input.high());
            case 1 -> bounded(input.low(), input);
            default -> bounded(input.high(), input);
        };
    }

    private static double bounded(double value, RewardInput input) {
        boolean open = Math.abs(value) == Double.MAX_VALUE
                || (input.type() == Type.INT && (value == Integer.MIN_VALUE || value == Integer.MAX_VALUE));
        double near = Math.copySign(UNRANGED, value);
        return open ? Math.min(Math.max(near, input.low()), input.high()) : value;
    }

    private static double drawn(RewardInput input, RandomGenerator random) {
        double low = bounded(input.low(), input);
        double high = bounded(input.high(), input);
        if (input.type() != Type.DOUBLE) {
            return low + Math.floor(random.nextDouble() * (high - low + 1));
        }
        if (input.ranged()) {
            return Math.min(high, low + random.nextDouble() * (high - low));
        }
        double size = UNRANGED * Math.pow(10, -5 * random.nextDouble());
        return random.nextBoolean() ? size : -size;
    }

    private static void singledOut(ProgramTree tree, List<Finding> findings) {
        TreeWalk walk = new TreeWalk() {
            @Override
            public Boolean compare(Expr.Compare expr) {
                boolean equality =
                        expr.comparison() == Expr.Comparison.EQUAL || expr.comparison() == Expr.Comparison.UNEQUAL;
                if (equality && findings.stream().noneMatch(f -> f.kind() == Kind.SINGLES_OUT)) {
                    for (Expr side : List.of(expr.left(), expr.right())) {
                        boolean number = side instanceof Expr.Literal literal
                                && literal.type() == Type.DOUBLE
                                && !PLAIN.contains(literal.value() + 0.0);
                        if (number) {
                            findings.add(new Finding(
                                    Kind.SINGLES_OUT,
                                    "a double compared for equality with " + ((Expr.Literal) side).value()));
                        }
                    }
                }
                return super.compare(expr);
            }
        };
        tree.methods().forEach(method -> method.body().accept(walk));
    }
}
