package io.github.rlllm.engine.program;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The kernels on the Vector API. */
final class VectorBlocks extends BlockKernels {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> BITS = SPECIES.withLanes(long.class);
    private static final int LANES = SPECIES.length();

    @Override
    int lanes() {
        return LANES;
    }

    @Override
    Operation operation(BlockGraph.Value value, int a, int b, int c, int out) {
        double k = value.k();
        return switch (value.op()) {
            case ADD -> VectorOps.add(a, b, out);
            case SUBTRACT -> VectorOps.subtract(a, b, out);
            case MULTIPLY -> VectorOps.multiply(a, b, out);
            case DIVIDE -> VectorOps.divide(a, b, out);
            case ADD_CONSTANT -> VectorOps.addConstant(a, out, k);
            case SUBTRACT_FROM_CONSTANT -> VectorOps.subtractFromConstant(a, out, k);
            case MULTIPLY_BY_CONSTANT -> VectorOps.multiplyByConstant(a, out, k);
            case DIVIDE_BY_CONSTANT -> VectorOps.divideByConstant(a, out, k);
            case MULTIPLY_THEN_ADD -> VectorOps.multiplyThenAdd(a, b, c, out);
            case SCALE_THEN_ADD -> VectorOps.scaleThenAdd(a, b, out, k);
            case MIN -> VectorOps.min(a, b, out);
            case MAX -> VectorOps.max(a, b, out);
            case MIN_CONSTANT -> VectorOps.minConstant(a, out, k);
            case MAX_CONSTANT -> VectorOps.maxConstant(a, out, k);
            case LESS -> VectorOps.less(a, b, out);
            case AT_MOST -> VectorOps.atMost(a, b, out);
            case EQUAL -> VectorOps.equal(a, b, out);
            case LESS_THAN_CONSTANT -> VectorOps.lessThanConstant(a, out, k);
            case GREATER_THAN_CONSTANT -> VectorOps.greaterThanConstant(a, out, k);
            case AND -> VectorOps.and(a, b, out);
            case OR -> VectorOps.or(a, b, out);
            case CHOOSE -> choose(a, b, c, out);
            case CHOOSE_CONSTANT -> chooseConstant(a, out, k, value.other());
            case ABS -> VectorOps.abs(a, out);
            case SQRT -> VectorOps.sqrt(a, out);
            case EXP -> exp(a, out);
            case TANH -> tanh(a, out);
            case REMAINDER -> remainder(a, b, out);
            case FUNCTION -> function(java.util.Objects.requireNonNull(value.function()), a, b, c, out);
            case COLUMN, CONSTANT -> throw new IllegalStateException("nothing to compute: " + value);
        };
    }

    private static DoubleVector at(double[] a, int i) {
        return DoubleVector.fromArray(SPECIES, a, i);
    }

    private static Operation choose(int flag, int yes, int no, int out) {
        return (arrays, places, n) -> {
            double[] flags = arrays[flag];
            double[] first = arrays[yes];
            double[] second = arrays[no];
            double[] to = arrays[out];
            int flagAt = places[flag];
            int yesAt = places[yes];
            int noAt = places[no];
            DoubleVector zero = DoubleVector.zero(SPECIES);
            for (int i = 0; i < n; i += LANES) {
                VectorMask<Double> off = at(flags, flagAt + i).compare(VectorOperators.EQ, zero);
                at(first, yesAt + i).blend(at(second, noAt + i), off).intoArray(to, i);
            }
        };
    }

    private static Operation chooseConstant(int flag, int out, double yes, double no) {
        return (arrays, places, n) -> {
            double[] flags = arrays[flag];
            double[] to = arrays[out];
            int flagAt = places[flag];
            DoubleVector zero = DoubleVector.zero(SPECIES);
            DoubleVector first = DoubleVector.broadcast(SPECIES, yes);
            DoubleVector second = DoubleVector.broadcast(SPECIES, no);
            for (int i = 0; i < n; i += LANES) {
                VectorMask<Double> off = at(flags, flagAt + i).compare(VectorOperators.EQ, zero);
                first.blend(second, off).intoArray(to, i);
            }
        };
    }

    private static Operation remainder(int a, int b, int out) {
        return (arrays, places, n) -> {
            for (int i = 0; i < n; i++) {
                arrays[out][i] = arrays[a][places[a] + i] % arrays[b][places[b] + i];
            }
        };
    }

