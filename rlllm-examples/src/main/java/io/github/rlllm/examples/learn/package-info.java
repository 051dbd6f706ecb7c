/** Small learners that a person can watch, kill and resume. */
@NullMarked
package io.github.rlllm.examples.learn;

import org.jspecify.annotations.NullMarked;
