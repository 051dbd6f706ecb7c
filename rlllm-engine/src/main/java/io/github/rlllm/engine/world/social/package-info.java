/**
 * Games of two players in plain Java, seeded, in which a user may want of an agent what no number of the game says:
 * {@link io.github.rlllm.engine.world.social.UltimatumGame}, {@link io.github.rlllm.engine.world.social.MatrixGame} and
 * {@link io.github.rlllm.engine.world.social.Negotiation}. Each tells what happened in its episode as a record, besides
 * the observations of {@link io.github.rlllm.api.Environment}.
 */
@NullMarked
package io.github.rlllm.engine.world.social;

import org.jspecify.annotations.NullMarked;
