/**
 * A crafting world of our own: a grid with trees, rock, ores, water and animals of which the agent sees the cells around it,
 * tools that open ores, recipes and workplaces, and skills to find and collect things that are learned in it.
 */
@NullMarked
package io.github.rlllm.engine.world.craft;

import org.jspecify.annotations.NullMarked;
