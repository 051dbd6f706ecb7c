/** Everything a person runs: experiments, studies, pictures, benchmarks. */
@NullMarked
package io.github.rlllm.examples;

import org.jspecify.annotations.NullMarked;
