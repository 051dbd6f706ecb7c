/** Transformers that can be trained, on DJL. */
@NullMarked
package io.github.rlllm.torch;

import org.jspecify.annotations.NullMarked;
