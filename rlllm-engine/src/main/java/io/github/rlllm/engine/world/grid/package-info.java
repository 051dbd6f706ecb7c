/**
 * Grid worlds after MiniGrid (Chevalier-Boisvert et al. 2023, <a
 * href="https://arxiv.org/abs/2306.13831">arXiv:2306.13831</a>) and BabyAI (2019, <a
 * href="https://arxiv.org/abs/1810.08272">arXiv:1810.08272</a>): an agent that turns, walks, carries, drops and opens, and
 * sees 7 x 7 cells before it. Dynamics, views and rewards are those of MiniGrid 3.2; levels are drawn from the same
 * distributions by a generator of our own, so that equal seeds give other layouts than there.
 */
@NullMarked
package io.github.rlllm.engine.world.grid;

import org.jspecify.annotations.NullMarked;
