/** Benchmarks of one core: {@code rlllm bench NAME}. */
@NullMarked
package io.github.rlllm.examples.bench;

import org.jspecify.annotations.NullMarked;
