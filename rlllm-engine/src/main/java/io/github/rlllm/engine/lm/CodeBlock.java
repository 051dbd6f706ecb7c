package io.github.rlllm.engine.lm;

/**
 * Code in a language model's answer.
 *
 * @param language as its fence names it, in lower case; empty where it names none
 * @param code its lines, each ended by a line feed but for the last
 * @param line of the answer in which the code begins, from 1: a compiler's line n is the answer's line {@code line + n - 1}
 */
public record CodeBlock(String language, String code, int line) {}
