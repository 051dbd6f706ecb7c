package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.List;

/** An expression whose types were checked. Closed: what is not here cannot be run. */
sealed interface Expr extends Operand {
    /** The type of the value. */
    Type type();

    <R> R accept(Visitor<R> visitor);

    /** Every kind of expression, none by default. */
    interface Visitor<R> {
        R literal(Literal expr);

        R local(Local expr);

        R input(Input expr);

        R element(Element expr);

        R length(Length expr);

        R negate(Negate expr);

        R not(Not expr);

        R arithmetic(Arithmetic expr);

        R compare(Compare expr);

        R logic(Logic expr);

        R choose(Choose expr);

        R cast(Cast expr);

        R math(MathCall expr);

        R helper(HelperCall expr);
    }

    /** A number or flag (0 or 1). */
    record Literal(Type type, double value) implements Expr {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.literal(this);
        }
    }

    /** A local variable or a scalar parameter. */
    record Local(Type type, int slot, String name) implements Expr {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.local(this);
        }
    }

    /** A scalar input. */
    record Input(Type type, int offset, String name) implements Expr {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.input(this);
        }
    }

    /** An element of an array (one index) or a table (two). Outside is {@link RewardFailure.Kind#INDEX}. */
    record Element(ArrayRef array, List<Expr> indices, Place place) implements Expr {
        @Override
        public Type type() {
            return array.element();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.element(this);
        }
    }

    /** The length of the first (0) or second (1) dimension. */
    record Length(ArrayRef array, int dimension) implements Expr {
        @Override
        public Type type() {
            return Type.INT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.length(this);
        }
    }

    /** The negative of a number. */
    record Negate(Expr operand, Place place) implements Expr {
        @Override
        public Type type() {
            return operand.type();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.negate(this);
        }
    }

    /** The opposite of a flag. */
    record Not(Expr operand) implements Expr {
        @Override
        public Type type() {
            return Type.BOOLEAN;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.not(this);
        }
    }

    /** One of {@code + - * / %} on two ints (exact or {@link RewardFailure.Kind#INTEGER}) or two doubles. */
    record Arithmetic(char operator, Expr left, Expr right, Place place) implements Expr {
        @Override
        public Type type() {
            return left.type();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.arithmetic(this);
        }
    }

    /** The comparisons. */
    enum Comparison {
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">="),
        EQUAL("=="),
        UNEQUAL("!=");

        final String symbol;

        Comparison(String symbol) {
            this.symbol = symbol;
        }

        boolean holds(double left, double right) {
            return switch (this) {
                case LESS -> left < right;
                case AT_MOST -> left <= right;
                case GREATER -> left > right;
                case AT_LEAST -> left >= right;
                case EQUAL -> left == right;
                case UNEQUAL -> left != right;
            };
        }
    }

    /** Compares two values of one type; flags for equality alone. */
    record Compare(Comparison comparison, Expr left, Expr right) implements Expr {
        @Override
        public Type type() {
            return Type.BOOLEAN;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.compare(this);
        }
    }

    /** Short-circuit and or or. */
    record Logic(boolean and, Expr left, Expr right) implements Expr {
        @Override
        public Type type() {
            return Type.BOOLEAN;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.logic(this);
        }
    }

    /** {@code condition ? yes : no}; only the chosen one is evaluated. */
    record Choose(Expr condition, Expr yes, Expr no) implements Expr {
        @Override
        public Type type() {
            return yes.type();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.choose(this);
        }
    }

    /** Int to double, or double to int towards zero (out of range or NaN is {@link RewardFailure.Kind#INTEGER}). */
    record Cast(Type type, Expr operand, Place place) implements Expr {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.cast(this);
        }
    }

    /** A function of {@link MathFunction}. */
    record MathCall(MathFunction function, List<Expr> arguments, Place place) implements Expr {
        @Override
        public Type type() {
            return function.result();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.math(this);
        }
    }

    /** A call of a helper method. */
    record HelperCall(Signature method, List<Operand> arguments, Place place) implements Expr {
        @Override
        public Type type() {
            return method.result();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.helper(this);
        }
    }
}
