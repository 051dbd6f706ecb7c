package io.github.rlllm.engine.program;

/** What a {@link BlockGraph} is made of: a function of whole blocks of rows, element by element. Flags are 0 and 1. */
enum BlockOp {
    /** A column of the inputs; its number is {@code a}. Nothing is computed. */
    COLUMN,
    /** The number k. Nothing is computed. */
    CONSTANT,
    /** a + b. */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a b. */
    MULTIPLY,
    /** a / b. */
    DIVIDE,
    /** a + k. */
    ADD_CONSTANT,
    /** k - a. */
    SUBTRACT_FROM_CONSTANT,
    /** a k. */
    MULTIPLY_BY_CONSTANT,
    /** a / k. */
    DIVIDE_BY_CONSTANT,
    /** a b + c, with two roundings. */
    MULTIPLY_THEN_ADD,
    /** a k + b, with two roundings. */
    SCALE_THEN_ADD,
    /** The lesser of a and b. */
    MIN,
    /** The greater of a and b. */
    MAX,
    /** The lesser of a and k. */
    MIN_CONSTANT,
    /** The greater of a and k. */
    MAX_CONSTANT,
    /** a < b. */
    LESS,
    /** a <= b. */
    AT_MOST,
    /** a == b. */
    EQUAL,
    /** a < k. */
    LESS_THAN_CONSTANT,
    /** a > k. */
    GREATER_THAN_CONSTANT,
    /** The flags a and b. */
    AND,
    /** The flags a or b. */
    OR,
    /** a ? b : c. */
    CHOOSE,
    /** a ? k : other. */
    CHOOSE_CONSTANT,
    /** |a|. */
    ABS,
    /** The square root of a. */
    SQRT,
    /** {@link ProgramMath#exp}. */
    EXP,
    /** {@link ProgramMath#tanh}. */
    TANH,
    /** a % b. */
    REMAINDER,
    /** Any other function, of a, b and c as it has arguments. */
    FUNCTION
}
