package io.github.rlllm.engine.program;

/** What a helper is given: the value of an expression, or an array to read. */
sealed interface Operand permits Expr, ArrayRef {}
