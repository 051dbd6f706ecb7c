package io.github.rlllm.engine.program;

import java.util.List;
import java.util.Set;

/** Goes over the tokens, and keeps count of how deep the parser is in its own calls. */
final class TokenReader {
    private static final int DEEPEST = 160;
    private static final Set<String> TYPES = Set.of("double", "int", "boolean");
    /** Words of Java that are told by name, for a model tries them. */
    private static final Set<String> FORBIDDEN = Set.of(
            "while",
            "do",
            "switch",
            "try",
            "catch",
            "throw",
            "new",
            "class",
            "interface",
            "enum",
            "record",
            "import",
            "package",
            "this",
            "super",
            "null",
            "var",
            "float",
            "long",
            "short",
            "byte",
            "char",
            "void",
            "synchronized",
            "assert",
            "instanceof",
            "yield",
            "goto",
            "native",
            "volatile",
            "transient",
            "abstract",
            "extends",
            "implements");

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    Token next() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean is(String text) {
        return peek().is(text);
    }

    boolean skip(String text) {
        if (is(text)) {
            next();
            return true;
        }
        return false;
    }

    Token expect(String text) {
        if (!is(text)) {
            throw unexpected("'" + text + "'");
        }
        return next();
    }

    boolean isType() {
        return peek().kind() == Token.Kind.NAME && TYPES.contains(peek().text());
    }

    RewardInput.Type type() {
        if (!isType()) {
            throw unexpected("a type: double, int or boolean");
        }
        return switch (next().text()) {
            case "double" -> RewardInput.Type.DOUBLE;
            case "int" -> RewardInput.Type.INT;
            default -> RewardInput.Type.BOOLEAN;
        };
    }

    /** A new name, which is no word of the language. */
    Token name() {
        Token token = peek();
        if (token.kind() != Token.Kind.NAME) {
            throw unexpected("a name");
        }
        try {
            RewardInput.requireName("name", token.text());
        } catch (IllegalArgumentException e) {
            throw new SourceException(token.place(), token.shown() + ": a word of the language (expected: a name)");
        }
        return next();
    }

    SourceException unexpected(String expected) {
        Token token = peek();
        String found = FORBIDDEN.contains(token.text()) ? token.text() + ": not in the language" : token.shown();
        return new SourceException(token.place(), found + " (expected: " + expected + ")");
    }

    /** One call deeper. */
    void enter() {
        if (++depth > DEEPEST) {
            throw new SourceException(
                    peek().place(), "nested deeper than " + DEEPEST + " (expected: locals or helper methods)");
        }
    }

    void leave(int levels) {
        depth -= levels;
    }

    /** Skips from an opening brace, which is next, behind the closing one; the lexer has matched them. */
    void skipBraces() {
        int open = 0;
        do {
            Token token = next();
            open += token.is("{") ? 1 : token.is("}") ? -1 : 0;
        } while (open > 0);
    }
}
