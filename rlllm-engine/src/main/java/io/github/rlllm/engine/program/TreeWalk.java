package io.github.rlllm.engine.program;

/** Goes over every node below an expression or statement. A subclass looks at the kinds that it cares for, then goes on here. */
abstract class TreeWalk implements Expr.Visitor<Boolean>, Stmt.Visitor<Boolean> {
    /** Told of every node before what is below it. */
    void node() {}

    private boolean leaf() {
        node();
        return true;
    }

    private boolean over(Expr... exprs) {
        node();
        for (Expr expr : exprs) {
            expr.accept(this);
        }
        return true;
    }

    @Override
    public Boolean literal(Expr.Literal expr) {
        return leaf();
    }

    @Override
    public Boolean local(Expr.Local expr) {
        return leaf();
    }

    @Override
    public Boolean input(Expr.Input expr) {
        return leaf();
    }

    @Override
    public Boolean element(Expr.Element expr) {
        return over(expr.indices().toArray(Expr[]::new));
    }

    @Override
    public Boolean length(Expr.Length expr) {
        return leaf();
    }

    @Override
    public Boolean negate(Expr.Negate expr) {
        return over(expr.operand());
    }

    @Override
    public Boolean not(Expr.Not expr) {
        return over(expr.operand());
    }

    @Override
    public Boolean arithmetic(Expr.Arithmetic expr) {
        return over(expr.left(), expr.right());
    }

    @Override
    public Boolean compare(Expr.Compare expr) {
        return over(expr.left(), expr.right());
    }

    @Override
    public Boolean logic(Expr.Logic expr) {
        return over(expr.left(), expr.right());
    }

    @Override
    public Boolean choose(Expr.Choose expr) {
        return over(expr.condition(), expr.yes(), expr.no());
    }

    @Override
    public Boolean cast(Expr.Cast expr) {
        return over(expr.operand());
    }

    @Override
    public Boolean math(Expr.MathCall expr) {
        return over(expr.arguments().toArray(Expr[]::new));
    }

    @Override
    public Boolean helper(Expr.HelperCall expr) {
        node();
        for (Operand argument : expr.arguments()) {
            if (argument instanceof Expr value) {
                value.accept(this);
            }
        }
        return true;
    }

    @Override
    public Boolean assign(Stmt.Assign stmt) {
        return over(stmt.value());
    }

    @Override
    public Boolean component(Stmt.Component stmt) {
        return over(stmt.value());
    }

    @Override
    public Boolean choose(Stmt.If stmt) {
        over(stmt.condition());
        stmt.yes().accept(this);
        if (stmt.no() != null) {
            stmt.no().accept(this);
        }
        return true;
    }

    @Override
    public Boolean block(Stmt.Block stmt) {
        node();
        stmt.statements().forEach(each -> each.accept(this));
        return true;
    }

    @Override
    public Boolean count(Stmt.Count stmt) {
        over(stmt.first(), stmt.bound());
        stmt.body().accept(this);
        return true;
    }

    @Override
    public Boolean leave(Stmt.Leave stmt) {
        return leaf();
    }

    @Override
    public Boolean give(Stmt.Return stmt) {
        return over(stmt.value());
    }
}
