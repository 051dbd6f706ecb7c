package io.github.rlllm.engine.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schema as JSON. */
final class SchemaJson {
    private SchemaJson() {}

    static ObjectNode write(RewardSchema schema) {
        ObjectNode node = StrictTree.JSON.createObjectNode();
        node.put("name", schema.name()).put("sentence", schema.sentence());
        ArrayNode inputs = node.putArray("inputs");
        for (RewardInput input : schema.inputs()) {
            ObjectNode one = inputs.addObject()
                    .put("name", input.name())
                    .put("type", input.type().word() + "[]".repeat(input.shape().size()));
            if (!input.shape().isEmpty()) {
                ArrayNode shape = one.putArray("shape");
                input.shape().forEach(shape::add);
            }
            if (!input.unit().isEmpty()) {
                one.put("unit", input.unit());
            }
            if (input.ranged()) {
                bounds(one.putArray("range"), input);
            }
            one.put("sentence", input.sentence());
        }
        return node;
    }

    private static void bounds(ArrayNode range, RewardInput input) {
        if (input.type() == RewardInput.Type.INT) {
            range.add((int) input.low()).add((int) input.high());
            return;
        }
        if (input.low() == -Double.MAX_VALUE) {
            range.addNull();
        } else {
            range.add(input.low());
        }
        if (input.high() == Double.MAX_VALUE) {
            range.addNull();
        } else {
            range.add(input.high());
        }
    }

    static RewardSchema read(JsonNode node, String path) {
        StrictTree.object(node, path.isEmpty() ? "schema" : path, Set.of("name", "sentence", "inputs"));
        JsonNode inputs = node.get("inputs");
        if (inputs == null || !inputs.isArray()) {
            throw new IllegalArgumentException(
                    StrictTree.path(path, "inputs") + ": " + StrictTree.kind(inputs) + " (expected: an array)");
        }
        List<RewardInput> read = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            read.add(input(inputs.get(i), StrictTree.path(path, "inputs") + "[" + i + "]"));
        }
        return new RewardSchema(StrictTree.text(node, path, "name"), StrictTree.text(node, path, "sentence"), read);
    }

    private static RewardInput input(JsonNode node, String path) {
        StrictTree.object(node, path, Set.of("name", "type", "shape", "unit", "range", "sentence"));
        String name = StrictTree.text(node, path, "name");
        String word = StrictTree.text(node, path, "type");
        int dimensions = word.endsWith("[][]") ? 2 : word.endsWith("[]") ? 1 : 0;
        RewardInput.Type type = type(word.substring(0, word.length() - 2 * dimensions), path, word);
        List<Integer> shape = shape(node.get("shape"), path + ".shape", dimensions);
        String unit = node.has("unit") ? StrictTree.text(node, path, "unit") : "";
        boolean whole = type == RewardInput.Type.INT;
        boolean flag = type == RewardInput.Type.BOOLEAN;
        double low = flag ? 0 : whole ? Integer.MIN_VALUE : -Double.MAX_VALUE;
        double high = flag ? 1 : whole ? Integer.MAX_VALUE : Double.MAX_VALUE;
        JsonNode range = node.get("range");
        if (range != null) {
            if (flag || !range.isArray() || range.size() != 2) {
                throw new IllegalArgumentException(path + ".range: " + StrictTree.kind(range) + " (expected: "
                        + (flag ? "none for a flag" : "[least, greatest], each a number or null") + ")");
            }
            low = bound(range.get(0), path + ".range[0]", low);
            high = bound(range.get(1), path + ".range[1]", high);
        }
        try {
            return new RewardInput(name, type, shape, unit, low, high, StrictTree.text(node, path, "sentence"));
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(path)
                    ? e
                    : new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    private static RewardInput.Type type(String word, String path, String shown) {
        for (RewardInput.Type type : RewardInput.Type.values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        throw new IllegalArgumentException(path + ".type: " + shown.replaceAll("[^ -~]", "?")
                + " (expected: double, int or boolean, with [] for an array and [][] for a table)");
    }

    private static List<Integer> shape(@Nullable JsonNode node, String path, int dimensions) {
        if (node == null && dimensions == 0) {
            return List.of();
        }
        if (node == null || !node.isArray() || node.size() != dimensions || dimensions == 0) {
            throw new IllegalArgumentException(path + ": " + StrictTree.kind(node) + " (expected: "
                    + (dimensions == 0 ? "none for a scalar" : dimensions + " lengths") + ")");
        }
        List<Integer> lengths = new ArrayList<>();
        for (JsonNode length : node) {
            if (!length.isInt()) {
                throw new IllegalArgumentException(path + ": " + length + " (expected: ints)");
            }
            lengths.add(length.intValue());
        }
        return lengths;
    }

    private static double bound(JsonNode node, String path, double open) {
        if (node.isNull()) {
            return open;
        }
        if (!node.isNumber()) {
            throw new IllegalArgumentException(path + ": " + StrictTree.kind(node) + " (expected: a number or null)");
        }
        return node.doubleValue();
    }
}
