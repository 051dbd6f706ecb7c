package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What names mean inside one method: locals and parameters before constants before inputs; and which locals have a value. */
final class Scope {
    private static final int MOST_LOCALS = 512;

    /** A local variable or parameter; {@code fixed} where it may not be assigned. */
    record Variable(String name, Type type, int dimensions, int slot, boolean fixed) {}

    private final @Nullable RewardSchema schema;
    private final Map<String, Expr.Literal> constants;
    private final List<Variable> visible = new ArrayList<>();
    private final List<Type> types = new ArrayList<>();
    private BitSet assigned = new BitSet();
    /** The slots that the source assigns, in order; a loop looks at the part that its body added. */
    private final List<Integer> writes = new ArrayList<>();

    Scope(@Nullable RewardSchema schema, Map<String, Expr.Literal> constants) {
        this.schema = schema;
        this.constants = constants;
    }

    Variable declare(Token name, Type type, int dimensions, boolean fixed) {
        if (find(name.text()) != null) {
            throw new SourceException(name.place(), name.text() + ": already declared here (expected: another name)");
        }
        if (types.size() >= MOST_LOCALS) {
            throw new SourceException(name.place(), "more than " + MOST_LOCALS + " locals in a method");
        }
        Variable variable = new Variable(name.text(), type, dimensions, types.size(), fixed);
        visible.add(variable);
        types.add(type);
        return variable;
    }

    /** A slot without a name. */
    int hidden(Type type) {
        types.add(type);
        assigned.set(types.size() - 1);
        return types.size() - 1;
    }

    @Nullable
    Variable find(String name) {
        for (int i = visible.size() - 1; i >= 0; i--) {
            if (visible.get(i).name().equals(name)) {
                return visible.get(i);
            }
        }
        return null;
    }

    Expr.@Nullable Literal constant(String name) {
        return constants.get(name);
    }

    @Nullable
    RewardInput input(String name) {
        if (schema == null) {
            return null;
        }
        for (RewardInput input : schema.inputs()) {
            if (input.name().equals(name)) {
                return input;
            }
        }
        return null;
    }

    int offset(RewardInput input) {
        if (schema == null) {
            throw new IllegalStateException("no inputs here");
        }
        return schema.offset(input.name());
    }

    List<Type> types() {
        return List.copyOf(types);
    }

    /** What is visible now; {@link #close} forgets what came after. */
    int open() {
        return visible.size();
    }

    void close(int mark) {
        while (visible.size() > mark) {
            visible.remove(visible.size() - 1);
        }
    }

    void assign(int slot) {
        assigned.set(slot);
        writes.add(slot);
    }

    boolean hasValue(int slot) {
        return assigned.get(slot);
    }

    BitSet state() {
        return (BitSet) assigned.clone();
    }

    void restore(BitSet state) {
        assigned = (BitSet) state.clone();
    }

    /** After a branch that never goes on, everything may be taken as assigned. */
    void unreachable() {
        assigned.set(0, MOST_LOCALS * 4);
    }

    void keepCommon(BitSet other) {
        assigned.and(other);
    }

    int writes() {
        return writes.size();
    }

    boolean wroteSince(int mark, int slot) {
        return writes.subList(mark, writes.size()).contains(slot);
    }
}
