/**
 * Skills and plans for other programs: PDDL for planners, a behaviour tree for robots, Mermaid for readers.
 */
@NullMarked
package io.github.rlllm.rlplusllm.plan.export;

import org.jspecify.annotations.NullMarked;
