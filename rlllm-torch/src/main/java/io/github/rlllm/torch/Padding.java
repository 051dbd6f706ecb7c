package io.github.rlllm.torch;

/** On which side the shorter rows of a batch are filled up. It changes no result beyond rounding. */
public enum Padding {
    /** At their beginning, so that all rows end in the same column, as generation wants it. */
    LEFT,
    /** At their end, which a causal model never sees. */
    RIGHT
}
