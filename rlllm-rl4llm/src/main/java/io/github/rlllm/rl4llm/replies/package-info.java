/**
 * The room of the studies that tune a small language model by feedback on replies of a hotel: the language, its true score and
 * annotators, preferences and where they come from, and the training that several of these studies share. It knows no study.
 */
@NullMarked
package io.github.rlllm.rl4llm.replies;

import org.jspecify.annotations.NullMarked;
