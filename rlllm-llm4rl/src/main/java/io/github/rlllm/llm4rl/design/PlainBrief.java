package io.github.rlllm.llm4rl.design;

import io.github.rlllm.engine.program.RewardSchema;

/** A brief and nothing else. */
record PlainBrief(String name, String sentence, RewardSchema schema) implements RewardBrief {}
