package io.github.rlllm.engine.program;

import java.util.List;

/**
 * A method's head.
 *
 * @param name its name
 * @param index its place among the methods
 * @param result the type of its value
 * @param parameters what it is given; parameter i has slot i
 * @param place of its name
 */
record Signature(String name, int index, RewardInput.Type result, List<Parameter> parameters, Place place) {
    /** A scalar (dimensions 0), an array (1) or a table (2). */
    record Parameter(RewardInput.Type type, int dimensions, String name) {}
}
