/** Reinforcement learning improves a language model: one package a study. */
@NullMarked
package io.github.rlllm.rl4llm;

import org.jspecify.annotations.NullMarked;
