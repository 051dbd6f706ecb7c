package io.github.rlllm.rl4llm.feedback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line of a file of JSON lines; its questions throw what names file, line, value and what was expected. */
record JsonLine(Path file, int number, JsonNode node) {
    /** The longest line in bytes. */
    static final int LONGEST = 1_000_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(LONGEST)
                            .maxNumberLength(100)
                            .maxNameLength(1_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What is done with each line. */
    interface Reader {
        void line(JsonLine line) throws IOException;
    }

    /** Reads a file line by line, holding one line at a time; blank lines are skipped. */
    static void each(Path file, Reader reader) throws IOException {
        each(file, Long.MAX_VALUE, reader);
    }

    /** Reads the beginning of a file, as many bytes as {@code end} says. */
    static void each(Path file, long end, Reader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int number = 0;
            long left = end;
            int next = 0;
            while (next >= 0) {
                next = left-- > 0 ? in.read() : -1;
                if (next >= 0 && next != '\n') {
                    bytes.write(next);
                    if (bytes.size() > LONGEST) {
                        throw new IOException(file + ", line " + (number + 1) + ": more than " + LONGEST
                                + " bytes (expected: at most " + LONGEST + ")");
                    }
                    continue;
                }
                if (next < 0 && bytes.size() == 0) {
                    break;
                }
                number++;
                String line = decode(file, number, bytes.toByteArray());
                bytes.reset();
                if (!line.isBlank()) {
                    reader.line(parse(file, number, line));
                }
            }
        }
    }

    private static String decode(Path file, int number, byte[] bytes) throws IOException {
        try {
            String line = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
        } catch (CharacterCodingException e) {
            throw new IOException(file + ", line " + number + ": not UTF-8 (expected: JSON lines in UTF-8)", e);
        }
    }

    private static JsonLine parse(Path file, int number, String line) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ", line " + number + ": " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        }
        if (!node.isObject()) {
            throw new IOException(file + ", line " + number + ": " + kind(node) + " (expected: a JSON object)");
        }
        return new JsonLine(file, number, node);
    }

    private static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** A text that is not blank. */
    String text(String field) throws IOException {
        String text = anyText(field);
        if (text.isBlank()) {
            throw refused(field + " is blank", "a text");
        }
        return text;
    }

    /** A text, which may be empty. */
    String anyText(String field) throws IOException {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual()) {
            throw refused(field + " is " + (value == null ? "missing" : kind(value)), "a text");
        }
        return value.textValue();
    }

    /** Texts, which may be empty. */
    List<String> texts(String field, int least, int most) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array(field, least, most)) {
            if (!value.isTextual()) {
                throw refused(field + "[" + texts.size() + "] is " + kind(value), "a text");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    /** Whole numbers. */
    int[] numbers(String field, int least, int most) throws IOException {
        JsonNode array = array(field, least, most);
        int[] numbers = new int[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!array.get(i).isInt()) {
                throw refused(
                        field + "[" + i + "] is "
                                + (array.get(i).isNumber() ? array.get(i).toString() : kind(array.get(i))),
                        "a whole number of 32 bits");
            }
            numbers[i] = array.get(i).intValue();
        }
        return numbers;
    }

    private JsonNode array(String field, int least, int most) throws IOException {
        JsonNode value = node.get(field);
        if (value == null || !value.isArray()) {
            throw refused(field + " is " + (value == null ? "missing" : kind(value)), "an array");
        }
        if (value.size() < least || value.size() > most) {
            throw refused(
                    field + " has " + value.size() + " elements",
                    least == most ? String.valueOf(least) : least + " to " + most);
        }
        return value;
    }

    /** The annotator, empty where none is named. */
    String annotator() throws IOException {
        JsonNode by = node.get("by");
        if (by == null || by.isNull()) {
            return "";
        }
        if (!by.isTextual() && !by.isIntegralNumber()) {
            throw refused("by is " + kind(by), "a text or a whole number");
        }
        return by.asText();
    }

    IOException refused(String found, String expected) {
        return new IOException(file + ", line " + number + ": " + found + " (expected: " + expected + ")");
    }
}
