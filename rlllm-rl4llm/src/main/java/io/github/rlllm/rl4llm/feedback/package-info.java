/**
 * People's feedback: files of preferences in their usual shapes, how far annotators agree, what the longer answer would
 * have guessed, and the journal of a person who judges. {@link io.github.rlllm.rl4llm.feedback.FeedbackFile#read} is the
 * door.
 */
@NullMarked
package io.github.rlllm.rl4llm.feedback;

import org.jspecify.annotations.NullMarked;
