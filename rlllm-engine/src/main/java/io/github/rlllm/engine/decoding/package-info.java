/**
 * From a language model's logits to tokens, without an engine: what may be drawn, drawing, when to stop, and token
 * sequences as a tree.
 */
@NullMarked
package io.github.rlllm.engine.decoding;

import org.jspecify.annotations.NullMarked;
