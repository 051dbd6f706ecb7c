/** {@code rlllm feedback}: a person judges pairs of answers, in a local web page or on the console. */
@NullMarked
package io.github.rlllm.examples.feedback;

import org.jspecify.annotations.NullMarked;
