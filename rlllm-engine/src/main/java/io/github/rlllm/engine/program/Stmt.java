package io.github.rlllm.engine.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement whose types and flow were checked. Closed: what is not here cannot be run. */
sealed interface Stmt {
    <R> R accept(Visitor<R> visitor);

    /** Every kind of statement, none by default. */
    interface Visitor<R> {
        R assign(Assign stmt);

        R component(Component stmt);

        R choose(If stmt);

        R block(Block stmt);

        R count(Count stmt);

        R leave(Leave stmt);

        R give(Return stmt);
    }

    /** A local variable gets a value of its type. */
    record Assign(int slot, Expr value) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.assign(this);
        }
    }

    /** A component gets a double. */
    record Component(int index, Expr value) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.component(this);
        }
    }

    /** If and else. */
    record If(Expr condition, Stmt yes, @Nullable Stmt no) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.choose(this);
        }
    }

    /** Statements in order. */
    record Block(List<Stmt> statements) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.block(this);
        }
    }

    /**
     * A loop that counts: the slot goes from {@code first} by {@code step} while {@code comparison} holds against the bound,
     * which is evaluated once, into its own slot. The body cannot change either.
     * An iteration costs {@code work}, see {@link Work}.
     */
    record Count(
            int slot,
            Expr first,
            Expr.Comparison comparison,
            int boundSlot,
            Expr bound,
            int step,
            Stmt body,
            int work,
            Place place)
            implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.count(this);
        }
    }

    /** Leaves the innermost loop, or goes on with its next count. */
    record Leave(boolean next) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.leave(this);
        }
    }

    /** Gives the method's value. */
    record Return(Expr value) implements Stmt {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.give(this);
        }
    }
}
