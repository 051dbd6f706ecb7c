/** The mathematics of returns, advantages, targets and losses: pure functions in double precision. */
@NullMarked
package io.github.rlllm.engine.returns;

import org.jspecify.annotations.NullMarked;