    private static Operation function(MathFunction function, int a, int b, int c, int out) {
        int[] from = {a, b, c};
        return (arrays, places, n) -> {
            double[] arguments = new double[function.arity()];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < arguments.length; k++) {
                    arguments[k] = arrays[from[k]][places[from[k]] + i];
                }
                arrays[out][i] = function.of(arguments);
            }
        };
    }

    private static Operation exp(int a, int out) {
        return (arrays, places, n) -> {
            double[] from = arrays[a];
            double[] to = arrays[out];
            int place = places[a];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = at(from, place + i);
                if (inside(x, ProgramMath.LEAST, ProgramMath.GREATEST)) {
                    DoubleVector rounded = rounded(x);
                    DoubleVector scale = power(rounded);
                    scale.fma(expm1Small(reduced(x, rounded)), scale).intoArray(to, i);
                } else {
                    for (int j = i; j < i + LANES; j++) {
                        to[j] = ProgramMath.exp(from[place + j]);
                    }
                }
            }
        };
    }

    private static Operation tanh(int a, int out) {
        return (arrays, places, n) -> {
            double[] from = arrays[a];
            double[] to = arrays[out];
            int place = places[a];
            LongVector sign = LongVector.broadcast(BITS, Long.MIN_VALUE);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = at(from, place + i);
                if (inside(x, -ProgramMath.TANH_ONE, ProgramMath.TANH_ONE)) {
                    DoubleVector y = x.abs().mul(2);
                    DoubleVector rounded = rounded(y);
                    DoubleVector scale = power(rounded);
                    DoubleVector t = scale.fma(expm1Small(reduced(y, rounded)), scale.sub(1));
                    LongVector size = t.div(t.add(2)).reinterpretAsLongs();
                    size.lanewise(VectorOperators.OR, x.reinterpretAsLongs().lanewise(VectorOperators.AND, sign))
                            .reinterpretAsDoubles()
                            .intoArray(to, i);
                } else {
                    for (int j = i; j < i + LANES; j++) {
                        to[j] = ProgramMath.tanh(from[place + j]);
                    }
                }
            }
        };
    }

    private static boolean inside(DoubleVector x, double low, double high) {
        return x.compare(VectorOperators.GE, low)
                .and(x.compare(VectorOperators.LE, high))
                .allTrue();
    }

    private static DoubleVector constant(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector rounded(DoubleVector x) {
        return x.fma(constant(ProgramMath.LOG2_E), constant(ProgramMath.ROUND));
    }

    private static DoubleVector reduced(DoubleVector x, DoubleVector rounded) {
        DoubleVector k = constant(ProgramMath.ROUND).sub(rounded);
        return k.fma(constant(ProgramMath.LN2_LOW), k.fma(constant(ProgramMath.LN2_HIGH), x));
    }

    private static DoubleVector power(DoubleVector rounded) {
        return rounded.reinterpretAsLongs()
                .sub(Double.doubleToRawLongBits(ProgramMath.ROUND) - 1023)
                .lanewise(VectorOperators.LSHL, 52)
                .reinterpretAsDoubles();
    }

    private static DoubleVector line(DoubleVector r, double slope, double start) {
        return r.fma(constant(slope), constant(start));
    }

    /** As {@link ProgramMath}'s, in the same order. */
    private static DoubleVector expm1Small(DoubleVector r) {
        DoubleVector z = r.mul(r);
        DoubleVector z2 = z.mul(z);
        DoubleVector a = z.fma(line(r, 1.0 / 120, 1.0 / 24), line(r, 1.0 / 6, 1.0 / 2));
        DoubleVector b = z.fma(line(r, 1.0 / 362880, 1.0 / 40320), line(r, 1.0 / 5040, 1.0 / 720));
        DoubleVector c = z.fma(line(r, 1.0 / 6227020800.0, 1.0 / 479001600), line(r, 1.0 / 39916800, 1.0 / 3628800));
        return z.fma(z2.fma(z2.fma(c, b), a), r);
    }

    @Override
    boolean within(double[] a, int at, int n, double low, double high, boolean whole) {
        return (low == -high ? sizesWithin(a, at, n, high) : inRange(a, at, n, low, high))
                && (!whole || whole(a, at, n));
    }

    /** Compares the bits of sizes as integers: their order is that of the numbers, with NaN above all. */
    private static boolean sizesWithin(double[] a, int at, int n, double high) {
        LongVector most = LongVector.broadcast(BITS, Double.doubleToRawLongBits(Math.abs(high)));
        LongVector below = LongVector.zero(BITS);
        for (int i = 0; i < n; i += LANES) {
            LongVector size = at(a, at + i).reinterpretAsLongs().and(Long.MAX_VALUE);
            below = below.or(most.sub(size));
        }
        return below.reduceLanes(VectorOperators.OR) >= 0;
    }

    private static boolean inRange(double[] a, int at, int n, double low, double high) {
        for (int i = 0; i < n; i += LANES) {
            if (!inside(at(a, at + i), low, high)) {
                return false;
            }
        }
        return true;
    }

    /** Numbers in the range of int: adding and subtracting {@link ProgramMath#ROUND} rounds them. */
    private static boolean whole(double[] a, int at, int n) {
        DoubleVector round = constant(ProgramMath.ROUND);
        for (int i = 0; i < n; i += LANES) {
            DoubleVector x = at(a, at + i);
            if (!x.add(round).sub(round).compare(VectorOperators.EQ, x).allTrue()) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean finish(double[] a, int at, double[] out, int atOut, int n) {
        LongVector most = LongVector.broadcast(BITS, Double.doubleToRawLongBits(Double.MAX_VALUE));
        LongVector below = LongVector.zero(BITS);
        DoubleVector zero = DoubleVector.zero(SPECIES);
        for (int i = 0; i < n; i += LANES) {
            DoubleVector x = at(a, at + i);
            below = below.or(most.sub(x.reinterpretAsLongs().and(Long.MAX_VALUE)));
            x.add(zero).intoArray(out, atOut + i);
        }
        return below.reduceLanes(VectorOperators.OR) >= 0;
    }
}
