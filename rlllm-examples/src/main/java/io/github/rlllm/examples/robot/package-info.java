/**
 * A robot that calls a planner: a bridge to anything with goals, feedback, cancel and results, a simulated robot behind it,
 * and the same bridge for ROS 2 actions (docs/robots.md).
 */
@NullMarked
package io.github.rlllm.examples.robot;

import org.jspecify.annotations.NullMarked;
