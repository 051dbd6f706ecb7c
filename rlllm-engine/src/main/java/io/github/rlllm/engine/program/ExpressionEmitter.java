package io.github.rlllm.engine.program;

import static org.objectweb.asm.Opcodes.*;

import io.github.rlllm.engine.program.RewardInput.Type;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** Pushes the value of an expression: a double, an int, or a flag as 0 or 1. */
final class ExpressionEmitter implements Expr.Visitor<Boolean> {
    private final MethodVisitor code;
    private final Slots slots;

    ExpressionEmitter(MethodVisitor code, Slots slots) {
        this.code = code;
        this.slots = slots;
    }

    void push(Expr expr) {
        expr.accept(this);
    }

    private void ours(String name, String descriptor) {
        code.visitMethodInsn(INVOKESTATIC, MathFunction.Owner.OURS.internalName, name, descriptor, false);
    }

    private void pushPlace(Place place) {
        Slots.push(code, place.line());
        Slots.push(code, place.column());
    }

    @Override
    public Boolean literal(Expr.Literal expr) {
        if (expr.type() == Type.DOUBLE) {
            Slots.push(code, expr.value());
        } else {
            Slots.push(code, (int) expr.value());
        }
        return true;
    }

    @Override
    public Boolean local(Expr.Local expr) {
        code.visitVarInsn(expr.type() == Type.DOUBLE ? DLOAD : ILOAD, slots.local(expr.slot()));
        return true;
    }

    @Override
    public Boolean input(Expr.Input expr) {
        slots.read(code, expr.offset());
        return narrowed(expr.type());
    }

    private boolean narrowed(Type type) {
        if (type != Type.DOUBLE) {
            code.visitInsn(D2I);
        }
        return true;
    }

    @Override
    public Boolean element(Expr.Element expr) {
        ArrayRef array = expr.array();
        boolean direct = !array.parameter()
                && array.dimensions() == 1
                && expr.indices().get(0) instanceof Expr.Literal literal
                && literal.value() >= 0
                && literal.value() < array.rows();
        if (direct && expr.indices().get(0) instanceof Expr.Literal literal) {
            slots.read(code, array.index() + (int) literal.value());
            return narrowed(expr.type());
        }
        slots.beginRead(code);
        index(expr, 0);
        if (array.dimensions() == 2) {
            length(array, 1);
            code.visitInsn(IMUL);
            index(expr, 1);
            code.visitInsn(IADD);
        }
        if (array.parameter()) {
            code.visitVarInsn(ILOAD, slots.local(array.index()));
        } else {
            Slots.push(code, array.index());
        }
        code.visitInsn(IADD);
        slots.endRead(code);
        return narrowed(expr.type());
    }

    private void index(Expr.Element expr, int dimension) {
        push(expr.indices().get(dimension));
        length(expr.array(), dimension);
        pushPlace(expr.place());
        ours("index", "(IIII)I");
    }

    private void length(ArrayRef array, int dimension) {
        if (array.parameter()) {
            code.visitVarInsn(ILOAD, slots.local(array.index()) + 1 + dimension);
        } else {
            Slots.push(code, dimension == 0 ? array.rows() : array.columns());
        }
    }

    @Override
    public Boolean length(Expr.Length expr) {
        length(expr.array(), expr.dimension());
        return true;
    }

    @Override
    public Boolean negate(Expr.Negate expr) {
        push(expr.operand());
        if (expr.type() == Type.DOUBLE) {
            code.visitInsn(DNEG);
        } else {
            pushPlace(expr.place());
            ours("negate", "(III)I");
        }
        return true;
    }

    @Override
    public Boolean not(Expr.Not expr) {
        push(expr.operand());
        code.visitInsn(ICONST_1);
        code.visitInsn(IXOR);
        return true;
    }

    @Override
    public Boolean arithmetic(Expr.Arithmetic expr) {
        push(expr.left());
        push(expr.right());
        if (expr.type() == Type.DOUBLE) {
            code.visitInsn(
                    switch (expr.operator()) {
                        case '+' -> DADD;
                        case '-' -> DSUB;
                        case '*' -> DMUL;
                        case '/' -> DDIV;
                        case '%' -> DREM;
                        default -> throw new IllegalStateException("operator " + expr.operator());
                    });
            return true;
        }
        pushPlace(expr.place());
        ours(
                switch (expr.operator()) {
                    case '+' -> "add";
                    case '-' -> "subtract";
                    case '*' -> "multiply";
                    case '/' -> "divide";
                    case '%' -> "remainder";
                    default -> throw new IllegalStateException("operator " + expr.operator());
                },
                "(IIII)I");
        return true;
    }

