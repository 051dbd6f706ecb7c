/** The studies in which a reward is designed, from the command line: their demonstrations and the bounds of their aims. */
@NullMarked
package io.github.rlllm.examples.design;

import org.jspecify.annotations.NullMarked;
