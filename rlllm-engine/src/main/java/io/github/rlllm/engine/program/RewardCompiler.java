package io.github.rlllm.engine.program;

import io.github.rlllm.api.Parsed;

/**
 * Compiles what a language model wrote, without ever giving its text to a compiler. A lexer bounds length, tokens and nesting
 * before anything recursive sees them; a parser of our own builds a typed tree of allow-listed constructs, each by name, with the
 * line and column of whatever else it meets; JVM code is emitted from that tree alone. Parser and lexer are ours rather than a
 * Java compiler's because the bounds come first, positions are exact, and what is not in the language has no representation
 * that a walk could forget.
 *
 * <p>Work is bounded: loops count towards a bound that is evaluated once, methods do not recurse, and a program whose text does
 * not already bound its work below {@link #FUEL} operations counts them and stops with {@link RewardFailure.Kind#FUEL}.
 */
public final class RewardCompiler {
    /** The operations of one evaluation: nodes of the tree that loops and calls go over. */
    public static final int FUEL = 2_000_000;
    /** The most components of a program. */
    public static final int MOST_COMPONENTS = 64;

    private RewardCompiler() {}

    /**
     * Compiles a program.
     *
     * @param schema what it may read
     * @param source the text, at most 32,768 characters, in the language of docs/reward-programs.md
     * @return the program, or the reason as {@code line:column what (expected: what is allowed)}, fit to go back to the model
     */
    public static Parsed<RewardProgram> compile(RewardSchema schema, String source) {
        try {
            ProgramTree tree = ProgramParser.parse(schema, source);
            return Parsed.accepted(new RewardProgram(source, tree, Emitter.emit(tree)));
        } catch (SourceException e) {
            return Parsed.rejected(String.valueOf(e.getMessage()));
        }
    }
}
