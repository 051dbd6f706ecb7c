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
 * io.github.rlllm.rl4llm.replies.RewardFitting#fit}</td></tr>
 * <tr><td>section 4.1, PPO on {@code r_PM - .001 KL}</td><td>{@link
 * io.github.rlllm.rl4llm.replies.PolicyTuning#ppo}</td></tr>
 * <tr><td>section 4.5, iterated online training</td><td>{@link io.github.rlllm.rl4llm.hhrlhf.HhRlhf#loop}</td></tr>
 * </table>
 *
 * <p>Kept from the paper: two kinds of comparisons, each on its own kind of request; one preference model of both; beta .001
 * (from memory of the paper); preference model and policy are trained anew in every round, on all comparisons so far; a policy
 * that comes of a round is deployed to collect the next.
 *
 * <p>Deviations: the annotators are simulated and declared, the language is made up ({@link
 * io.github.rlllm.rl4llm.replies.FrontDesk}); three rounds; the policies of earlier rounds take half the rollouts; of the
 * deployed policies the newest two are compared; the value network starts from the preference model; no context distillation.
 * Preference-model pre-training is on comparisons that nobody labelled, a demonstration against one for another request, and
 * its scalar head is then forgotten.
 *
 * <p>Measured beside reported: means over five seeds with 95 % intervals, 512 held-out requests of each kind, {@code rlllm run
 * hh-rlhf --seeds 5}. The language has 16 requests in all, so that held out means drawn anew, not unseen.
 *
 * <table>
 * <caption>Measured beside reported</caption>
 * <tr><th>what</th><th>reported</th><th>measured</th></tr>
 * <tr><td>the objectives pull apart</td><td>they do</td><td>helpful labels alone: helpful .63 (.57 to .70), harmless .08 (.05
 * to .15); harmless labels alone: .00 and .99, and 97 % of requests for a place are refused; supervised .50 and .28</td></tr>
 * <tr><td>both at once</td><td>one assistant has both</td><td>static .41 (.33 to .50) and .98, online .36 (.24 to .44) and
 * .98: harmlessness is paid for with help</td></tr>
 * <tr><td>online against static, as many labels</td><td>online is better</td><td>it is not: -.02 (-.09 to .05) in the mean of
 * both, for twice the operations</td></tr>
 * <tr><td>reward in the root of KL</td><td>about linear</td><td>R^2 of a line .73 (static), .78 (online), over 12
 * rollouts</td></tr>
 * <tr><td>shuffled labels</td><td>none</td><td>helpful .22 (.09 to .35), harmless .47 (.19 to .76), a coin's</td></tr>
 * </table>
 *
 * <p>Why online gains nothing here: the static policy stays near the supervised model (KL 1.1 nats) in these few rollouts, where
 * a preference model of its replies still holds, so there is little for newer comparisons to correct. After 40 rollouts instead
 * of 12 both policies refuse nearly everything (development seed 101): a preference model is raised past what it knows.
 */
@NullMarked
package io.github.rlllm.rl4llm.hhrlhf;

import org.jspecify.annotations.NullMarked;
