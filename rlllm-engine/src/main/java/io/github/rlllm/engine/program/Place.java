package io.github.rlllm.engine.program;

/** A place in a source: line and column from 1, a column being one UTF-16 unit. */
record Place(int line, int column) {
    @Override
    public String toString() {
        return line + ":" + column;
    }
}
