/** The paper's first three experiments: the main job behind {@code rlllm experiments}. */
@NullMarked
package io.github.rlllm.examples.experiment;

import org.jspecify.annotations.NullMarked;
