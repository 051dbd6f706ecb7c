package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.Collections;
import java.util.List;

/** The functions of {@code Math} in the language, each with its meaning; one that is not here does not exist. */
enum MathFunction {
    ABS("abs", Type.DOUBLE, 1, Owner.MATH, a -> Math.abs(a[0])),
    MIN("min", Type.DOUBLE, 2, Owner.MATH, a -> Math.min(a[0], a[1])),
    MAX("max", Type.DOUBLE, 2, Owner.MATH, a -> Math.max(a[0], a[1])),
    CLAMP("clamp", Type.DOUBLE, 3, Owner.OURS, a -> ProgramMath.clamp(a[0], a[1], a[2])),
    SQRT("sqrt", Type.DOUBLE, 1, Owner.MATH, a -> Math.sqrt(a[0])),
    CBRT("cbrt", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.cbrt(a[0])),
    EXP("exp", Type.DOUBLE, 1, Owner.OURS, a -> ProgramMath.exp(a[0])),
    EXPM1("expm1", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.expm1(a[0])),
    LOG("log", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.log(a[0])),
    LOG10("log10", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.log10(a[0])),
    LOG1P("log1p", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.log1p(a[0])),
    POW("pow", Type.DOUBLE, 2, Owner.OURS, a -> ProgramMath.pow(a[0], a[1])),
    HYPOT("hypot", Type.DOUBLE, 2, Owner.STRICT, a -> StrictMath.hypot(a[0], a[1])),
    SIN("sin", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.sin(a[0])),
    COS("cos", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.cos(a[0])),
    TAN("tan", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.tan(a[0])),
    ASIN("asin", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.asin(a[0])),
    ACOS("acos", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.acos(a[0])),
    ATAN("atan", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.atan(a[0])),
    ATAN2("atan2", Type.DOUBLE, 2, Owner.STRICT, a -> StrictMath.atan2(a[0], a[1])),
    SINH("sinh", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.sinh(a[0])),
    COSH("cosh", Type.DOUBLE, 1, Owner.STRICT, a -> StrictMath.cosh(a[0])),
    TANH("tanh", Type.DOUBLE, 1, Owner.OURS, a -> ProgramMath.tanh(a[0])),
    FLOOR("floor", Type.DOUBLE, 1, Owner.MATH, a -> Math.floor(a[0])),
    CEIL("ceil", Type.DOUBLE, 1, Owner.MATH, a -> Math.ceil(a[0])),
    RINT("rint", Type.DOUBLE, 1, Owner.MATH, a -> Math.rint(a[0])),
    SIGNUM("signum", Type.DOUBLE, 1, Owner.MATH, a -> Math.signum(a[0])),
    TO_RADIANS("toRadians", Type.DOUBLE, 1, Owner.OURS, a -> ProgramMath.toRadians(a[0])),
    TO_DEGREES("toDegrees", Type.DOUBLE, 1, Owner.OURS, a -> ProgramMath.toDegrees(a[0])),
    ROUND("round", Type.INT, 1, Owner.OURS, a -> ProgramMath.round(a[0], (int) a[1], (int) a[2])),
    INT_ABS("abs", Type.INT, 1, Owner.OURS, a -> ProgramMath.abs((int) a[0], (int) a[1], (int) a[2])),
    INT_MIN("min", Type.INT, 2, Owner.MATH, a -> Math.min((int) a[0], (int) a[1])),
    INT_MAX("max", Type.INT, 2, Owner.MATH, a -> Math.max((int) a[0], (int) a[1])),
    INT_CLAMP("clamp", Type.INT, 3, Owner.OURS, a -> ProgramMath.clamp((int) a[0], (int) a[1], (int) a[2]));

    /** The class whose method the emitted code calls. */
    enum Owner {
        MATH("java/lang/Math"),
        STRICT("java/lang/StrictMath"),
        OURS("io/github/rlllm/engine/program/ProgramMath");

        final String internalName;

        Owner(String internalName) {
            this.internalName = internalName;
        }
    }

    /** The value from arguments; where {@link #placed}, line and column follow them. */
    interface Meaning {
        double of(double[] arguments);
    }

    private final String word;
    private final Type result;
    private final int arity;
    private final Owner owner;
    private final Meaning meaning;

    MathFunction(String word, Type result, int arity, Owner owner, Meaning meaning) {
        this.word = word;
        this.result = result;
        this.arity = arity;
        this.owner = owner;
        this.meaning = meaning;
    }

    String word() {
        return word;
    }

    Type result() {
        return result;
    }

    int arity() {
        return arity;
    }

    Owner owner() {
        return owner;
    }

    /** The type of the arguments. */
    Type argument() {
        return this == ROUND ? Type.DOUBLE : result;
    }

    /** Whether it can fail, and so is told its place. */
    boolean placed() {
        return this == ROUND || this == INT_ABS;
    }

    double of(double... arguments) {
        return meaning.of(arguments);
    }

    /** The method's descriptor in emitted code. */
    String descriptor() {
        String argument = argument() == Type.INT ? "I" : "D";
        return "(" + String.join("", Collections.nCopies(arity, argument)) + (placed() ? "II" : "") + ")"
                + (result == Type.INT ? "I" : "D");
    }

    /** The functions of a name, the one on doubles first; none if there is no such function. */
    static List<MathFunction> named(String word) {
        return java.util.Arrays.stream(values())
                .filter(function -> function.word.equals(word))
                .toList();
    }
}
