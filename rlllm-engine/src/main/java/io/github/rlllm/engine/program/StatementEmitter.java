package io.github.rlllm.engine.program;

import static org.objectweb.asm.Opcodes.*;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** Emits statements; each answers whether the next one is reached, so that nothing is emitted that is never reached. */
final class StatementEmitter implements Stmt.Visitor<Boolean> {
    /** Where reward() leaves its components and total, and goes when it returns. */
    record Exit(int components, int total, Label done) {}

    private static final class Loop {
        final Label next = new Label();
        final Label end = new Label();
        boolean continued;
    }

    private final MethodVisitor code;
    private final ExpressionEmitter expressions;
    private final Slots slots;
    private final @Nullable Exit exit;
    private final Deque<Loop> loops = new ArrayDeque<>();

    StatementEmitter(MethodVisitor code, ExpressionEmitter expressions, Slots slots, @Nullable Exit exit) {
        this.code = code;
        this.expressions = expressions;
        this.slots = slots;
        this.exit = exit;
    }

    @Override
    public Boolean assign(Stmt.Assign stmt) {
        expressions.push(stmt.value());
        code.visitVarInsn(stmt.value().type() == Type.DOUBLE ? DSTORE : ISTORE, slots.local(stmt.slot()));
        return true;
    }

    @Override
    public Boolean component(Stmt.Component stmt) {
        if (exit == null) {
            throw new IllegalStateException("a component in a helper");
        }
        expressions.push(stmt.value());
        code.visitVarInsn(DSTORE, exit.components() + 2 * stmt.index());
        return true;
    }

    @Override
    public Boolean choose(Stmt.If stmt) {
        Label no = new Label();
        expressions.jumpUnless(stmt.condition(), no);
        boolean afterYes = stmt.yes().accept(this);
        if (stmt.no() == null) {
            code.visitLabel(no);
            return true;
        }
        Label end = new Label();
        if (afterYes) {
            code.visitJumpInsn(GOTO, end);
        }
        code.visitLabel(no);
        boolean afterNo = stmt.no().accept(this);
        code.visitLabel(end);
        return afterYes || afterNo;
    }

    @Override
    public Boolean block(Stmt.Block stmt) {
        boolean goesOn = true;
        for (Stmt each : stmt.statements()) {
            goesOn = each.accept(this);
        }
        return goesOn;
    }

    @Override
    public Boolean count(Stmt.Count stmt) {
        int count = slots.local(stmt.slot());
        int bound = slots.local(stmt.boundSlot());
        expressions.push(stmt.first());
        code.visitVarInsn(ISTORE, count);
        expressions.push(stmt.bound());
        code.visitVarInsn(ISTORE, bound);
        Label check = new Label();
        Label top = new Label();
        Loop loop = new Loop();
        code.visitJumpInsn(GOTO, check);
        code.visitLabel(top);
        slots.spend(code, stmt.work());
        loops.push(loop);
        boolean goesOn = stmt.body().accept(this);
        loops.pop();
        if (goesOn || loop.continued) {
            code.visitLabel(loop.next);
            step(stmt, count);
        }
        code.visitLabel(check);
        code.visitVarInsn(ILOAD, count);
        code.visitVarInsn(ILOAD, bound);
        code.visitJumpInsn(
                switch (stmt.comparison()) {
                    case LESS -> IF_ICMPLT;
                    case AT_MOST -> IF_ICMPLE;
                    case GREATER -> IF_ICMPGT;
                    case AT_LEAST -> IF_ICMPGE;
                    case EQUAL, UNEQUAL -> throw new IllegalStateException("a loop that does not count");
                },
                top);
        code.visitLabel(loop.end);
        return true;
    }

    private void step(Stmt.Count stmt, int count) {
        boolean strict = stmt.comparison() == Expr.Comparison.LESS || stmt.comparison() == Expr.Comparison.GREATER;
        if (strict && Math.abs(stmt.step()) == 1) {
            // The count is short of its bound, so that one step more is an int.
            code.visitIincInsn(count, stmt.step());
            return;
        }
        code.visitVarInsn(ILOAD, count);
        Slots.push(code, stmt.step());
        Slots.push(code, stmt.place().line());
        Slots.push(code, stmt.place().column());
        code.visitMethodInsn(INVOKESTATIC, MathFunction.Owner.OURS.internalName, "add", "(IIII)I", false);
        code.visitVarInsn(ISTORE, count);
    }

    @Override
    public Boolean leave(Stmt.Leave stmt) {
        Loop loop = loops.getFirst();
        loop.continued |= stmt.next();
        code.visitJumpInsn(GOTO, stmt.next() ? loop.next : loop.end);
        return false;
    }

    @Override
    public Boolean give(Stmt.Return stmt) {
        expressions.push(stmt.value());
        if (exit == null) {
            code.visitInsn(stmt.value().type() == Type.DOUBLE ? DRETURN : IRETURN);
        } else {
            code.visitVarInsn(DSTORE, exit.total());
            code.visitJumpInsn(GOTO, exit.done());
        }
        return false;
    }
}
