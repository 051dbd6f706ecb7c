package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.List;

/**
 * A program as a typed tree: all that is ever run or compiled.
 *
 * @param schema what it reads
 * @param methods a helper comes before whatever calls it; the last is {@code reward}
 * @param components the names of the components
 */
record ProgramTree(RewardSchema schema, List<Method> methods, List<String> components) {
    /**
     * A method.
     *
     * @param head its head
     * @param locals the type of each slot, parameters first (an array parameter has its element's type)
     * @param body ends with a return on every path
     * @param work what a call costs, see {@link Work}
     */
    record Method(Signature head, List<Type> locals, Stmt.Block body, int work) {}

    Method main() {
        return methods.get(methods.size() - 1);
    }
}
