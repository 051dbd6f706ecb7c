package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.BlockGraph.Value;
import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A program over columns a block of rows at a time: a flat list of operations on arrays of a block's length, which are few because
 * they are used again as soon as their value is no longer needed. Immutable and thread-safe.
 */
final class BlockCode {
    /** Long enough to make little of an operation's call, short enough that the arrays of a block stay in the second cache. */
    private static final int BLOCK = 1024;

    private final RewardSchema schema;
    private final BlockKernels kernels;
    private final BlockKernels.Operation[] operations;
    /** The columns that are read; their blocks are the first arrays. */
    private final int[] columns;
    /** The arrays after them, filled with a constant each. */
    private final double[][] constants;

    private final int registers;
    private final int[] outputs;

    private BlockCode(RewardSchema schema, BlockKernels kernels, BlockPlanner.Plan plan) {
        this.schema = schema;
        this.kernels = kernels;
        List<Value> values = fused(plan);
        int[] lastUse = lastUses(values, plan.outputs());
        int[] arrays = new int[values.size()];
        Arrays.fill(arrays, BlockGraph.NONE);
        columns = numbered(values, lastUse, BlockOp.COLUMN, arrays, 0).stream()
                .mapToInt(Value::a)
                .toArray();
        List<Value> filled = numbered(values, lastUse, BlockOp.CONSTANT, arrays, columns.length);
        constants = filled.stream().map(value -> filled(value.k())).toArray(double[][]::new);
        List<BlockKernels.Operation> list = new ArrayList<>();
        registers = allocate(values, lastUse, arrays, columns.length + constants.length, list);
        operations = list.toArray(BlockKernels.Operation[]::new);
        outputs = Arrays.stream(plan.outputs()).map(value -> arrays[value]).toArray();
    }

    /** The program by blocks, or null where it or this JVM does not support them. */
    static @Nullable BlockCode of(ProgramTree tree) {
        BlockKernels kernels = BlockKernels.vector();
        BlockPlanner.Plan plan = kernels == null ? null : BlockPlanner.plan(tree);
        return kernels == null || plan == null ? null : new BlockCode(tree.schema(), kernels, plan);
    }

    private static double[] filled(double value) {
        double[] block = new double[BLOCK];
        Arrays.fill(block, value);
        return block;
    }

    private static int[] operands(Value value) {
        return value.computed()
                ? IntStream.of(value.a(), value.b(), value.c())
                        .filter(operand -> operand != BlockGraph.NONE)
                        .toArray()
                : new int[0];
    }

    /** The values with a product and the sum that alone needs it made one; it is rounded twice all the same. */
    private static List<Value> fused(BlockPlanner.Plan plan) {
        List<Value> values = new ArrayList<>(plan.graph().values());
        boolean[] needed = needed(values, plan.outputs());
        int[] uses = new int[values.size()];
        for (int i = 0; i < uses.length; i++) {
            for (int operand : needed[i] ? operands(values.get(i)) : new int[0]) {
                uses[operand]++;
            }
        }
        for (int output : plan.outputs()) {
            uses[output] += 2;
        }
        for (int i = 0; i < uses.length; i++) {
            Value sum = values.get(i);
            if (sum.op() == BlockOp.ADD || sum.op() == BlockOp.SUBTRACT) {
                Value product = values.get(sum.b());
                boolean minus = sum.op() == BlockOp.SUBTRACT;
                if (uses[sum.b()] == 1 && product.op() == BlockOp.MULTIPLY_BY_CONSTANT) {
                    double k = minus ? -product.k() : product.k();
                    values.set(i, new Value(BlockOp.SCALE_THEN_ADD, product.a(), sum.a(), BlockGraph.NONE, k, 0, null));
                } else if (!minus) {
                    int at = uses[sum.b()] == 1 && product.op() == BlockOp.MULTIPLY ? sum.b() : sum.a();
                    Value other = values.get(at);
                    int rest = at == sum.a() ? sum.b() : sum.a();
                    if (uses[at] == 1 && other.op() == BlockOp.MULTIPLY) {
                        values.set(i, Value.of(BlockOp.MULTIPLY_THEN_ADD, other.a(), other.b(), rest));
                    } else if (uses[at] == 1 && other.op() == BlockOp.MULTIPLY_BY_CONSTANT) {
                        values.set(
                                i,
                                new Value(
                                        BlockOp.SCALE_THEN_ADD, other.a(), rest, BlockGraph.NONE, other.k(), 0, null));
                    }
                }
            }
        }
        return values;
    }

    private static boolean[] needed(List<Value> values, int[] outputs) {
        boolean[] needed = new boolean[values.size()];
        for (int output : outputs) {
            needed[output] = true;
        }
        for (int i = needed.length - 1; i >= 0; i--) {
            for (int operand : needed[i] ? operands(values.get(i)) : new int[0]) {
                needed[operand] = true;
            }
        }
        return needed;
    }

    /** Where each value is used last; -1 where it is not needed, the number of values where it leaves the program. */
    private static int[] lastUses(List<Value> values, int[] outputs) {
        boolean[] needed = needed(values, outputs);
        int[] last = new int[values.size()];
        Arrays.fill(last, -1);
        for (int i = 0; i < last.length; i++) {
            for (int operand : needed[i] ? operands(values.get(i)) : new int[0]) {
                last[operand] = i;
            }
        }
        for (int output : outputs) {
            last[output] = last.length;
        }
        return last;
    }