    @Override
    public Boolean compare(Expr.Compare expr) {
        return flag(expr);
    }

    @Override
    public Boolean logic(Expr.Logic expr) {
        return flag(expr);
    }

    private boolean flag(Expr expr) {
        Label no = new Label();
        Label end = new Label();
        jumpUnless(expr, no);
        code.visitInsn(ICONST_1);
        code.visitJumpInsn(GOTO, end);
        code.visitLabel(no);
        code.visitInsn(ICONST_0);
        code.visitLabel(end);
        return true;
    }

    /** Goes on where a condition holds, else to the label. */
    void jumpUnless(Expr condition, Label no) {
        if (condition instanceof Expr.Compare compare) {
            compareAndJump(compare, no);
        } else if (condition instanceof Expr.Logic logic && logic.and()) {
            jumpUnless(logic.left(), no);
            jumpUnless(logic.right(), no);
        } else if (condition instanceof Expr.Logic logic) {
            Label right = new Label();
            Label yes = new Label();
            jumpUnless(logic.left(), right);
            code.visitJumpInsn(GOTO, yes);
            code.visitLabel(right);
            jumpUnless(logic.right(), no);
            code.visitLabel(yes);
        } else {
            push(condition);
            code.visitJumpInsn(IFEQ, no);
        }
    }

    private void compareAndJump(Expr.Compare expr, Label no) {
        push(expr.left());
        push(expr.right());
        boolean doubles = expr.left().type() == Type.DOUBLE;
        if (doubles) {
            // NaN makes every comparison false but !=.
            boolean less = expr.comparison() == Expr.Comparison.LESS || expr.comparison() == Expr.Comparison.AT_MOST;
            code.visitInsn(less ? DCMPG : DCMPL);
        }
        code.visitJumpInsn(
                switch (expr.comparison()) {
                    case LESS -> doubles ? IFGE : IF_ICMPGE;
                    case AT_MOST -> doubles ? IFGT : IF_ICMPGT;
                    case GREATER -> doubles ? IFLE : IF_ICMPLE;
                    case AT_LEAST -> doubles ? IFLT : IF_ICMPLT;
                    case EQUAL -> doubles ? IFNE : IF_ICMPNE;
                    case UNEQUAL -> doubles ? IFEQ : IF_ICMPEQ;
                },
                no);
    }

    @Override
    public Boolean choose(Expr.Choose expr) {
        Label no = new Label();
        Label end = new Label();
        jumpUnless(expr.condition(), no);
        push(expr.yes());
        code.visitJumpInsn(GOTO, end);
        code.visitLabel(no);
        push(expr.no());
        code.visitLabel(end);
        return true;
    }

    @Override
    public Boolean cast(Expr.Cast expr) {
        push(expr.operand());
        if (expr.type() == Type.DOUBLE) {
            code.visitInsn(I2D);
        } else {
            pushPlace(expr.place());
            ours("toInt", "(DII)I");
        }
        return true;
    }

    @Override
    public Boolean math(Expr.MathCall expr) {
        expr.arguments().forEach(this::push);
        MathFunction function = expr.function();
        if (function.placed()) {
            pushPlace(expr.place());
        }
        code.visitMethodInsn(
                INVOKESTATIC, function.owner().internalName, function.word(), function.descriptor(), false);
        return true;
    }

    @Override
    public Boolean helper(Expr.HelperCall expr) {
        // Arguments are evaluated before the call is paid for, as the interpreter does.
        slots.pushContext(code);
        for (Operand argument : expr.arguments()) {
            if (argument instanceof ArrayRef array) {
                pushArray(array);
            } else if (argument instanceof Expr value) {
                push(value);
            }
        }
        code.visitMethodInsn(
                INVOKESTATIC,
                Emitter.NAME,
                Slots.name(expr.method(), slots.columns()),
                Slots.descriptor(expr.method(), slots.columns(), slots.counted()),
                false);
        return true;
    }

    private void pushArray(ArrayRef array) {
        if (array.parameter()) {
            code.visitVarInsn(ILOAD, slots.local(array.index()));
        } else {
            Slots.push(code, array.index());
        }
        for (int i = 0; i < array.dimensions(); i++) {
            length(array, i);
        }
    }
}
