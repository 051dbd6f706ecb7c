package io.github.rlllm.api;

/** What can go wrong in the world when a skill runs; a runner asks for approval by it. */
public enum Hazard {
    /** Looks and speaks only. */
    NONE,
    /** Changes the world in ways that can be undone. */
    REVERSIBLE,
    /** Changes the world for good. */
    IRREVERSIBLE,
    /** Can hurt a person or break things. */
    DANGEROUS
}
