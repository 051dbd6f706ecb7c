/** A hand, a puck and a target on a table: continuous control that is quick to simulate and to learn. */
@NullMarked
package io.github.rlllm.engine.world.reach;

import org.jspecify.annotations.NullMarked;
