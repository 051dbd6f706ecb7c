/** InstructGPT. */
@NullMarked
package io.github.rlllm.rl4llm.instructgpt;

import org.jspecify.annotations.NullMarked;