    private static List<Value> numbered(List<Value> values, int[] lastUse, BlockOp op, int[] arrays, int first) {
        List<Value> found = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).op() == op && lastUse[i] >= 0) {
                arrays[i] = first + found.size();
                found.add(values.get(i));
            }
        }
        return found;
    }

    /** Gives every computed value an array from the first register on; how many there are. */
    private int allocate(
            List<Value> values, int[] lastUse, int[] arrays, int first, List<BlockKernels.Operation> list) {
        Deque<Integer> free = new ArrayDeque<>();
        int used = 0;
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            if (!value.computed() || lastUse[i] < 0) {
                continue;
            }
            int[] operands = operands(value);
            int[] from = new int[3];
            for (int k = 0; k < operands.length; k++) {
                from[k] = arrays[operands[k]];
            }
            for (int operand : Arrays.stream(operands).distinct().toArray()) {
                if (lastUse[operand] == i && arrays[operand] >= first) {
                    free.push(arrays[operand]);
                }
            }
            arrays[i] = free.isEmpty() ? first + used++ : free.pop();
            list.add(kernels.operation(value, from[0], from[1], from[2], arrays[i]));
        }
        return used;
    }

    /**
     * As {@link ProgramCode#columns}, inputs checked.
     *
     * @return false where an input is not one of the schema or a value is not finite; the arrays then mean nothing, and the
     *     program has to go over the rows to tell which
     */
    boolean columns(double[][] inputs, double[] totals, double @Nullable [][] components) {
        int given = columns.length + constants.length;
        double[][] arrays = new double[given + registers][];
        int[] places = new int[arrays.length];
        int size = Math.min(BLOCK, stepped(totals.length));
        System.arraycopy(constants, 0, arrays, columns.length, constants.length);
        for (int i = given; i < arrays.length; i++) {
            arrays[i] = new double[size];
        }
        for (int i = 0; i < columns.length; i++) {
            arrays[i] = inputs[columns[i]];
        }
        double[] scratch = new double[size];
        int whole = totals.length - totals.length % BLOCK;
        for (int from = 0; from < whole; from += BLOCK) {
            Arrays.fill(places, 0, columns.length, from);
            if (!inputsHold(inputs, from, BLOCK)) {
                return false;
            }
            run(arrays, places, BLOCK);
            for (int i = 0; i < outputs.length; i++) {
                boolean kept = i == 0 || components != null;
                double[] target = i == 0 ? totals : components == null ? scratch : components[i - 1];
                if (!kernels.finish(arrays[outputs[i]], places[outputs[i]], target, kept ? from : 0, BLOCK)) {
                    return false;
                }
            }
        }
        return whole == totals.length || rest(inputs, whole, totals, components, arrays, places);
    }

    /** So many rows or what the kernels' step makes of them. */
    private int stepped(int rows) {
        return (rows + kernels.lanes() - 1) / kernels.lanes() * kernels.lanes();
    }

    private void run(double[][] arrays, int[] places, int n) {
        for (BlockKernels.Operation operation : operations) {
            operation.run(arrays, places, n);
        }
    }

    private boolean inputsHold(double[][] inputs, int from, int n) {
        int element = 0;
        for (RewardInput input : schema.inputs()) {
            boolean whole = input.type() != Type.DOUBLE;
            for (int i = input.size(); i > 0; i--) {
                if (!kernels.within(inputs[element++], from, n, input.low(), input.high(), whole)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The rows after the last whole block, the last of them repeated to fill the kernels' step. */
    private boolean rest(
            double[][] inputs,
            int from,
            double[] totals,
            double @Nullable [][] components,
            double[][] arrays,
            int[] places) {
        int rows = totals.length - from;
        int n = stepped(rows);
        double[] block = new double[n];
        int element = 0;
        for (RewardInput input : schema.inputs()) {
            for (int i = 0; i < input.size(); i++, element++) {
                pad(inputs[element], from, rows, n, block);
                if (!kernels.within(block, 0, n, input.low(), input.high(), input.type() != Type.DOUBLE)) {
                    return false;
                }
            }
        }
        Arrays.fill(places, 0, columns.length, 0);
        for (int i = 0; i < columns.length; i++) {
            arrays[i] = new double[n];
            pad(inputs[columns[i]], from, rows, n, arrays[i]);
        }
        run(arrays, places, n);
        for (int i = 0; i < outputs.length; i++) {
            if (!kernels.finish(arrays[outputs[i]], 0, block, 0, n)) {
                return false;
            }
            if (i == 0) {
                System.arraycopy(block, 0, totals, from, rows);
            } else if (components != null) {
                System.arraycopy(block, 0, components[i - 1], from, rows);
            }
        }
        return true;
    }

    private static void pad(double[] column, int from, int rows, int n, double[] block) {
        System.arraycopy(column, from, block, 0, rows);
        Arrays.fill(block, rows, n, block[rows - 1]);
    }
}
