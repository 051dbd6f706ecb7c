package io.github.rlllm.engine.program;

/** Reads a number: a decimal int without leading zeros, or a decimal double that is finite and not rounded to zero. */
final class NumberToken {
    private static final int LONGEST = 40;

    private NumberToken() {}

    static Token read(String source, int from, Place place) {
        int at = digits(source, from);
        boolean decimal = false;
        if (at < source.length() && source.charAt(at) == '.') {
            decimal = true;
            at = digits(source, at + 1);
        }
        if (at < source.length() && (source.charAt(at) == 'e' || source.charAt(at) == 'E')) {
            decimal = true;
            at++;
            if (at < source.length() && (source.charAt(at) == '+' || source.charAt(at) == '-')) {
                at++;
            }
            int start = at;
            at = digits(source, at);
            if (at == start) {
                throw new SourceException(place, "a number without digits in its exponent");
            }
        }
        if (at - from > LONGEST) {
            throw new SourceException(
                    place, "a number of " + (at - from) + " characters (expected: at most " + LONGEST + ")");
        }
        String text = source.substring(from, at);
        if (at < source.length() && (Lexer.letter(source.charAt(at)) || Lexer.digit(source.charAt(at)))) {
            throw new SourceException(
                    place,
                    text + source.charAt(at)
                            + ": a number with a suffix, prefix or underscore (expected: decimal, as in 2, 0.5 or 1e-3)");
        }
        return decimal ? decimal(text, place) : whole(text, place);
    }

    private static int digits(String source, int from) {
        int at = from;
        while (at < source.length() && Lexer.digit(source.charAt(at))) {
            at++;
        }
        return at;
    }

    private static Token decimal(String text, Place place) {
        double value = Double.parseDouble(text);
        boolean zero = text.split("[eE]")[0].chars().allMatch(c -> c == '0' || c == '.');
        if (Double.isInfinite(value) || (value == 0 && !zero)) {
            throw new SourceException(place, text + ": out of the range of double");
        }
        return new Token(Token.Kind.DOUBLE, text, value, place);
    }

    private static Token whole(String text, Place place) {
        if (text.length() > 1 && text.charAt(0) == '0') {
            throw new SourceException(place, text + ": a leading zero (expected: decimal)");
        }
        if (text.length() > 10 || Long.parseLong(text) > Integer.MAX_VALUE) {
            throw new SourceException(
                    place,
                    text + ": out of the range of int (expected: at most " + Integer.MAX_VALUE + ", or a double as in "
                            + (text.length() > 20 ? "1e30" : text + ".0") + ")");
        }
        return new Token(Token.Kind.INT, text, Integer.parseInt(text), place);
    }
}
