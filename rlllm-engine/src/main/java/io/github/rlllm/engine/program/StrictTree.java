package io.github.rlllm.engine.program;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/** Reads JSON without guessing: bounded, no repeated keys, nothing after the value, no field that is not known. */
final class StrictTree {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_DEPTH = 16;

    static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxDocumentLength(4L * MOST_CHARACTERS)
                            .maxStringLength(MOST_CHARACTERS)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictTree() {}

    static JsonNode parse(String json) {
        if (json.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "json: " + json.length() + " characters (expected: at most " + MOST_CHARACTERS + ")");
        }
        try {
            JsonNode node = JSON.readTree(json);
            if (node == null || !node.isObject()) {
                throw new IllegalArgumentException("json: no object (expected: an object)");
            }
            return node;
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr() + " ";
            throw new IllegalArgumentException("json: " + place + e.getOriginalMessage(), e);
        }
    }

    /** Refuses what is no object and any field that is not known. */
    static JsonNode object(JsonNode node, String path, Set<String> known) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(path + ": " + kind(node) + " (expected: an object)");
        }
        for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!known.contains(field)) {
                throw new IllegalArgumentException(
                        path(path, field) + ": unknown (expected: one of " + new TreeSet<>(known) + ")");
            }
        }
        return node;
    }

    static String text(JsonNode object, String path, String field) {
        JsonNode node = object.get(field);
        if (node == null || !node.isTextual()) {
            throw new IllegalArgumentException(path(path, field) + ": " + kind(node) + " (expected: a string)");
        }
        return node.textValue();
    }

    static String path(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    static String kind(@org.jspecify.annotations.Nullable JsonNode node) {
        return node == null ? "missing" : node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
    }
}
