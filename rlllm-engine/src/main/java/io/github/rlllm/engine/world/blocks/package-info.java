/**
 * The tabletop: blocks, bowls, corners and the middle of a table, a gripper that is moved cell by cell, and one kind of
 * skill, to pick up a block and place it. Blocks may be heavy, buried under another or beyond the gripper's reach, so that
 * not every skill is possible in every state, and which are is to be learned from experience. Grasp noise and an adversary
 * that moves blocks are settings, off by default. States are immutable, so that oracles may look ahead.
 */
@NullMarked
package io.github.rlllm.engine.world.blocks;

import org.jspecify.annotations.NullMarked;
