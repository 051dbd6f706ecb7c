package io.github.rlllm.engine.program;

/**
 * An array or table to read: an input, or a helper's parameter that stands for one. There is no other array in the language.
 *
 * @param element the type of its elements
 * @param dimensions 1 or 2
 * @param parameter whether it is a parameter
 * @param index the input's offset in the row, or the parameter's slot
 * @param rows the length of the first dimension, of an input; 0 for a parameter
 * @param columns the length of the second, 1 for an array
 * @param name its name in the source
 */
record ArrayRef(
        RewardInput.Type element, int dimensions, boolean parameter, int index, int rows, int columns, String name)
        implements Operand {}
