/**
 * What the parts of a reinforcement-learning and language-model system agree on.
 *
 * <p>Probability is the common currency: a policy, a language model over options and a planner's prior all answer with
 * a {@link io.github.rlllm.api.Distribution}, so that studies compose by algebra on {@link io.github.rlllm.api.Finite}.
 *
 * <p>Conventions, valid wherever a type does not say otherwise: arrays are row-major; log-probabilities are in nats;
 * returned arrays belong to the caller and arrays passed in are not kept; failures are typed and their messages read
 * {@code name: value (expected: ...)}; references are never null unless marked.
 */
@NullMarked
package io.github.rlllm.api;

import org.jspecify.annotations.NullMarked;
