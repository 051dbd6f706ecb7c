/** Run keeping: seeds, checkpoints, metrics, results, reports. */
@NullMarked
package io.github.rlllm.engine.run;

import org.jspecify.annotations.NullMarked;
