/** What acting leaves behind for learning: replay memory in columns. */
@NullMarked
package io.github.rlllm.engine.rollout;

import org.jspecify.annotations.NullMarked;
