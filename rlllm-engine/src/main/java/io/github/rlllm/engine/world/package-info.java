/**
 * Seeded worlds in plain Java: tabular worlds and classic control with the dynamics of Gymnasium 1.4 (Towers et al. 2024,
 * <a href="https://arxiv.org/abs/2407.17032">arXiv:2407.17032</a>), and what wraps them. Trajectories of equal seeds
 * differ from Gymnasium's, whose generator is another; the dynamics are equal.
 */
@NullMarked
package io.github.rlllm.engine.world;

import org.jspecify.annotations.NullMarked;
