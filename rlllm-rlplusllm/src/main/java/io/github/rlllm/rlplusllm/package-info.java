/** A language model plans over skills that reinforcement learning acquired: one package a study. */
@NullMarked
package io.github.rlllm.rlplusllm;

import org.jspecify.annotations.NullMarked;
