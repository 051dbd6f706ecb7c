package io.github.rlllm.engine.program;

/** The operations that fuel counts. */
final class Work {
    private Work() {}

    /** Of one iteration: the nodes of its body; loops within count their own iterations. */
    static long iteration(Stmt.Count loop) {
        return 1;
    }

    /** Of one call: the nodes of the method's body. */
    static long call(ProgramTree.Method method) {
        return 1;
    }
}
