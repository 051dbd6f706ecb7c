package io.github.rlllm.engine.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program without control flow: values, each computed once from earlier ones. Equal values are one, and what is constant is
 * computed here. Every rule keeps the bits of the value (but not the sign of a NaN, which nothing in the language can see).
 */
final class BlockGraph {
    /** No operand. */
    static final int NONE = -1;

    private static final int MOST_VALUES = 2_048;

    /**
     * A value.
     *
     * @param a the first operand, or the number of a column
     * @param b the second operand, or {@link #NONE}
     * @param c the third operand, or {@link #NONE}
     * @param k a constant operand
     * @param other the constant where a flag is not set
     */
    record Value(
            BlockOp op,
            int a,
            int b,
            int c,
            double k,
            double other,
            @Nullable MathFunction function) {
        static Value of(BlockOp op, int a, int b, int c) {
            return new Value(op, a, b, c, 0, 0, null);
        }

        static Value of(BlockOp op, int a, double k) {
            return new Value(op, a, NONE, NONE, k, 0, null);
        }

        /** Whether an operand is another value. */
        boolean computed() {
            return op != BlockOp.COLUMN && op != BlockOp.CONSTANT;
        }
    }

    private final List<Value> values = new ArrayList<>();
    private final Map<Value, Integer> known = new HashMap<>();

    List<Value> values() {
        return values;
    }

    private int add(Value value) {
        Integer before = known.putIfAbsent(value, values.size());
        if (before != null) {
            return before;
        }
        if (values.size() == MOST_VALUES) {
            throw new BlockPlanner.Unsupported();
        }
        values.add(value);
        return values.size() - 1;
    }

    int constant(double value) {
        return add(Value.of(BlockOp.CONSTANT, NONE, value));
    }

    boolean isConstant(int value) {
        return values.get(value).op() == BlockOp.CONSTANT;
    }

    double constantOf(int value) {
        return values.get(value).k();
    }

    private boolean are(int a, int b) {
        return isConstant(a) && isConstant(b);
    }

    /** An input; the -0 that a row may hold for an int or a flag is no value of theirs. */
    int column(int number, boolean whole) {
        int column = add(Value.of(BlockOp.COLUMN, number, NONE, NONE));
        return whole ? add(Value.of(BlockOp.ADD_CONSTANT, column, 0)) : column;
    }

    /** One of {@code + - * / %} on doubles. */
    int arithmetic(char operator, int a, int b) {
        double x = constantOf(a);
        double y = constantOf(b);
        boolean both = are(a, b);
        switch (operator) {
            case '+':
                return both ? constant(x + y) : isConstant(a) ? plus(b, x) : isConstant(b) ? plus(a, y) : sum(a, b);
            case '-':
                if (isConstant(b)) {
                    return both ? constant(x - y) : plus(a, -y);
                }
                return isConstant(a)
                        ? add(Value.of(BlockOp.SUBTRACT_FROM_CONSTANT, b, x))
                        : add(Value.of(BlockOp.SUBTRACT, a, b, NONE));
            case '*':
                return both
                        ? constant(x * y)
                        : isConstant(a)
                                ? scaled(b, x)
                                : isConstant(b) ? scaled(a, y) : add(Value.of(BlockOp.MULTIPLY, a, b, NONE));
            case '/':
                if (isConstant(b)) {
                    return both ? constant(x / y) : add(Value.of(BlockOp.DIVIDE_BY_CONSTANT, a, y));
                }
                return add(Value.of(BlockOp.DIVIDE, a, b, NONE));
            case '%':
                return both ? constant(x % y) : add(Value.of(BlockOp.REMAINDER, a, b, NONE));
            default:
                throw new IllegalStateException("operator " + operator);
        }
    }

    private int sum(int a, int b) {
        return add(Value.of(BlockOp.ADD, a, b, NONE));
    }

    private int plus(int a, double k) {
        return add(Value.of(BlockOp.ADD_CONSTANT, a, k));
    }

    private int scaled(int a, double k) {
        return k == 1 ? a : add(Value.of(BlockOp.MULTIPLY_BY_CONSTANT, a, k));
    }

    int negate(int a) {
        return arithmetic('*', a, constant(-1));
    }

