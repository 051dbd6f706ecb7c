/**
 * Evaluation of candidates: jobs (a candidate under a seed) run side by side under limits, each with a typed outcome, kept
 * in a journal that survives kill -9. {@link io.github.rlllm.engine.evaluate.Evaluator} is the way in;
 * {@link io.github.rlllm.engine.evaluate.JobExecutor} is what another way of running jobs implements.
 */
@NullMarked
package io.github.rlllm.engine.evaluate;

import org.jspecify.annotations.NullMarked;
