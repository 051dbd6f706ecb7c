package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a tree into a {@link BlockGraph} by running it on unknown inputs: calls are inlined, loops whose count is known are
 * unrolled, and where a condition depends on the inputs both branches are taken and a flag chooses (if-conversion). That gives
 * the same values only where no operation can fail, so that ints are computed where they are known here, and indices likewise.
 * Any other program is {@link Unsupported} and runs by rows.
 */
final class BlockPlanner implements Expr.Visitor<Integer> {
    /** The nodes of the tree that are gone over, loops unrolled. */
    private static final int MOST_WORK = 20_000;

    /** A construct that does not run by blocks. */
    static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsupported() {
            super("unsupported", null, false, false);
        }
    }

    /**
     * What is computed.
     *
     * @param graph the values
     * @param outputs the total, then the components
     */
    record Plan(BlockGraph graph, int[] outputs) {}

    private final Map<Integer, ProgramTree.Method> methods = new HashMap<>();
    private final BlockGraph graph = new BlockGraph();
    private int[] components;
    private int work;
    private int[] locals = {};
    private Map<Integer, ArrayRef> arrays = Map.of();

    private BlockPlanner(ProgramTree tree) {
        tree.methods().forEach(method -> methods.put(method.head().index(), method));
        components = new int[tree.components().size()];
        java.util.Arrays.fill(components, graph.constant(0));
    }

    /** The program without control flow, or null where it cannot be had. */
    static @Nullable Plan plan(ProgramTree tree) {
        if (Work.mayExceedFuel(tree)) {
            return null;
        }
        try {
            BlockPlanner planner = new BlockPlanner(tree);
            int total = planner.call(tree.main(), new int[0], Map.of());
            int[] outputs = new int[planner.components.length + 1];
            outputs[0] = total;
            System.arraycopy(planner.components, 0, outputs, 1, planner.components.length);
            return new Plan(planner.graph, outputs);
        } catch (Unsupported | RewardFailure e) {
            // What fails here fails at the rows that come this way, and they say so.
            return null;
        }
    }

    private int call(ProgramTree.Method method, int[] arguments, Map<Integer, ArrayRef> given) {
        int[] outerLocals = locals;
        Map<Integer, ArrayRef> outerArrays = arrays;
        locals = new int[method.locals().size()];
        java.util.Arrays.fill(locals, BlockGraph.NONE);
        System.arraycopy(arguments, 0, locals, 0, arguments.length);
        arrays = given;
        int result = run(List.of(method.body()));
        locals = outerLocals;
        arrays = outerArrays;
        return required(result);
    }

    private static int required(int value) {
        if (value == BlockGraph.NONE) {
            throw new Unsupported();
        }
        return value;
    }

    private void spend() {
        if (++work > MOST_WORK) {
            throw new Unsupported();
        }
    }

    /** Runs statements; the value that they return, or {@link BlockGraph#NONE} where they go on. */
    private int run(List<Stmt> statements) {
        for (int i = 0; i < statements.size(); i++) {
            spend();
            Stmt stmt = statements.get(i);
            List<Stmt> rest = statements.subList(i + 1, statements.size());
            if (stmt instanceof Stmt.Assign assign) {
                int value = value(assign.value());
                locals[assign.slot()] = value;
            } else if (stmt instanceof Stmt.Component component) {
                // First the value: a call in it may put other arrays into the fields.
                int value = value(component.value());
                components[component.index()] = value;
            } else if (stmt instanceof Stmt.Return give) {
                return value(give.value());
            } else if (stmt instanceof Stmt.Block block) {
                return run(joined(block.statements(), rest));
            } else if (stmt instanceof Stmt.Count count) {
                unroll(count);
            } else if (stmt instanceof Stmt.If choice) {
                return branch(choice, rest);
            } else {
                throw new Unsupported();
            }
        }
        return BlockGraph.NONE;
    }

    private static List<Stmt> joined(List<Stmt> first, List<Stmt> then) {
        List<Stmt> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }

    /** Both branches; what follows belongs to the one that does not return. */
    private int branch(Stmt.If choice, List<Stmt> rest) {
        int flag = value(choice.condition());
        List<Stmt> yes = List.of(choice.yes());
        List<Stmt> no = choice.no() == null ? List.of() : List.of(choice.no());
        if (graph.isConstant(flag)) {
            return run(joined(graph.constantOf(flag) == 0 ? no : yes, rest));
        }
        boolean leaves = returns(choice.yes()) || (choice.no() != null && returns(choice.no()));
        int[] localsBefore = locals.clone();
        int[] componentsBefore = components.clone();
        int first = run(leaves && !returns(choice.yes()) ? joined(yes, rest) : yes);
        int[] localsYes = locals;
        int[] componentsYes = components;
        locals = localsBefore;
        components = componentsBefore;
        boolean noReturns = choice.no() != null && returns(choice.no());
        int second = run(leaves && !noReturns ? joined(no, rest) : no);
        components = merged(flag, componentsYes, components);
        if (leaves) {
            return graph.choose(flag, required(first), required(second));
        }
        if (first != BlockGraph.NONE || second != BlockGraph.NONE) {
            throw new Unsupported();
        }
        locals = merged(flag, localsYes, locals);
        return run(rest);
    }

    private int[] merged(int flag, int[] yes, int[] no) {
        int[] merged = new int[yes.length];
        for (int i = 0; i < merged.length; i++) {
            boolean both = yes[i] != BlockGraph.NONE && no[i] != BlockGraph.NONE;
            // A local of one branch alone is not read after it.
            merged[i] = both ? graph.choose(flag, yes[i], no[i]) : BlockGraph.NONE;
        }
        return merged;
    }

    private static boolean returns(Stmt stmt) {
        if (stmt instanceof Stmt.Block block) {
            return !block.statements().isEmpty()
                    && returns(block.statements().get(block.statements().size() - 1));
        }
        if (stmt instanceof Stmt.If choice) {
            return choice.no() != null && returns(choice.yes()) && returns(choice.no());
        }
        return stmt instanceof Stmt.Return;
    }

    private void unroll(Stmt.Count count) {
        int bound = known(count.bound());
        locals[count.boundSlot()] = graph.constant(bound);
        Place place = count.place();
        for (int i = known(count.first());
                count.comparison().holds(i, bound);
                i = ProgramMath.add(i, count.step(), place.line(), place.column())) {
            locals[count.slot()] = graph.constant(i);
            spend();
            if (run(List.of(count.body())) != BlockGraph.NONE) {
                throw new Unsupported();
            }
        }
    }

    private int value(Expr expr) {
        spend();
        return expr.accept(this);
    }

    /** An int that is the same for all rows. */
    private int known(Expr expr) {
        int value = value(expr);
        if (!graph.isConstant(value)) {
            throw new Unsupported();
        }
        return (int) graph.constantOf(value);
    }

    private ArrayRef resolved(ArrayRef array) {
        ArrayRef input = array.parameter() ? arrays.get(array.index()) : array;
        if (input == null) {
            throw new Unsupported();
        }
        return input;
    }

    @Override
    public Integer literal(Expr.Literal expr) {
        return graph.constant(expr.value());
    }

    @Override
    public Integer local(Expr.Local expr) {
        return required(locals[expr.slot()]);
    }

    @Override
    public Integer input(Expr.Input expr) {
        return graph.column(expr.offset(), expr.type() != Type.DOUBLE);
    }

    @Override
    public Integer element(Expr.Element expr) {
        ArrayRef array = resolved(expr.array());
        Place place = expr.place();
        int at = ProgramMath.index(known(expr.indices().get(0)), array.rows(), place.line(), place.column());
        if (expr.indices().size() == 2) {
            int second = known(expr.indices().get(1));
            at = at * array.columns() + ProgramMath.index(second, array.columns(), place.line(), place.column());
        }
        return graph.column(array.index() + at, expr.type() != Type.DOUBLE);
    }

    @Override
    public Integer length(Expr.Length expr) {
        ArrayRef array = resolved(expr.array());
        return graph.constant(expr.dimension() == 0 ? array.rows() : array.columns());
    }

    @Override
    public Integer negate(Expr.Negate expr) {
        return expr.type() == Type.INT
                ? graph.constant(ProgramMath.negate(
                        known(expr.operand()), expr.place().line(), expr.place().column()))
                : graph.negate(value(expr.operand()));
    }

    @Override
    public Integer not(Expr.Not expr) {
        return graph.not(value(expr.operand()));
    }

    @Override
    public Integer arithmetic(Expr.Arithmetic expr) {
        if (expr.type() == Type.DOUBLE) {
            int left = value(expr.left());
            return graph.arithmetic(expr.operator(), left, value(expr.right()));
        }
        int left = known(expr.left());
        int right = known(expr.right());
        int line = expr.place().line();
        int column = expr.place().column();
        return graph.constant(
                switch (expr.operator()) {
                    case '+' -> ProgramMath.add(left, right, line, column);
                    case '-' -> ProgramMath.subtract(left, right, line, column);
                    case '*' -> ProgramMath.multiply(left, right, line, column);
                    case '/' -> ProgramMath.divide(left, right, line, column);
                    case '%' -> ProgramMath.remainder(left, right, line, column);
                    default -> throw new IllegalStateException("operator " + expr.operator());
                });
    }

    @Override
    public Integer compare(Expr.Compare expr) {
        int left = value(expr.left());
        return graph.compare(expr.comparison(), left, value(expr.right()));
    }

    @Override
    public Integer logic(Expr.Logic expr) {
        int left = value(expr.left());
        if (graph.isConstant(left) && (graph.constantOf(left) != 0) != expr.and()) {
            return left;
        }
        int right = value(expr.right());
        return expr.and() ? graph.and(left, right) : graph.or(left, right);
    }

    @Override
    public Integer choose(Expr.Choose expr) {
        int flag = value(expr.condition());
        if (graph.isConstant(flag)) {
            return value(graph.constantOf(flag) == 0 ? expr.no() : expr.yes());
        }
        int yes = value(expr.yes());
        return graph.choose(flag, yes, value(expr.no()));
    }

    @Override
    public Integer cast(Expr.Cast expr) {
        int operand = value(expr.operand());
        if (expr.type() == Type.DOUBLE || expr.operand().type() == Type.INT) {
            return operand;
        }
        if (!graph.isConstant(operand)) {
            throw new Unsupported();
        }
        Place place = expr.place();
        return graph.constant(ProgramMath.toInt(graph.constantOf(operand), place.line(), place.column()));
    }

    @Override
    public Integer math(Expr.MathCall expr) {
        int[] arguments = expr.arguments().stream().mapToInt(this::value).toArray();
        if (!expr.function().placed()) {
            return graph.function(expr.function(), arguments);
        }
        if (!graph.isConstant(arguments[0])) {
            throw new Unsupported();
        }
        Place place = expr.place();
        return graph.constant(expr.function().of(graph.constantOf(arguments[0]), place.line(), place.column()));
    }

    @Override
    public Integer helper(Expr.HelperCall expr) {
        ProgramTree.Method method = methods.get(expr.method().index());
        int[] arguments = new int[expr.arguments().size()];
        Map<Integer, ArrayRef> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (expr.arguments().get(i) instanceof ArrayRef array) {
                given.put(i, resolved(array));
                arguments[i] = BlockGraph.NONE;
            } else if (expr.arguments().get(i) instanceof Expr value) {
                arguments[i] = value(value);
            }
        }
        if (method == null) {
            throw new Unsupported();
        }
        return call(method, arguments, given);
    }
}
