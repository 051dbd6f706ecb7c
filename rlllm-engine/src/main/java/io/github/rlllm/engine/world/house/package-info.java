/**
 * The house: a MiniGrid-like grid of four rooms with doors, keys, balls and boxes, seen through a partial egocentric
 * view, and four kinds of skill in it. States are immutable, so that planners and oracles may look ahead; what a learner
 * observes comes from partial views alone.
 */
@NullMarked
package io.github.rlllm.engine.world.house;

import org.jspecify.annotations.NullMarked;
