/**
 * HH-RLHF: Bai et al., "Training a Helpful and Harmless Assistant with Reinforcement Learning from Human Feedback", 2022 (arXiv
 * 2204.05862), at a size that runs in a minute or two on one core: {@code rlllm run hh-rlhf}.
 *
 * <table>
 * <caption>Paper to method</caption>
 * <tr><th>paper</th><th>here</th></tr>
 * <tr><td>section 2.2, comparisons of helpfulness and, by probing, of harm</td><td>{@link
 * io.github.rlllm.rl4llm.hhrlhf.HhRlhf#compare}, {@link io.github.rlllm.rl4llm.hhrlhf.DeskAnnotator}</td></tr>
 * <tr><td>section 3, preference model, {@code log(1 + exp(r_rejected - r_chosen))}</td><td>{@link
 * io.github.rlllm.rl4llm.replies.SupervisedTraining#fitReward}</td></tr>
 * <tr><td>section 4.1, PPO on {@code r_PM - .001 KL}</td><td>{@link
 * io.github.rlllm.rl4llm.replies.PolicyTraining#ppo}</td></tr>
 * <tr><td>section 4.5, iterated online training</td><td>{@link io.github.rlllm.rl4llm.hhrlhf.HhRlhf#loop}</td></tr>
 * </table>
 *
 * <p>Kept from the paper: two kinds of comparisons, each on its own kind of request; one preference model of both; beta .001
 * (from memory of the paper); preference model and policy are trained anew in every round, on all comparisons so far; a policy
 * that comes of a round is deployed to collect the next.
 *
 * <p>Deviations: the annotators are simulated and declared, the language is made up ({@link
 * io.github.rlllm.rl4llm.replies.FrontDesk}); three rounds; the policies of earlier rounds take half the rollouts; of the
 * deployed policies the newest two are compared; the value network starts from the preference model; no context distillation
 * and no pre-training of the preference model on other comparisons.
 */
@NullMarked
package io.github.rlllm.rl4llm.hhrlhf;

import org.jspecify.annotations.NullMarked;
