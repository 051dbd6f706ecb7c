/**
 * Running a plan: a validated library of skills, a runner with budgets, masks, approval, timeouts and cancel, and a
 * policy with its environment as a skill.
 */
@NullMarked
package io.github.rlllm.rlplusllm.plan;

import org.jspecify.annotations.NullMarked;
