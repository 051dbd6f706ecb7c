/**
 * Inference servers under a load of language-model requests, of which someone decides how many run:
 * {@link io.github.rlllm.engine.world.serving.Autoscaling}, its {@link io.github.rlllm.engine.world.serving.Arrivals}
 * (generated, or from a trace) and a {@link io.github.rlllm.engine.world.serving.ThresholdAutoscaler} as the classical
 * answer.
 */
@NullMarked
package io.github.rlllm.engine.world.serving;

import org.jspecify.annotations.NullMarked;
