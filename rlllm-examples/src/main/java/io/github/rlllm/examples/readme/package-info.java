/** The programs of the README: each region is shown there word for word, compiled here and run by a test. */
@NullMarked
package io.github.rlllm.examples.readme;

import org.jspecify.annotations.NullMarked;
