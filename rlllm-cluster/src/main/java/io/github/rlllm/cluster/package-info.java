/**
 * Evaluation of candidates beyond one machine, by Apache Pekko's work-pulling: a {@link io.github.rlllm.cluster.Driver} is
 * a {@link io.github.rlllm.engine.evaluate.JobExecutor}, and each {@link io.github.rlllm.cluster.Worker} runs one job at a
 * time, of the tasks that it was started with. Data alone crosses the wire.
 */
@NullMarked
package io.github.rlllm.cluster;

import org.jspecify.annotations.NullMarked;
