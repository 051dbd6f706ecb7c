/**
 * A partially observed room whose objects have a property that nobody sees before examining them: the world of {@code
 * planner-actor-reporter}, after the description in Dasgupta et al. 2023 (<a
 * href="https://arxiv.org/abs/2302.00763">arXiv:2302.00763</a>), whose own world is not public.
 */
@NullMarked
package io.github.rlllm.engine.world.secret;

import org.jspecify.annotations.NullMarked;
