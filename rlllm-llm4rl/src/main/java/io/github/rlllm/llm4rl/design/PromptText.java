package io.github.rlllm.llm4rl.design;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prompts of a study, read from one resource beside its class: sections that begin with a line {@code == name}, with gaps
 * as in {@code {task}}. Every word that a language model is shown stands there. Immutable and thread-safe.
 */
public final class PromptText {
    private static final Pattern SECTION = Pattern.compile("== (.+)\n((?:(?!== ).*\n)+)");
    private static final Pattern GAP = Pattern.compile("\\{(\\w+)\\}");

    private final String whole;
    private final Map<String, String> sections = new LinkedHashMap<>();

    private PromptText(String whole) {
        this.whole = whole;
        Matcher section = SECTION.matcher(whole);
        while (section.find()) {
            sections.put(section.group(1), section.group(2).strip());
        }
    }

    /**
     * Reads a resource.
     *
     * @param study the class beside which it stands
     * @param name such as {@code prompts.txt}
     * @return the prompts
     * @throws IllegalStateException if there is none
     */
    public static PromptText beside(Class<?> study, String name) {
        try (InputStream in = study.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": not there (expected: beside " + study.getName() + ")");
            }
            return new PromptText(new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A section with its gaps filled.
     *
     * @param section its name
     * @param values names and values of the gaps by turns
     * @return the text
     * @throws IllegalArgumentException if there is no such section or a gap has no value
     */
    public String fill(String section, String... values) {
        String text = sections.get(section);
        if (text == null) {
            throw new IllegalArgumentException("section: " + section + " (expected: one of " + sections.keySet() + ")");
        }
        Map<String, String> filled = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            filled.put(values[i], values[i + 1]);
        }
        // in one pass, so that a value which looks like a gap stays as it is
        return GAP.matcher(text).replaceAll(gap -> {
            String value = filled.get(gap.group(1));
            if (value == null) {
                throw new IllegalArgumentException(gap.group() + " of section " + section + " (expected: a value)");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /**
     * All sections as they stand in the resource.
     *
     * @return the resource
     */
    public String whole() {
        return whole;
    }
}
