package io.github.rlllm.engine.program;

import java.util.function.IntConsumer;

/** Tells every local that an expression reads. */
final class LocalReads implements Expr.Visitor<Boolean> {
    private final IntConsumer told;

    LocalReads(IntConsumer told) {
        this.told = told;
    }

    @Override
    public Boolean literal(Expr.Literal expr) {
        return true;
    }

    @Override
    public Boolean local(Expr.Local expr) {
        told.accept(expr.slot());
        return true;
    }

    @Override
    public Boolean input(Expr.Input expr) {
        return true;
    }

    @Override
    public Boolean element(Expr.Element expr) {
        expr.indices().forEach(index -> index.accept(this));
        return true;
    }

    @Override
    public Boolean length(Expr.Length expr) {
        return true;
    }

    @Override
    public Boolean negate(Expr.Negate expr) {
        return expr.operand().accept(this);
    }

    @Override
    public Boolean not(Expr.Not expr) {
        return expr.operand().accept(this);
    }

    @Override
    public Boolean arithmetic(Expr.Arithmetic expr) {
        return expr.left().accept(this) && expr.right().accept(this);
    }

    @Override
    public Boolean compare(Expr.Compare expr) {
        return expr.left().accept(this) && expr.right().accept(this);
    }

    @Override
    public Boolean logic(Expr.Logic expr) {
        return expr.left().accept(this) && expr.right().accept(this);
    }

    @Override
    public Boolean choose(Expr.Choose expr) {
        return expr.condition().accept(this)
                && expr.yes().accept(this)
                && expr.no().accept(this);
    }

    @Override
    public Boolean cast(Expr.Cast expr) {
        return expr.operand().accept(this);
    }

    @Override
    public Boolean math(Expr.MathCall expr) {
        expr.arguments().forEach(argument -> argument.accept(this));
        return true;
    }

    @Override
    public Boolean helper(Expr.HelperCall expr) {
        for (Operand argument : expr.arguments()) {
            if (argument instanceof Expr value) {
                value.accept(this);
            }
        }
        return true;
    }
}
