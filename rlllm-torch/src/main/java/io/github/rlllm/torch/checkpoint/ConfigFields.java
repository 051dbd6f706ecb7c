package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The fields of one object of a configuration, each checked as it is read. Null counts as absent, as in Python. */
final class ConfigFields {
    static final int MOST = 1 << 24;

    private final Path file;
    private final String prefix;
    private final ObjectNode node;

    ConfigFields(Path file, ObjectNode node) {
        this(file, "", node);
    }

    private ConfigFields(Path file, String prefix, ObjectNode node) {
        this.file = file;
        this.prefix = prefix;
        this.node = node;
    }

    BadFileException bad(String name, Object value, String expected) {
        return new BadFileException(file, prefix + name, value, expected);
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    private JsonNode need(String name, String expected) throws BadFileException {
        if (!has(name)) {
            throw bad(name, "missing", expected);
        }
        return node.get(name);
    }

    ConfigFields object(String name) throws BadFileException {
        JsonNode value = need(name, "an object");
        if (!(value instanceof ObjectNode object)) {
            throw bad(name, StrictJson.kind(value), "an object");
        }
        return new ConfigFields(file, prefix + name + ".", object);
    }

    String text(String name, String expected) throws BadFileException {
        JsonNode value = need(name, expected);
        if (!value.isTextual()) {
            throw bad(name, StrictJson.kind(value), expected);
        }
        return value.textValue();
    }

    int count(String name, int least, int most) throws BadFileException {
        String expected = "a whole number from " + least + " to " + most;
        JsonNode value = need(name, expected);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw bad(name, value, expected);
        }
        return value.intValue();
    }

    int count(String name, int least, int most, int otherwise) throws BadFileException {
        return has(name) ? count(name, least, most) : otherwise;
    }

    /** A finite number above 0. */
    double positive(String name) throws BadFileException {
        JsonNode value = need(name, "a finite number > 0");
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw bad(name, value, "a finite number > 0");
        }
        return number;
    }

    double positive(String name, double otherwise) throws BadFileException {
        return has(name) ? positive(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) throws BadFileException {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = node.get(name);
        if (!value.isBoolean()) {
            throw bad(name, value, "true or false");
        }
        return value.booleanValue();
    }

    /** What this reader does not compute must not be switched on. */
    void requireFlag(String name, boolean wanted) throws BadFileException {
        if (flag(name, wanted) != wanted) {
            throw bad(name, !wanted, wanted + "; the other is not supported");
        }
    }

    void requireAbsent(String name) throws BadFileException {
        if (has(name)) {
            throw bad(name, node.get(name), "null; it is not supported");
        }
    }

    void requireEmpty(String name) throws BadFileException {
        if (has(name) && !node.get(name).isEmpty()) {
            throw bad(name, node.get(name), "{}; others are not supported");
        }
    }

    void requireText(String name, String otherwise, List<String> known) throws BadFileException {
        String value = has(name) ? text(name, "one of " + known) : otherwise;
        if (!known.contains(value)) {
            throw bad(name, value, known.size() == 1 ? known.get(0) : "one of " + known);
        }
    }

    /** -1 means none, as some old files say. */
    OptionalInt token(String name, int vocabulary) throws BadFileException {
        if (!has(name) || node.get(name).asInt(0) == -1) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(count(name, 0, vocabulary - 1));
    }

    List<Integer> tokens(String name, int vocabulary) throws BadFileException {
        if (!has(name) || !node.get(name).isArray()) {
            return token(name, vocabulary).stream().boxed().toList();
        }
        List<Integer> tokens = new ArrayList<>();
        for (JsonNode value : node.get(name)) {
            if (!value.isInt() || value.intValue() < 0 || value.intValue() >= vocabulary) {
                throw bad(name, value, "whole numbers from 0 to " + (vocabulary - 1));
            }
            tokens.add(value.intValue());
        }
        return List.copyOf(tokens);
    }

    List<String> texts(String name, int wanted) throws BadFileException {
        JsonNode value = need(name, "an array of " + wanted + " texts");
        if (!value.isArray() || value.size() != wanted) {
            throw bad(name, value.isArray() ? value.size() + " values" : StrictJson.kind(value), wanted + " texts");
        }
        return texts(name);
    }

    List<String> texts(String name) throws BadFileException {
        JsonNode value = need(name, "an array of texts");
        if (!value.isArray() || value.isEmpty()) {
            throw bad(name, value, "an array of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : value) {
            if (!text.isTextual()) {
                throw bad(name, text, "texts");
            }
            texts.add(text.textValue());
        }
        return texts;
    }
}
