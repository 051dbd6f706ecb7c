/** Studies in which a planner chooses among skills that reinforcement learning acquired, and their pictures. */
@NullMarked
package io.github.rlllm.examples.plan;

import org.jspecify.annotations.NullMarked;
