package io.github.rlllm.engine.program;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;

/**
 * Emits JVM code from a typed tree, each method twice: for a row, and for one row of columns. The class is hidden, so that it
 * ends with its program, and {@link ClassGate} has read it before the JVM does.
 */
final class Emitter {
    static final String NAME = "io/github/rlllm/engine/program/Emitted";
    static final String CODE = "io/github/rlllm/engine/program/ProgramCode";
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final ProgramTree tree;
    private final boolean counted;
    private final ClassWriter writer = new FlatWriter();

    private Emitter(ProgramTree tree) {
        this.tree = tree;
        this.counted = Work.mayExceedFuel(tree);
    }

    /** Frames merge arrays of numbers and nothing else; no class is looked up. */
    private static final class FlatWriter extends ClassWriter {
        FlatWriter() {
            super(COMPUTE_FRAMES | COMPUTE_MAXS);
        }

        @Override
        protected String getCommonSuperClass(String first, String second) {
            return "java/lang/Object";
        }
    }

    /** Code that gives what the interpreter gives. */
    static ProgramCode emit(ProgramTree tree) {
        byte[] bytes;
        try {
            bytes = bytes(tree);
        } catch (MethodTooLargeException | ClassTooLargeException e) {
            throw new SourceException(
                    tree.main().head().place(), "a method too large to compile (expected: a shorter one)");
        }
        ClassGate.check(bytes);
        try {
            MethodHandles.Lookup emitted = LOOKUP.defineHiddenClass(bytes, true);
            return (ProgramCode)
                    emitted.findConstructor(emitted.lookupClass(), MethodType.methodType(void.class, List.class))
                            .invoke(tree.components());
        } catch (Throwable e) {
            throw new IllegalStateException("emitted code was refused", e);
        }
    }

    static byte[] bytes(ProgramTree tree) {
        return new Emitter(tree).bytes();
    }

    private byte[] bytes() {
        writer.visit(V17, ACC_FINAL | ACC_SUPER, NAME, null, CODE, null);
        MethodVisitor init = writer.visitMethod(0, "<init>", "(Ljava/util/List;)V", null, null);
        init.visitCode();
        init.visitVarInsn(ALOAD, 0);
        init.visitVarInsn(ALOAD, 1);
        init.visitMethodInsn(INVOKESPECIAL, CODE, "<init>", "(Ljava/util/List;)V", false);
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
        for (boolean columns : new boolean[] {false, true}) {
            for (ProgramTree.Method method : tree.methods()) {
                if (method.head().index() != tree.main().head().index()) {
                    helper(method, columns);
                }
            }
        }
        row();
        columns();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private void helper(ProgramTree.Method method, boolean columns) {
        MethodVisitor code = writer.visitMethod(
                ACC_STATIC,
                Slots.name(method.head(), columns),
                Slots.descriptor(method.head(), columns, counted),
                null,
                null);
        code.visitCode();
        Slots slots = Slots.helper(method, columns, counted);
        StatementEmitter statements = new StatementEmitter(code, new ExpressionEmitter(code, slots), slots, null);
        slots.zero(code);
        slots.spend(code, method.work());
        method.body().accept(statements);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /** double row(double[] row, double[] components). */
    private void row() {
        MethodVisitor code = writer.visitMethod(0, "row", "([D[D)D", null, null);
        code.visitCode();
        Slots slots = Slots.row(tree.main(), counted);
        int components = slots.reserve(2 * tree.components().size());
        int total = slots.reserve(2);
        Label done = new Label();
        body(code, slots, components, total, done);
        Label end = new Label();
        code.visitVarInsn(ALOAD, 2);
        code.visitJumpInsn(IFNULL, end);
        for (int i = 0; i < tree.components().size(); i++) {
            code.visitVarInsn(ALOAD, 2);
            Slots.push(code, i);
            code.visitVarInsn(DLOAD, components + 2 * i);
            code.visitInsn(DASTORE);
        }
        code.visitLabel(end);
        code.visitVarInsn(DLOAD, total);
        code.visitInsn(DRETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /** void columns(double[][] columns, double[] totals, double[][] components). */
    private void columns() {
        MethodVisitor code = writer.visitMethod(0, "columns", "([[D[D[[D)V", null, null);
        code.visitCode();
        Slots slots = Slots.columns(tree.main(), counted);
        int components = slots.reserve(2 * tree.components().size());
        int total = slots.reserve(2);
        slots.hoist(code, tree.main());
        code.visitInsn(ICONST_0);
        code.visitVarInsn(ISTORE, slots.state());
        Label check = new Label();
        Label top = new Label();
        code.visitJumpInsn(GOTO, check);
        code.visitLabel(top);
        body(code, slots, components, total, new Label());
        code.visitVarInsn(ALOAD, 2);
        code.visitVarInsn(ILOAD, slots.state());
        code.visitVarInsn(DLOAD, total);
        code.visitInsn(DASTORE);
        Label next = new Label();
        code.visitVarInsn(ALOAD, 3);
        code.visitJumpInsn(IFNULL, next);
        for (int i = 0; i < tree.components().size(); i++) {
            code.visitVarInsn(ALOAD, 3);
            Slots.push(code, i);
            code.visitInsn(AALOAD);
            code.visitVarInsn(ILOAD, slots.state());
            code.visitVarInsn(DLOAD, components + 2 * i);
            code.visitInsn(DASTORE);
        }
        code.visitLabel(next);
        code.visitIincInsn(slots.state(), 1);
        code.visitLabel(check);
        code.visitVarInsn(ILOAD, slots.state());
        code.visitVarInsn(ALOAD, 2);
        code.visitInsn(ARRAYLENGTH);
        code.visitJumpInsn(IF_ICMPLT, top);
        code.visitInsn(RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /** The body of reward(); leaves the checked total and components in their slots. */
    private void body(MethodVisitor code, Slots slots, int components, int total, Label done) {
        slots.fill(code);
        slots.zero(code);
        for (int i = 0; i < tree.components().size(); i++) {
            code.visitInsn(DCONST_0);
            code.visitVarInsn(DSTORE, components + 2 * i);
        }
        StatementEmitter.Exit exit = new StatementEmitter.Exit(components, total, done);
        tree.main().body().accept(new StatementEmitter(code, new ExpressionEmitter(code, slots), slots, exit));
        code.visitLabel(done);
        for (int i = 0; i < tree.components().size(); i++) {
            finite(code, components + 2 * i, i);
        }
        finite(code, total, -1);
    }

    private static void finite(MethodVisitor code, int slot, int component) {
        code.visitVarInsn(ALOAD, 0);
        code.visitVarInsn(DLOAD, slot);
        Slots.push(code, component);
        code.visitMethodInsn(INVOKEVIRTUAL, CODE, "finite", "(DI)D", false);
        code.visitVarInsn(DSTORE, slot);
    }
}
