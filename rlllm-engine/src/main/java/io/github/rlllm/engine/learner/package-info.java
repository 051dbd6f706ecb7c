/** Learners, each to be read from top to bottom: deep Q-learning, proximal policy optimisation, tabular Q-learning. */
@NullMarked
package io.github.rlllm.engine.learner;

import org.jspecify.annotations.NullMarked;
