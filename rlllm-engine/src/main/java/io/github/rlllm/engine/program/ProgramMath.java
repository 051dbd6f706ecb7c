package io.github.rlllm.engine.program;

/**
 * The functions of the language that are not those of {@link StrictMath}, in plain double arithmetic: the same bits on every
 * machine, in the interpreter and after every compiler.
 */
final class ProgramMath {
    static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts; the first has 33 bits, so that its product with a small integer is exact. */
    static final double LN2_HIGH = 0x1.62e42fee00000p-1;

    static final double LN2_LOW = 0x1.a39ef35793c76p-33;
    /** Adding and subtracting it rounds to the nearest integer; its low bits are then that integer. */
    static final double ROUND = 0x1.8p52;

    /** Between these e^x is a normal number, and so is 2^n. */
    static final double LEAST = -708;

    static final double GREATEST = 709;
    /** From here on tanh is 1 in double arithmetic. */
    static final double TANH_ONE = 20;

    private static final double TO_RADIANS = Math.PI / 180;
    private static final double TO_DEGREES = 180 / Math.PI;

    private ProgramMath() {}

    /**
     * e^r - 1 for |r| up to 0.35: its Taylor polynomial of degree 13, whose remainder is below 5e-18. A fused multiply-add is
     * exact before it is rounded, so that it has the same bits with and without hardware for it.
     */
    private static double expm1Small(double r) {
        double z = r * r;
        double z2 = z * z;
        double a = Math.fma(z, Math.fma(r, 1.0 / 120, 1.0 / 24), Math.fma(r, 1.0 / 6, 1.0 / 2));
        double b = Math.fma(z, Math.fma(r, 1.0 / 362880, 1.0 / 40320), Math.fma(r, 1.0 / 5040, 1.0 / 720));
        double c = Math.fma(
                z, Math.fma(r, 1.0 / 6227020800.0, 1.0 / 479001600), Math.fma(r, 1.0 / 39916800, 1.0 / 3628800));
        return Math.fma(z, Math.fma(z2, Math.fma(z2, c, b), a), r);
    }

    /** 2^n for -1022 to 1023, n being the low bits of a number that {@link #ROUND} was added to. */
    private static double power(double rounded) {
        return Double.longBitsToDouble(
                (Double.doubleToRawLongBits(rounded) - Double.doubleToRawLongBits(ROUND) + 1023) << 52);
    }

    /** e^x, within 2 units in the last place of {@link StrictMath}'s, and that where it is no normal number. */
    static double exp(double x) {
        if (!(x >= LEAST && x <= GREATEST)) {
            return StrictMath.exp(x);
        }
        double rounded = Math.fma(x, LOG2_E, ROUND);
        double k = rounded - ROUND;
        double r = Math.fma(-k, LN2_LOW, Math.fma(-k, LN2_HIGH, x));
        double scale = power(rounded);
        return Math.fma(scale, expm1Small(r), scale);
    }

    /** tanh x = t / (t + 2) with t = e^(2|x|) - 1, within 5 units in the last place of {@link StrictMath}'s. */
    static double tanh(double x) {
        double y = 2 * Math.abs(x);
        if (y > 2 * TANH_ONE) {
            return Math.copySign(1, x);
        }
        double rounded = Math.fma(y, LOG2_E, ROUND);
        double k = rounded - ROUND;
        double r = Math.fma(-k, LN2_LOW, Math.fma(-k, LN2_HIGH, y));
        double scale = power(rounded);
        double t = Math.fma(scale, expm1Small(r), scale - 1);
        return Math.copySign(t / (t + 2), x);
    }

    /** x^y; squares and first powers are exact products, everything else is that of {@link StrictMath}. */
    static double pow(double x, double y) {
        return y == 2 ? x * x : y == 1 ? x : StrictMath.pow(x, y);
    }

    static double clamp(double value, double least, double greatest) {
        return Math.min(Math.max(value, least), greatest);
    }

    static double toRadians(double degrees) {
        return degrees * TO_RADIANS;
    }

    static double toDegrees(double radians) {
        return radians * TO_DEGREES;
    }

    static int clamp(int value, int least, int greatest) {
        return Math.min(Math.max(value, least), greatest);
    }

    /** The nearest int, halves upwards. */
    static int round(double value, int line, int column) {
        return toInt(Math.floor(value + 0.5), line, column);
    }

    static int toInt(double value, int line, int column) {
        if (value > -2147483649.0 && value < 2147483648.0) {
            return (int) value;
        }
        throw integer("a double outside the range of int", line, column);
    }

    static int add(int a, int b, int line, int column) {
        long sum = (long) a + b;
        return narrow(sum, line, column);
    }

    static int subtract(int a, int b, int line, int column) {
        long difference = (long) a - b;
        return narrow(difference, line, column);
    }

    static int multiply(int a, int b, int line, int column) {
        long product = (long) a * b;
        return narrow(product, line, column);
    }

    static int divide(int a, int b, int line, int column) {
        if (b == 0) {
            throw integer("an int divided by 0", line, column);
        }
        long quotient = (long) a / b;
        return narrow(quotient, line, column);
    }

    static int remainder(int a, int b, int line, int column) {
        if (b == 0) {
            throw integer("an int divided by 0", line, column);
        }
        return a % b;
    }

    static int negate(int a, int line, int column) {
        return narrow(-(long) a, line, column);
    }

    static int abs(int a, int line, int column) {
        return narrow(Math.abs((long) a), line, column);
    }

    private static int narrow(long value, int line, int column) {
        if ((int) value != value) {
            throw integer("an int out of range", line, column);
        }
        return (int) value;
    }

    private static RewardFailure integer(String what, int line, int column) {
        return new RewardFailure(RewardFailure.Kind.INTEGER, line + ":" + column + " " + what);
    }

    /** The index where it is inside. */
    static int index(int index, int length, int line, int column) {
        if (index < 0 || index >= length) {
            throw new RewardFailure(
                    RewardFailure.Kind.INDEX,
                    line + ":" + column + " index " + index + " (expected: 0 to " + (length - 1) + ")");
        }
        return index;
    }

    /** Takes operations from the fuel, which is the array's only element. */
    static void spend(int[] fuel, int operations) {
        fuel[0] -= operations;
        if (fuel[0] < 0) {
            throw outOfFuel();
        }
    }

    static RewardFailure outOfFuel() {
        return new RewardFailure(
                RewardFailure.Kind.FUEL,
                "stopped after " + RewardCompiler.FUEL + " operations (expected: at most as many)");
    }
}