    int min(int a, int b) {
        if (are(a, b)) {
            return constant(Math.min(constantOf(a), constantOf(b)));
        }
        return bounded(BlockOp.MIN, BlockOp.MIN_CONSTANT, a, b);
    }

    int max(int a, int b) {
        if (are(a, b)) {
            return constant(Math.max(constantOf(a), constantOf(b)));
        }
        return bounded(BlockOp.MAX, BlockOp.MAX_CONSTANT, a, b);
    }

    private int bounded(BlockOp general, BlockOp withConstant, int a, int b) {
        return isConstant(a)
                ? add(Value.of(withConstant, b, constantOf(a)))
                : isConstant(b) ? add(Value.of(withConstant, a, constantOf(b))) : add(Value.of(general, a, b, NONE));
    }

    int compare(Expr.Comparison comparison, int a, int b) {
        if (are(a, b)) {
            return constant(comparison.holds(constantOf(a), constantOf(b)) ? 1 : 0);
        }
        return switch (comparison) {
            case LESS -> less(a, b);
            case GREATER -> less(b, a);
            case AT_MOST -> add(Value.of(BlockOp.AT_MOST, a, b, NONE));
            case AT_LEAST -> add(Value.of(BlockOp.AT_MOST, b, a, NONE));
            case EQUAL -> add(Value.of(BlockOp.EQUAL, a, b, NONE));
            case UNEQUAL -> not(add(Value.of(BlockOp.EQUAL, a, b, NONE)));
        };
    }

    private int less(int a, int b) {
        return isConstant(b)
                ? add(Value.of(BlockOp.LESS_THAN_CONSTANT, a, constantOf(b)))
                : isConstant(a)
                        ? add(Value.of(BlockOp.GREATER_THAN_CONSTANT, b, constantOf(a)))
                        : add(Value.of(BlockOp.LESS, a, b, NONE));
    }

    int not(int flag) {
        return arithmetic('-', constant(1), flag);
    }

    int and(int a, int b) {
        if (isConstant(a)) {
            return constantOf(a) == 0 ? a : b;
        }
        return isConstant(b) ? and(b, a) : add(Value.of(BlockOp.AND, a, b, NONE));
    }

    int or(int a, int b) {
        if (isConstant(a)) {
            return constantOf(a) == 0 ? b : a;
        }
        return isConstant(b) ? or(b, a) : add(Value.of(BlockOp.OR, a, b, NONE));
    }

    int choose(int flag, int yes, int no) {
        if (isConstant(flag)) {
            return constantOf(flag) == 0 ? no : yes;
        }
        if (yes == no) {
            return yes;
        }
        return are(yes, no)
                ? add(new Value(BlockOp.CHOOSE_CONSTANT, flag, NONE, NONE, constantOf(yes), constantOf(no), null))
                : add(Value.of(BlockOp.CHOOSE, flag, yes, no));
    }

    private int power(int a, int b) {
        if (isConstant(b) && constantOf(b) == 2) {
            return arithmetic('*', a, a);
        }
        return isConstant(b) && constantOf(b) == 1
                ? a
                : add(new Value(BlockOp.FUNCTION, a, b, NONE, 0, 0, MathFunction.POW));
    }

    /** A function that cannot fail. */
    int function(MathFunction function, int[] arguments) {
        int a = arguments[0];
        int b = arguments.length > 1 ? arguments[1] : NONE;
        int c = arguments.length > 2 ? arguments[2] : NONE;
        double[] constants = new double[arguments.length];
        boolean all = true;
        for (int i = 0; i < constants.length; i++) {
            all &= isConstant(arguments[i]);
            constants[i] = constantOf(arguments[i]);
        }
        if (all) {
            return constant(function.of(constants));
        }
        return switch (function) {
            case ABS -> add(Value.of(BlockOp.ABS, a, b, c));
            case SQRT -> add(Value.of(BlockOp.SQRT, a, b, c));
            case EXP -> add(Value.of(BlockOp.EXP, a, b, c));
            case TANH -> add(Value.of(BlockOp.TANH, a, b, c));
            case MIN, INT_MIN -> min(a, b);
            case MAX, INT_MAX -> max(a, b);
            case CLAMP, INT_CLAMP -> min(max(a, b), c);
            case POW -> power(a, b);
            default -> add(new Value(BlockOp.FUNCTION, a, b, c, 0, 0, function));
        };
    }
}
