/** The language model that a person chooses for a run: a checkpoint, a server, a cassette, with its limits. */
@NullMarked
package io.github.rlllm.examples.model;

import org.jspecify.annotations.NullMarked;
