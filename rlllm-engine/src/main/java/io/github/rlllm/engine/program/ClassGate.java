package io.github.rlllm.engine.program;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The second wall: reads the constant pool of an emitted class, which is all that its code can name, and refuses any class or
 * method that is not on a list, and any kind of constant but numbers. Without it a mistake in the emitter could reach further
 * than the language does.
 */
final class ClassGate {
    private static final int MAGIC = 0xCAFEBABE;
    private static final Set<String> CLASSES = Set.of(
            Emitter.NAME,
            Emitter.CODE,
            MathFunction.Owner.OURS.internalName,
            MathFunction.Owner.MATH.internalName,
            MathFunction.Owner.STRICT.internalName,
            "java/util/List",
            "[D",
            "[[D",
            "[I");
    private static final Set<String> METHODS = methods();

    private ClassGate() {}

    private static Set<String> methods() {
        Set<String> names = new TreeSet<>();
        for (MathFunction function : MathFunction.values()) {
            names.add(function.owner().internalName + "." + function.word() + function.descriptor());
        }
        for (String operation : new String[] {"add", "subtract", "multiply", "divide", "remainder", "index"}) {
            names.add(MathFunction.Owner.OURS.internalName + "." + operation + "(IIII)I");
        }
        names.add(MathFunction.Owner.OURS.internalName + ".negate(III)I");
        names.add(MathFunction.Owner.OURS.internalName + ".toInt(DII)I");
        names.add(MathFunction.Owner.OURS.internalName + ".spend([II)V");
        names.add(Emitter.CODE + ".<init>(Ljava/util/List;)V");
        names.add(Emitter.CODE + ".finite(DI)D");
        return Set.copyOf(names);
    }

    /** Refuses a class that names more than the language needs. */
    static void check(byte[] emitted) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(emitted))) {
            if (in.readInt() != MAGIC) {
                throw new IllegalStateException("no class file");
            }
            in.readInt();
            new Pool(in).check();
        } catch (IOException e) {
            throw new IllegalStateException("a truncated class file", e);
        }
    }

    private static final class Pool {
        private final int[] tags;
        private final int[] first;
        private final int[] second;
        private final String[] texts;

        Pool(DataInputStream in) throws IOException {
            int size = in.readUnsignedShort();
            tags = new int[size];
            first = new int[size];
            second = new int[size];
            texts = new String[size];
            for (int i = 1; i < size; i++) {
                tags[i] = in.readUnsignedByte();
                switch (tags[i]) {
                    case 1 -> texts[i] = in.readUTF();
                    case 3 -> in.readInt();
                    case 6 -> {
                        in.readLong();
                        i++;
                    }
                    case 7 -> first[i] = in.readUnsignedShort();
                    case 10, 12 -> {
                        first[i] = in.readUnsignedShort();
                        second[i] = in.readUnsignedShort();
                    }
                    default ->
                        throw new IllegalStateException(
                                "constant of kind " + tags[i] + " (expected: numbers, classes, methods)");
                }
            }
        }

        void check() {
            for (int i = 1; i < tags.length; i++) {
                if (tags[i] == 7) {
                    require(CLASSES.contains(texts[first[i]]), texts[first[i]]);
                } else if (tags[i] == 10) {
                    String owner = texts[first[first[i]]];
                    String name = owner + "." + texts[first[second[i]]] + texts[second[second[i]]];
                    // Its own methods are those that this pool's class declares.
                    require(METHODS.contains(name) || owner.equals(Emitter.NAME), name);
                }
            }
        }

        private static void require(boolean allowed, String name) {
            if (!allowed) {
                throw new IllegalStateException(name + ": named by emitted code (expected: the language alone)");
            }
        }
    }
}
