/** A language model helps an agent to learn: one package a study. */
@NullMarked
package io.github.rlllm.llm4rl;

import org.jspecify.annotations.NullMarked;
