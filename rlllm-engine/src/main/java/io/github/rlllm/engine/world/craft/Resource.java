package io.github.rlllm.engine.world.craft;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be found in the world and collected. */
public enum Resource {
    /** Gives logs. */
    TREE(Block.TREE, "log", 0),
    /** Gives stones; needs a wooden pickaxe. */
    STONE(Block.ROCK, "stone", 1),
    /** Gives coal; needs a wooden pickaxe. */
    COAL(Block.COAL, "coal", 1),
    /** Gives iron ore; needs a stone pickaxe. */
    IRON(Block.IRON, "iron_ore", 2),
    /** Gives gems; needs an iron pickaxe. */
    GEM(Block.GEM, "gem", 3),
    /** Walks about; gives wool. */
    SHEEP(null, "wool", 0),
    /** Walks about; gives leather. */
    COW(null, "leather", 0);

    static final Resource[] VALUES = values();
    /** The pickaxes, from that of tier 1 to that of tier 3. */
    static final String[] TOOLS = {"wooden_pickaxe", "stone_pickaxe", "iron_pickaxe"};

    private static final @Nullable Resource[] OF_BLOCK = new Resource[Block.VALUES.length];

    static {
        for (Resource resource : VALUES) {
            if (resource.block != null) {
                OF_BLOCK[resource.block.ordinal()] = resource;
            }
        }
    }

    private final @Nullable Block block;
    private final String item;
    private final int tier;

    Resource(@Nullable Block block, String item, int tier) {
        this.block = block;
        this.item = item;
        this.tier = tier;
    }

    /**
     * The thing that collecting it gives.
     *
     * @return such as {@code log}
     */
    public String item() {
        return item;
    }

    /**
     * The fact that it is near.
     *
     * @return such as {@code tree_nearby}
     */
    public String nearby() {
        return name().toLowerCase(Locale.ROOT) + CraftWorld.NEARBY;
    }

    /**
     * The least tool that takes it; better ones do too.
     *
     * @return such as {@code stone_pickaxe}, or null where bare hands do
     */
    public @Nullable String tool() {
        return tier == 0 ? null : TOOLS[tier - 1];
    }

    /** The tier of {@link #tool}, 0 for bare hands. */
    int tier() {
        return tier;
    }

    /** What it fills, or null for animals. */
    @Nullable
    Block block() {
        return block;
    }

    /** How a window shows it: the number of its block, or one above all blocks for an animal. */
    int code() {
        return block == null ? CraftSight.ANIMALS + ordinal() - SHEEP.ordinal() : block.ordinal();
    }

    /** The resource that fills a block, or null. */
    static @Nullable Resource of(int block) {
        return OF_BLOCK[block];
    }
}
