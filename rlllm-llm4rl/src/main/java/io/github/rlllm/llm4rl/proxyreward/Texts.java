package io.github.rlllm.llm4rl.proxyreward;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sections of {@code prompts.txt}: every word that a language model is shown stands there. */
final class Texts {
    private static final Pattern SECTION = Pattern.compile("== (.+)\n((?:(?!== ).*\n)+)");
    private static final Pattern GAP = Pattern.compile("\\{(\\w+)\\}");
    private static final Map<String, String> SECTIONS = read();

    private Texts() {}

    private static Map<String, String> read() {
        Map<String, String> sections = new LinkedHashMap<>();
        try (InputStream in = Texts.class.getResourceAsStream("prompts.txt")) {
            if (in == null) {
                throw new IllegalStateException("prompts.txt: not beside " + Texts.class.getName());
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            Matcher section = SECTION.matcher(text);
            while (section.find()) {
                sections.put(section.group(1), section.group(2).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections;
    }

    /** A section whose gaps are filled: names and values by turns; every gap has to have its value. */
    static String of(String name, String... values) {
        String section = SECTIONS.get(name);
        if (section == null) {
            throw new IllegalArgumentException("section: " + name + " (expected: one of " + SECTIONS.keySet() + ")");
        }
        Map<String, String> filled = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            filled.put(values[i], values[i + 1]);
        }
        // In one pass, so that a value which looks like a gap stays as it is.
        return GAP.matcher(section).replaceAll(gap -> {
            String value = filled.get(gap.group(1));
            if (value == null) {
                throw new IllegalArgumentException(gap.group() + " of section " + name + " (expected: a value)");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
