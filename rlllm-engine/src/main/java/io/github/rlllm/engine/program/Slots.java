package io.github.rlllm.engine.program;

import static org.objectweb.asm.Opcodes.*;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.MethodVisitor;

/**
 * Where an emitted method keeps things: the inputs (a row, or columns and the number of the row), the fuel where it is counted,
 * and the locals of the tree. An array parameter is its offset in the row and its lengths.
 */
final class Slots {
    private static final int MOST_HOISTED = 200;
    private final ProgramTree.Method method;
    private final boolean columns;
    private final boolean counted;
    private final int[] locals;
    private final int inputs;
    private int state;
    private int fuel;
    private int next;
    private final Map<Integer, Integer> hoisted = new TreeMap<>();

    private Slots(ProgramTree.Method method, boolean columns, boolean counted, int inputs, int next) {
        this.method = method;
        this.columns = columns;
        this.counted = counted;
        this.inputs = inputs;
        this.next = next;
        this.locals = new int[method.locals().size()];
    }

    static Slots helper(ProgramTree.Method method, boolean columns, boolean counted) {
        Slots slots = new Slots(method, columns, counted, 0, 1);
        slots.state = columns ? slots.reserve(1) : -1;
        slots.fuel = counted ? slots.reserve(1) : -1;
        slots.place();
        return slots;
    }

    static Slots row(ProgramTree.Method main, boolean counted) {
        return main(main, false, counted, 3);
    }

    static Slots columns(ProgramTree.Method main, boolean counted) {
        return main(main, true, counted, 4);
    }

    private static Slots main(ProgramTree.Method main, boolean columns, boolean counted, int next) {
        Slots slots = new Slots(main, columns, counted, 1, next);
        slots.state = columns ? slots.reserve(1) : -1;
        slots.fuel = counted ? slots.reserve(1) : -1;
        slots.place();
        return slots;
    }

    private void place() {
        for (int i = 0; i < locals.length; i++) {
            boolean array = i < method.head().parameters().size()
                    && method.head().parameters().get(i).dimensions() > 0;
            int size = array
                    ? 1 + method.head().parameters().get(i).dimensions()
                    : method.locals().get(i) == Type.DOUBLE ? 2 : 1;
            locals[i] = reserve(size);
        }
    }

    int reserve(int size) {
        int at = next;
        next += size;
        return at;
    }

    int local(int slot) {
        return locals[slot];
    }

    int state() {
        return state;
    }

    boolean counted() {
        return counted;
    }

    int fuel() {
        return fuel;
    }

    boolean columns() {
        return columns;
    }

    /** Every local that is no parameter begins at zero, so that the verifier sees a value on every path. */
    void zero(MethodVisitor code) {
        for (int i = method.head().parameters().size(); i < locals.length; i++) {
            boolean number = method.locals().get(i) == Type.DOUBLE;
            code.visitInsn(number ? DCONST_0 : ICONST_0);
            code.visitVarInsn(number ? DSTORE : ISTORE, locals[i]);
        }
    }

    /** New fuel, where it is counted. */
    void fill(MethodVisitor code) {
        if (counted) {
            code.visitInsn(ICONST_1);
            code.visitIntInsn(NEWARRAY, T_INT);
            code.visitInsn(DUP);
            code.visitInsn(ICONST_0);
            push(code, RewardCompiler.FUEL);
            code.visitInsn(IASTORE);
            code.visitVarInsn(ASTORE, fuel);
        }
    }

    /** Spends fuel, where it is counted. */
    void spend(MethodVisitor code, int operations) {
        if (counted) {
            code.visitVarInsn(ALOAD, fuel);
            push(code, operations);
            code.visitMethodInsn(INVOKESTATIC, MathFunction.Owner.OURS.internalName, "spend", "([II)V", false);
        }
    }

    /** Takes the columns of the scalar inputs out of the loop over rows. */
    void hoist(MethodVisitor code, ProgramTree.Method main) {
        main.body().accept(new TreeWalk() {
            @Override
            public Boolean input(Expr.Input expr) {
                if (hoisted.size() < MOST_HOISTED) {
                    hoisted.putIfAbsent(expr.offset(), -1);
                }
                return true;
            }
        });
        for (Map.Entry<Integer, Integer> column : hoisted.entrySet()) {
            column.setValue(reserve(1));
            code.visitVarInsn(ALOAD, inputs);
            push(code, column.getKey());
            code.visitInsn(AALOAD);
            code.visitVarInsn(ASTORE, column.getValue());
        }
    }

    /** Pushes an input at a constant offset. */
    void read(MethodVisitor code, int offset) {
        Integer column = hoisted.get(offset);
        if (column != null) {
            code.visitVarInsn(ALOAD, column);
            code.visitVarInsn(ILOAD, state);
            code.visitInsn(DALOAD);
            return;
        }
        beginRead(code);
        push(code, offset);
        endRead(code);
    }

    void beginRead(MethodVisitor code) {
        code.visitVarInsn(ALOAD, inputs);
    }

    /** The offset has been pushed after {@link #beginRead}. */
    void endRead(MethodVisitor code) {
        if (columns) {
            code.visitInsn(AALOAD);
            code.visitVarInsn(ILOAD, state);
        }
        code.visitInsn(DALOAD);
    }

    /** Pushes what every helper is given first. */
    void pushContext(MethodVisitor code) {
        code.visitVarInsn(ALOAD, inputs);
        if (columns) {
            code.visitVarInsn(ILOAD, state);
        }
        if (counted) {
            code.visitVarInsn(ALOAD, fuel);
        }
    }

    static String name(Signature head, boolean columns) {
        return (columns ? "column" : "row") + head.index();
    }

    static String descriptor(Signature head, boolean columns, boolean counted) {
        StringBuilder text = new StringBuilder(columns ? "([[DI" : "([D").append(counted ? "[I" : "");
        for (Signature.Parameter parameter : head.parameters()) {
            text.append(
                    parameter.dimensions() > 0
                            ? "I".repeat(1 + parameter.dimensions())
                            : parameter.type() == Type.DOUBLE ? "D" : "I");
        }
        return text.append(')').append(head.result() == Type.DOUBLE ? 'D' : 'I').toString();
    }

    static void push(MethodVisitor code, int value) {
        if (value >= -1 && value <= 5) {
            code.visitInsn(ICONST_0 + value);
        } else if (value == (byte) value) {
            code.visitIntInsn(BIPUSH, value);
        } else if (value == (short) value) {
            code.visitIntInsn(SIPUSH, value);
        } else {
            code.visitLdcInsn(value);
        }
    }

    static void push(MethodVisitor code, double value) {
        if (Double.doubleToRawLongBits(value) == 0) {
            code.visitInsn(DCONST_0);
        } else if (value == 1) {
            code.visitInsn(DCONST_1);
        } else {
            code.visitLdcInsn(value);
        }
    }
}
