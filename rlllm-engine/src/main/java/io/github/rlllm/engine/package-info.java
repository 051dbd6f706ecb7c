/** What the studies share, light: worlds, learners, small networks, scoring, run keeping. */
@NullMarked
package io.github.rlllm.engine;

import org.jspecify.annotations.NullMarked;
