package io.github.rlllm.engine.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Text to tokens, with every bound that keeps the parser small: length, number of tokens, depth and matching of brackets.
 * Outside comments only the ASCII characters of the language are accepted; nowhere control or format characters (bidirectional
 * overrides among them), unpaired surrogates or a backslash followed by u, which Java would translate.
 */
final class Lexer {
    static final int MOST_CHARACTERS = 32_768;
    static final int MOST_TOKENS = 4_096;
    static final int DEEPEST = 48;
    private static final int LONGEST_WORD = 64;
    private static final List<String> SYMBOLS = List.of(
            "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "++", "--", "(", ")", "{", "}", "[", "]",
            ",", ";", ":", "?", ".", "+", "-", "*", "/", "%", "!", "<", ">", "=");
    /** Symbols of Java that would otherwise be read as two of ours. */
    private static final List<String> REFUSED = List.of("->", "::", "<<", ">>", "...");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Token> open = new ArrayDeque<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(String source) {
        this.source = source;
    }

    /** The tokens, an END last. */
    static List<Token> tokens(String source) {
        if (source.length() > MOST_CHARACTERS) {
            throw new SourceException(
                    new Place(1, 1),
                    "source: " + source.length() + " characters (expected: at most " + MOST_CHARACTERS + ")");
        }
        Lexer lexer = new Lexer(source);
        lexer.refuseCharacters();
        lexer.run();
        return lexer.tokens;
    }

    private Place place() {
        return new Place(line, at - lineStart + 1);
    }

    private void refuseCharacters() {
        for (at = 0; at < source.length(); at++) {
            char c = source.charAt(at);
            boolean pair = Character.isHighSurrogate(c)
                    && at + 1 < source.length()
                    && Character.isLowSurrogate(source.charAt(at + 1));
            if (c == '\\' && at + 1 < source.length() && source.charAt(at + 1) == 'u') {
                throw new SourceException(place(), "\\u: a unicode escape (expected: none)");
            }
            int point = source.codePointAt(at);
            boolean blank = c == '\n' || c == '\r' || c == '\t';
            int type = Character.getType(point);
            if (!blank
                    && (type == Character.CONTROL
                            || type == Character.FORMAT
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR
                            || type == Character.SURROGATE)) {
                throw new SourceException(place(), named(point) + ": a control or format character (expected: none)");
            }
            if (pair) {
                at++;
            } else {
                newLine(c);
            }
        }
        at = 0;
        line = 1;
        lineStart = 0;
    }

    private void newLine(char c) {
        boolean carriageReturnAlone = c == '\r' && !(at + 1 < source.length() && source.charAt(at + 1) == '\n');
        if (c == '\n' || carriageReturnAlone) {
            line++;
            lineStart = at + 1;
        }
    }

    private static String named(int point) {
        return point > ' ' && point < 127 ? "'" + (char) point + "'" : String.format("U+%04X", point);
    }

    private void run() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                newLine(c);
                at++;
            } else if (source.startsWith("//", at)) {
                while (at < source.length() && source.charAt(at) != '\n' && source.charAt(at) != '\r') {
                    at++;
                }
            } else if (source.startsWith("/*", at)) {
                comment();
            } else {
                token(c);
                if (tokens.size() > MOST_TOKENS) {
                    throw new SourceException(place(), "source: more than " + MOST_TOKENS + " tokens");
                }
            }
        }
        if (!open.isEmpty()) {
            Token bracket = open.peek();
            throw new SourceException(bracket.place(), bracket.text() + ": never closed");
        }
        tokens.add(new Token(Token.Kind.END, "", 0, place()));
    }

    private void comment() {
        Place start = place();
        int end = source.indexOf("*/", at + 2);
        if (end < 0) {
            throw new SourceException(start, "/*: never closed");
        }
        for (; at < end + 2; at++) {
            newLine(source.charAt(at));
        }
    }

    private void token(char c) {
        Place place = place();
        boolean number = digit(c) || (c == '.' && at + 1 < source.length() && digit(source.charAt(at + 1)));
        if (number) {
            tokens.add(NumberToken.read(source, at, place));
            at += tokens.get(tokens.size() - 1).text().length();
        } else if (letter(c)) {
            int end = at;
            while (end < source.length() && (letter(source.charAt(end)) || digit(source.charAt(end)))) {
                end++;
            }
            if (end - at > LONGEST_WORD) {
                throw new SourceException(
                        place, "a name of " + (end - at) + " characters (expected: at most " + LONGEST_WORD + ")");
            }
            tokens.add(new Token(Token.Kind.NAME, source.substring(at, end), 0, place));
            at = end;
        } else if (c == '"') {
            string(place);
        } else {
            symbol(place);
        }
    }

    static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private void string(Place place) {
        int end = at + 1;
        while (end < source.length() && (letter(source.charAt(end)) || digit(source.charAt(end)))) {
            end++;
        }
        String text = source.substring(at + 1, end);
        boolean closed = end < source.length() && source.charAt(end) == '"';
        if (!closed || text.isEmpty() || text.length() > LONGEST_WORD || !letter(text.charAt(0))) {
            throw new SourceException(
                    place,
                    "a string (expected: a component's name alone, 1 to " + LONGEST_WORD + " letters, digits and _)");
        }
        tokens.add(new Token(Token.Kind.STRING, text, 0, place));
        at = end + 1;
    }

    private void symbol(Place place) {
        for (String refused : REFUSED) {
            if (source.startsWith(refused, at)) {
                throw new SourceException(place, refused + ": not in the language");
            }
        }
        for (String symbol : SYMBOLS) {
            if (source.startsWith(symbol, at)) {
                Token token = new Token(Token.Kind.SYMBOL, symbol, 0, place);
                tokens.add(token);
                bracket(token);
                at += symbol.length();
                return;
            }
        }
        throw new SourceException(place, named(source.codePointAt(at)) + ": a character that is not in the language");
    }

    private void bracket(Token token) {
        switch (token.text()) {
            case "(", "[", "{" -> {
                open.push(token);
                if (open.size() > DEEPEST) {
                    throw new SourceException(token.place(), "brackets nested deeper than " + DEEPEST);
                }
            }
            case ")" -> close(token, "(");
            case "]" -> close(token, "[");
            case "}" -> close(token, "{");
            default -> {}
        }
    }

    private void close(Token token, String opening) {
        if (open.isEmpty() || !open.pop().text().equals(opening)) {
            throw new SourceException(token.place(), token.text() + ": closes nothing that is open");
        }
    }
}
