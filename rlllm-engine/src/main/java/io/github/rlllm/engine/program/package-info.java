/**
 * Reward programs: a small subset of Java that a language model writes and that is safe to run.
 *
 * <p>{@link io.github.rlllm.engine.program.RewardSchema} says what a program may read and describes it to the model;
 * {@link io.github.rlllm.engine.program.RewardCompiler} turns text into a
 * {@link io.github.rlllm.engine.program.RewardProgram} or a rejection with line and column. The text is never given to a
 * compiler: a bounded lexer and parser build an allow-listed typed tree, and code is emitted from that tree alone.
 */
@NullMarked
package io.github.rlllm.engine.program;

import org.jspecify.annotations.NullMarked;
