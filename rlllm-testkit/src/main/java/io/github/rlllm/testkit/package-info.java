/**
 * Contract kits: abstract JUnit 5 classes that a user extends for an environment, a policy, a reward model, a skill or a
 * planner of their own. A subclass says how to make the implementation and what to try it with; the tests are inherited.
 */
@NullMarked
package io.github.rlllm.testkit;

import org.jspecify.annotations.NullMarked;
