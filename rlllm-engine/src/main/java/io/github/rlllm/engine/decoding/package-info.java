/**
 * From a language model's logits to tokens, without an engine: what may be drawn, drawing, when to stop, token sequences as
 * a tree, and constraints that keep a sample to a set, a small grammar or a JSON schema.
 */
@NullMarked
package io.github.rlllm.engine.decoding;

import org.jspecify.annotations.NullMarked;
