/** The demonstrations of the studies in which a language model designs or is the reward. */
@NullMarked
package io.github.rlllm.examples.reward;

import org.jspecify.annotations.NullMarked;
