/**
 * Eureka (Ma et al. 2023, <a href="https://arxiv.org/abs/2310.12931">arXiv:2310.12931</a>): a language model writes rewards,
 * learners are trained with them, and what came of it goes back.
 *
 * <table>
 * <caption>The paper and {@link io.github.rlllm.llm4rl.eureka.Eureka}</caption>
 * <tr><th>paper</th><th>here</th></tr>
 * <tr><td>reward design problem, section 2: find R that maximises F of what is learned with R</td>
 *     <td>{@link io.github.rlllm.llm4rl.design.RewardTask}: the metric is F and is told to no proposer</td></tr>
 * <tr><td>algorithm 1</td><td>{@code Eureka.search}</td></tr>
 * <tr><td>environment as context, section 3.1</td><td>{@code Eureka.question}: the schema's description in the place of source
 *     code, one sentence as the task</td></tr>
 * <tr><td>evolutionary search, section 3.2: K samples, the best is mutated in context</td>
 *     <td>{@code Eureka.search}, {@link io.github.rlllm.llm4rl.eureka.EurekaConfig}</td></tr>
 * <tr><td>reward reflection, section 3.3</td><td>{@code Eureka.reflected}; traces of
 *     {@link io.github.rlllm.llm4rl.design.CandidateTraining}</td></tr>
 * <tr><td>human-normalised score, section 4.2: (method - sparse) / |human - sparse|</td>
 *     <td>{@link io.github.rlllm.llm4rl.eureka.Eureka#humanNormalised}</td></tr>
 * </table>
 *
 * <p>Deliberate deviations: the reason of every sample that failed goes back, also where all failed, and then with one of the
 * failed programs; candidates are kept by id from the proposal to the record, so that none is credited with another's score;
 * programs with helper methods stay whole; of an iteration the best few can be trained several times and alone be chosen from
 * ({@code EurekaConfig.finalists}), since one training says little; a candidate's id and seed do not depend on the feedback, so
 * that the controls differ from the search in nothing else; programs are of the language of {@code engine.program} and run
 * under limits, where the original executes Python in its own process; PPO is the engine's, on two cores' worth of steps. The
 * observation code of the environment is not shown, because it would be Java of this library; the schema says what it would say.
 *
 * <p>Without a language model {@link io.github.rlllm.llm4rl.design.GrammarProposer} proposes. Its "reflection" is
 * mutation by the component statistics, after the paper's tips: it is a baseline for a language model, no replica of one.
 *
 * <p>Measured beside reported: docs/reward-design.md. Reported are rewards better than those of people on 83 % of 29
 * environments, by 52 % on average, with GPT-4 and Isaac Gym: figures that nothing here repeats.
 */
@NullMarked
package io.github.rlllm.llm4rl.eureka;

import org.jspecify.annotations.NullMarked;
