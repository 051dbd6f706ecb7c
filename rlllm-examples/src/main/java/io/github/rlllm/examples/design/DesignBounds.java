package io.github.rlllm.examples.design;

/** Every bound that an aim of a study of reward design is held against. */
final class DesignBounds {
    /** What a search must exceed a baseline or a control by, in units of the task metric. */
    static final double APART = 0;
    /** The execute rate of a proposer whose grammar knows the language. */
    static final double EXECUTE_RATE = 0.95;
    /** Self-refined reward: success after refinement; "above 95 %" in the paper. */
    static final double REFINED_SUCCESS = 0.95;

    private DesignBounds() {}
}
