package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.RewardModel;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * What reinforcement learning is to raise.
 *
 * @param prompts draws a prompt
 * @param reward scores a whole reply
 * @param truth how good a reply truly is: recorded, never learned from
 */
public record ReplyGoal(
        Function<RandomGenerator, int[]> prompts, RewardModel<Reply> reward, ToDoubleFunction<Reply> truth) {}
