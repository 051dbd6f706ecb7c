package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.HashMap;
import java.util.Map;

/**
 * The operations that fuel counts: an iteration of a loop costs the nodes of its body, a call the nodes of the method's body,
 * loops within counting for themselves. And the most that a program can spend, as far as its text and schema tell.
 */
final class Work extends TreeWalk {
    private long nodes;

    private Work() {}

    /** The nodes of a body without those of the bodies of loops in it. */
    static int of(Stmt body) {
        Work work = new Work();
        body.accept(work);
        return (int) work.nodes;
    }

    @Override
    void node() {
        nodes++;
    }

    @Override
    public Boolean count(Stmt.Count stmt) {
        nodes++;
        stmt.first().accept(this);
        stmt.bound().accept(this);
        return true;
    }

    /** Whether a program can spend more than the fuel, so that it has to count. */
    static boolean mayExceedFuel(ProgramTree tree) {
        Map<Integer, Long> costs = new HashMap<>();
        long last = 0;
        for (ProgramTree.Method method : tree.methods()) {
            Bound bound = new Bound(tree.schema(), costs);
            method.body().accept(bound);
            last = plus(bound.cost, method.work());
            costs.put(method.head().index(), last);
        }
        return last - tree.main().work() > RewardCompiler.FUEL;
    }

    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE / 2 - b ? Long.MAX_VALUE / 2 : a + b;
    }

    private static long times(long a, long b) {
        return a != 0 && b > Long.MAX_VALUE / 2 / a ? Long.MAX_VALUE / 2 : a * b;
    }

    /** What loops and calls can cost. */
    private static final class Bound extends TreeWalk {
        private final RewardSchema schema;
        private final Map<Integer, Long> costs;
        private long cost;

        Bound(RewardSchema schema, Map<Integer, Long> costs) {
            this.schema = schema;
            this.costs = costs;
        }

        @Override
        public Boolean helper(Expr.HelperCall expr) {
            super.helper(expr);
            cost = plus(cost, costs.getOrDefault(expr.method().index(), Long.MAX_VALUE / 2));
            return true;
        }

        @Override
        public Boolean count(Stmt.Count stmt) {
            stmt.first().accept(this);
            stmt.bound().accept(this);
            Bound body = new Bound(schema, costs);
            stmt.body().accept(body);
            cost = plus(cost, times(trips(stmt), plus(stmt.work(), body.cost)));
            return true;
        }

        private long trips(Stmt.Count stmt) {
            Range first = range(stmt.first());
            Range bound = range(stmt.bound());
            long span = stmt.step() > 0 ? bound.high - first.low : first.high - bound.low;
            return Math.max(0, span / Math.abs(stmt.step()) + 1);
        }

        private record Range(long low, long high) {}

        private Range range(Expr expr) {
            if (expr instanceof Expr.Literal literal) {
                return new Range((long) literal.value(), (long) literal.value());
            }
            if (expr instanceof Expr.Length length) {
                ArrayRef array = length.array();
                long longest = array.parameter()
                        ? longest(array.element())
                        : length.dimension() == 0 ? array.rows() : array.columns();
                return new Range(array.parameter() ? 1 : longest, longest);
            }
            if (expr instanceof Expr.Input input) {
                for (RewardInput each : schema.inputs()) {
                    if (schema.offset(each.name()) == input.offset()) {
                        return new Range((long) each.low(), (long) each.high());
                    }
                }
            }
            return new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }

        private long longest(Type element) {
            long longest = 1;
            for (RewardInput input : schema.inputs()) {
                for (int length : input.type() == element ? input.shape() : java.util.List.<Integer>of()) {
                    longest = Math.max(longest, length);
                }
            }
            return longest;
        }
    }
}
