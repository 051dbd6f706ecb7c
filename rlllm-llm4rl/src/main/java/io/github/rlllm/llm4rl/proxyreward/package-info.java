/**
 * Proxy reward: Kwon et al., "Reward Design with Language Models", 2023 (arXiv 2303.00001).
 *
 * <table>
 * <caption>The paper's algorithm and where it is</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>algorithm 1: play an episode, ask, learn</td>
 *     <td>{@link io.github.rlllm.llm4rl.proxyreward.ProxyReward#train}</td></tr>
 * <tr><td>the prompt in four parts: the task, the user's examples or description, the episode as text, the question</td>
 *     <td>{@link io.github.rlllm.llm4rl.proxyreward.Question#prompt}; every word stands in {@code prompts.txt}, and
 *     {@code rlllm show proxy-reward --prompts} prints them</td></tr>
 * <tr><td>g, which reads the answer as 1 or 0</td>
 *     <td>{@link io.github.rlllm.llm4rl.proxyreward.LanguageLabeler}; an answer that is neither is a rejection</td></tr>
 * <tr><td>Ultimatum, matrix games, DealOrNoDeal</td>
 *     <td>{@link io.github.rlllm.llm4rl.proxyreward.UltimatumTask},
 *     {@link io.github.rlllm.llm4rl.proxyreward.MatrixTask},
 *     {@link io.github.rlllm.llm4rl.proxyreward.NegotiationTask}</td></tr>
 * <tr><td>label accuracy, agent accuracy</td>
 *     <td>{@link io.github.rlllm.llm4rl.proxyreward.ProxyTask#labelAccuracy},
 *     {@link io.github.rlllm.llm4rl.proxyreward.ProxyTask#agentAccuracy}</td></tr>
 * </table>
 *
 * <p>Deviations. The question about a proposal is whether to accept it, and a rejection is judged by the same answer
 * inverted, which halves the questions. The agent sees the responder's share beside both parts. It learns on 50 proposals
 * that the language model alone judges, apart from the 10 examples and the 50 test proposals. In a matrix game the language
 * model is asked about the chosen outcome, not which outcomes are meant, and one agent chooses for both players. The
 * negotiation is one of ours, with one book, two hats, two balls and a scripted partner. REINFORCE has a moving baseline
 * and an entropy bonus. Answers are kept by prompt. An answer that cannot be read is asked for again and then skipped.
 *
 * <p>A trap of the paper: the test proposals of the 50/50 condition hold none to accept, so that whoever rejects always is
 * right always. It is kept as published, named, and a condition with half of each stands beside it.
 *
 * <p>Reported by the paper (GPT-3): labels right 95.6 % with 10 examples, 90.4 % with one explained example; matrix games
 * about .90, .58 without the objective; agents about as accurate as their labels. Measured here with MiniLM in the place of
 * a model that answers, over five seeds: labels right .79 in the Ultimatum game (majority .55, .54 without the objective),
 * .45 in the matrix games (majority .55, .52 without the objective: the wrong way round), .72 in the negotiation
 * (majority .50). What is measured and what is not: docs/reward-design.md, by {@code rlllm run proxy-reward --seeds 5}.
 */
@NullMarked
package io.github.rlllm.llm4rl.proxyreward;

import org.jspecify.annotations.NullMarked;
