package io.github.rlllm.engine.world.craft;

/** What fills a cell. */
public enum Block {
    /** One walks on it; what is taken leaves it. */
    GRASS,
    /** Nobody walks on it, and nothing takes it away. */
    WATER,
    /** Gives a log to bare hands. */
    TREE,
    /** Gives a stone to a wooden pickaxe or better. */
    ROCK,
    /** Gives coal to a wooden pickaxe or better. */
    COAL,
    /** Gives iron ore to a stone pickaxe or better. */
    IRON,
    /** Gives a gem to an iron pickaxe. */
    GEM,
    /** Placed by the agent, for ever. */
    TABLE,
    /** Placed by the agent, for ever. */
    FURNACE;

    static final Block[] VALUES = values();
}
