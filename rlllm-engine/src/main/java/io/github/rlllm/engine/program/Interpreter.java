package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The slow twin of the emitted code: walks the tree and gives the same bits or the same failure. Ints and flags are kept in
 * doubles, in which they are exact. It counts all work, whatever bound the tree has.
 */
final class Interpreter extends ProgramCode {
    private final ProgramTree tree;
    private final Map<Integer, ProgramTree.Method> methods = new HashMap<>();

    Interpreter(ProgramTree tree) {
        super(tree.components());
        this.tree = tree;
        for (ProgramTree.Method method : tree.methods()) {
            methods.put(method.head().index(), method);
        }
    }

    /** The value of an expression without inputs, locals and calls. */
    static double constant(Expr expr) {
        Run run = new Run(Map.of(), new double[0], new double[0]);
        return expr.accept(new Frame(run, new double[0], new ArrayView[0]));
    }

    @Override
    double row(double[] row, double @Nullable [] components) {
        double[] values = new double[tree.components().size()];
        double total = run(new Run(methods, row, values));
        if (components != null) {
            System.arraycopy(values, 0, components, 0, values.length);
        }
        return total;
    }

    /** Whether a row has a finite total although a NaN came up on the way. */
    boolean hidesNaN(double[] row) {
        Run run = new Run(methods, row, new double[tree.components().size()]);
        try {
            run(run);
            return run.sawNaN;
        } catch (RewardFailure e) {
            return false;
        }
    }

    private double run(Run run) {
        double[] values = run.components;
        ProgramTree.Method main = tree.main();
        int size = main.locals().size();
        Frame frame = new Frame(run, new double[size], new ArrayView[size]);
        main.body().accept(frame);
        for (int i = 0; i < values.length; i++) {
            values[i] = finite(values[i], i);
        }
        return finite(frame.returned, -1);
    }

