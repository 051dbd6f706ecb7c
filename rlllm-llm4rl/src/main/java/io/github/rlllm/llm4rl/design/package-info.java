/**
 * What the studies share in which a reward is proposed, compiled, trained with and judged by a task metric that the one who
 * proposes never gets: {@link io.github.rlllm.llm4rl.design.RewardTask} (world, inputs, metric, one sentence),
 * {@link io.github.rlllm.llm4rl.design.Proposer} (a language model; a search without any; a scripted one for tests),
 * {@link io.github.rlllm.llm4rl.design.CandidateTraining} and
 * {@link io.github.rlllm.llm4rl.design.CandidateRecord}. How these are put together is each study's own.
 */
@NullMarked
package io.github.rlllm.llm4rl.design;

import org.jspecify.annotations.NullMarked;
