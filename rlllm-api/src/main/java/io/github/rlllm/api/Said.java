package io.github.rlllm.api;

import java.util.Objects;
import java.util.regex.Pattern;

/** Feedback in words. */
record Said(String source, String words) implements PlanEvent {
    private static final Pattern LINE_BREAKS = Pattern.compile("\\R+");

    Said {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(words, "text");
    }

    @Override
    public String text() {
        return oneLine(source + ": " + words);
    }

    static String oneLine(String text) {
        return LINE_BREAKS.matcher(text).replaceAll(" ");
    }
}