    @Override
    void columns(double[][] columns, double[] totals, double @Nullable [][] components) {
        double[] row = new double[columns.length];
        double[] values = new double[tree.components().size()];
        for (int s = 0; s < totals.length; s++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = columns[i][s];
            }
            totals[s] = row(row, values);
            for (int i = 0; components != null && i < values.length; i++) {
                components[i][s] = values[i];
            }
        }
    }

    /** One evaluation. */
    private static final class Run {
        final Map<Integer, ProgramTree.Method> methods;
        final double[] row;
        final double[] components;
        long fuel = RewardCompiler.FUEL;
        boolean sawNaN;

        Run(Map<Integer, ProgramTree.Method> methods, double[] row, double[] components) {
            this.methods = methods;
            this.row = row;
            this.components = components;
        }

        double noted(double value) {
            sawNaN |= Double.isNaN(value);
            return value;
        }

        void spend(long operations) {
            fuel -= operations;
            if (fuel < 0) {
                throw ProgramMath.outOfFuel();
            }
        }
    }

    /** A part of the row. */
    private record ArrayView(int base, int rows, int columns) {}

    /** How a statement ended. */
    private enum Ended {
        GOES_ON,
        BREAK,
        CONTINUE,
        RETURN
    }

    /** One call: its locals and what it returned. */
    private static final class Frame implements Expr.Visitor<Double>, Stmt.Visitor<Ended> {
        private final Run run;
        private final double[] locals;
        private final @Nullable ArrayView[] arrays;
        private double returned;

        Frame(Run run, double[] locals, @Nullable ArrayView[] arrays) {
            this.run = run;
            this.locals = locals;
            this.arrays = arrays;
        }

        private boolean holds(Expr condition) {
            return condition.accept(this) != 0;
        }

        private ArrayView view(ArrayRef array) {
            ArrayView view = array.parameter()
                    ? arrays[array.index()]
                    : new ArrayView(array.index(), array.rows(), array.columns());
            if (view == null) {
                throw new IllegalStateException("no array " + array.name());
            }
            return view;
        }

        @Override
        public Double literal(Expr.Literal expr) {
            return expr.value();
        }

        @Override
        public Double local(Expr.Local expr) {
            return locals[expr.slot()];
        }

        @Override
        public Double input(Expr.Input expr) {
            return read(expr.type(), expr.offset());
        }

        private double read(Type type, int at) {
            return type == Type.DOUBLE ? run.row[at] : (int) run.row[at];
        }

        @Override
        public Double element(Expr.Element expr) {
            ArrayView view = view(expr.array());
            Place place = expr.place();
            int first = (int) (double) expr.indices().get(0).accept(this);
            int at = ProgramMath.index(first, view.rows(), place.line(), place.column());
            if (expr.indices().size() == 2) {
                int second = (int) (double) expr.indices().get(1).accept(this);
                at = at * view.columns() + ProgramMath.index(second, view.columns(), place.line(), place.column());
            }
            return read(expr.type(), view.base() + at);
        }

        @Override
        public Double length(Expr.Length expr) {
            ArrayView view = view(expr.array());
            return (double) (expr.dimension() == 0 ? view.rows() : view.columns());
        }

        @Override
        public Double negate(Expr.Negate expr) {
            double value = expr.operand().accept(this);
            return expr.type() == Type.DOUBLE
                    ? -value
                    : ProgramMath.negate(
                            (int) value, expr.place().line(), expr.place().column());
        }

        @Override
        public Double not(Expr.Not expr) {
            return holds(expr.operand()) ? 0.0 : 1.0;
        }

        @Override
        public Double arithmetic(Expr.Arithmetic expr) {
            double left = expr.left().accept(this);
            double right = expr.right().accept(this);
            int line = expr.place().line();
            int column = expr.place().column();
            boolean whole = expr.type() == Type.INT;
            return run.noted(
                    switch (expr.operator()) {
                        case '+' -> whole ? ProgramMath.add((int) left, (int) right, line, column) : left + right;
                        case '-' -> whole ? ProgramMath.subtract((int) left, (int) right, line, column) : left - right;
                        case '*' -> whole ? ProgramMath.multiply((int) left, (int) right, line, column) : left * right;
                        case '/' -> whole ? ProgramMath.divide((int) left, (int) right, line, column) : left / right;
                        case '%' -> whole ? ProgramMath.remainder((int) left, (int) right, line, column) : left % right;
                        default -> throw new IllegalStateException("operator " + expr.operator());
                    });
        }

        @Override
        public Double compare(Expr.Compare expr) {
            double left = expr.left().accept(this);
            double right = expr.right().accept(this);
            return expr.comparison().holds(left, right) ? 1.0 : 0.0;
        }

        @Override
        public Double logic(Expr.Logic expr) {
            return holds(expr.left()) == expr.and() ? expr.right().accept(this) : expr.and() ? 0.0 : 1.0;
        }

        @Override
        public Double choose(Expr.Choose expr) {
            return (holds(expr.condition()) ? expr.yes() : expr.no()).accept(this);
        }

        @Override
        public Double cast(Expr.Cast expr) {
            double value = expr.operand().accept(this);
            return expr.type() == Type.DOUBLE
                    ? value
                    : ProgramMath.toInt(value, expr.place().line(), expr.place().column());
        }

        @Override
        public Double math(Expr.MathCall expr) {
            int arity = expr.arguments().size();
            double[] arguments = new double[arity + 2];
            for (int i = 0; i < arity; i++) {
                arguments[i] = expr.arguments().get(i).accept(this);
            }
            arguments[arity] = expr.place().line();
            arguments[arity + 1] = expr.place().column();
            return run.noted(expr.function().of(arguments));
        }

        @Override
        public Double helper(Expr.HelperCall expr) {
            ProgramTree.Method method = run.methods.get(expr.method().index());
            if (method == null) {
                throw new IllegalStateException("no method " + expr.method().name());
            }
            int size = method.locals().size();
            Frame frame = new Frame(run, new double[size], new ArrayView[size]);
            List<Operand> arguments = new ArrayList<>(expr.arguments());
            for (int i = 0; i < arguments.size(); i++) {
                if (arguments.get(i) instanceof ArrayRef array) {
                    frame.arrays[i] = view(array);
                } else if (arguments.get(i) instanceof Expr value) {
                    frame.locals[i] = value.accept(this);
                }
            }
            run.spend(method.work());
            method.body().accept(frame);
            return frame.returned;
        }

        @Override
        public Ended assign(Stmt.Assign stmt) {
            locals[stmt.slot()] = stmt.value().accept(this);
            return Ended.GOES_ON;
        }

        @Override
        public Ended component(Stmt.Component stmt) {
            run.components[stmt.index()] = stmt.value().accept(this);
            return Ended.GOES_ON;
        }

        @Override
        public Ended choose(Stmt.If stmt) {
            if (holds(stmt.condition())) {
                return stmt.yes().accept(this);
            }
            return stmt.no() == null ? Ended.GOES_ON : stmt.no().accept(this);
        }

        @Override
        public Ended block(Stmt.Block stmt) {
            for (Stmt each : stmt.statements()) {
                Ended ended = each.accept(this);
                if (ended != Ended.GOES_ON) {
                    return ended;
                }
            }
            return Ended.GOES_ON;
        }

        @Override
        public Ended count(Stmt.Count stmt) {
            locals[stmt.slot()] = stmt.first().accept(this);
            locals[stmt.boundSlot()] = stmt.bound().accept(this);
            while (stmt.comparison().holds(locals[stmt.slot()], locals[stmt.boundSlot()])) {
                run.spend(stmt.work());
                Ended ended = stmt.body().accept(this);
                if (ended == Ended.RETURN) {
                    return ended;
                }
                if (ended == Ended.BREAK) {
                    break;
                }
                locals[stmt.slot()] = ProgramMath.add(
                        (int) locals[stmt.slot()],
                        stmt.step(),
                        stmt.place().line(),
                        stmt.place().column());
            }
            return Ended.GOES_ON;
        }

        @Override
        public Ended leave(Stmt.Leave stmt) {
            return stmt.next() ? Ended.CONTINUE : Ended.BREAK;
        }

        @Override
        public Ended give(Stmt.Return stmt) {
            returned = stmt.value().accept(this);
            return Ended.RETURN;
        }
    }
}
