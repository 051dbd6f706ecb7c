package io.github.rlllm.engine.program;

/** A token; {@code value} is a number's value and 0 otherwise. */
record Token(Kind kind, String text, double value, Place place) {
    enum Kind {
        NAME,
        INT,
        DOUBLE,
        STRING,
        SYMBOL,
        END
    }

    boolean is(String symbolOrWord) {
        return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(symbolOrWord);
    }

    /** As it is quoted in a reason. */
    String shown() {
        return kind == Kind.END ? "end of the source" : text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
