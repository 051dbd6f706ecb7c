package io.github.rlllm.engine.evaluate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Jobs, limits and evaluations as JSON, for a journal and for the wire: no classes, no references, bounded depth and
 * length. Reading what was written gives an equal record, every bit of a number included. Thread-safe.
 */
public final class JobJson {
    /** The most characters of one text that is read. */
    public static final int MAX_TEXT = 16 << 20;

    private static final int MAX_DEPTH = 8;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JobJson() {}

    /**
     * Writes a job.
     *
     * @param job the job
     * @return JSON on one line
     */
    public static String write(Job job) {
        return JSON.createObjectNode()
                .put("candidate", job.candidate())
                .put("seed", job.seed())
                .put("payload", job.payload())
                .toString();
    }

    /**
     * Reads a job.
     *
     * @param json what {@link #write(Job)} wrote
     * @return an equal job
     * @throws IllegalArgumentException if it is not a job's
     */
    public static Job job(String json) {
        return read("job", json, node -> new Job(text(node, "candidate"), whole(node, "seed"), text(node, "payload")));
    }

    /**
     * Writes limits.
     *
     * @param limits the limits
     * @return JSON on one line
     */
    public static String write(Limits limits) {
        return JSON.createObjectNode()
                .put("time", limits.time().toString())
                .put("steps", limits.steps())
                .put("allocatedBytes", limits.allocatedBytes())
                .toString();
    }

    /**
     * Reads limits.
     *
     * @param json what {@link #write(Limits)} wrote
     * @return equal limits
     * @throws IllegalArgumentException if it is not that of limits
     */
    public static Limits limits(String json) {
        return read(
                "limits",
                json,
                node -> new Limits(
                        Duration.parse(text(node, "time")), whole(node, "steps"), whole(node, "allocatedBytes")));
    }

    /**
     * Writes an evaluation.
     *
     * @param evaluation the evaluation
     * @return JSON on one line
     */
    public static String write(Evaluation evaluation) {
        ObjectNode node =
                JSON.createObjectNode().put("candidate", evaluation.candidate()).put("seed", evaluation.seed());
        return evaluation
                .outcome()
                .fold(finished -> finished(node, finished), failed -> failed(node, failed))
                .toString();
    }

    private static ObjectNode finished(ObjectNode node, Outcome.Finished finished) {
        node.put("steps", finished.steps());
        ObjectNode metrics = node.putObject("metrics");
        finished.measured().metrics().forEach(metrics::put);
        ObjectNode traces = node.putObject("traces");
        finished.measured().traces().forEach((name, values) -> {
            ArrayNode trace = traces.putArray(name);
            values.forEach(trace::add);
        });
        ObjectNode texts = node.putObject("texts");
        finished.measured().texts().forEach(texts::put);
        return node;
    }

    private static ObjectNode failed(ObjectNode node, Outcome.Failed failed) {
        return node.put("failed", failed.reason().name())
                .put("step", failed.step())
                .put("subject", failed.subject())
                .put("message", failed.message());
    }

    /**
     * Reads an evaluation.
     *
     * @param json what {@link #write(Evaluation)} wrote
     * @return an equal evaluation
     * @throws IllegalArgumentException if it is not an evaluation's
     */
    public static Evaluation evaluation(String json) {
        return read("evaluation", json, node -> {
            Outcome outcome = node.has("failed")
                    ? new Outcome.Failed(
                            Outcome.Reason.valueOf(text(node, "failed")),
                            whole(node, "step"),
                            text(node, "subject"),
                            text(node, "message"))
                    : new Outcome.Finished(figures(node), whole(node, "steps"));
            return new Evaluation(text(node, "candidate"), whole(node, "seed"), outcome);
        });
    }

    private static Figures figures(JsonNode node) {
        Map<String, Double> metrics = new TreeMap<>();
        object(node, "metrics").fields().forEachRemaining(field -> metrics.put(field.getKey(), number(field)));
        Map<String, List<Double>> traces = new TreeMap<>();
        object(node, "traces").fields().forEachRemaining(field -> {
            List<Double> values = new ArrayList<>();
            field.getValue().forEach(value -> values.add(number(Map.entry(field.getKey(), value))));
            traces.put(field.getKey(), values);
        });
        Map<String, String> texts = new TreeMap<>();
        JsonNode words = object(node, "texts");
        words.fieldNames().forEachRemaining(name -> texts.put(name, text(words, name)));
        return new Figures(metrics, traces, texts);
    }

    private static <T> T read(String what, String json, Function<JsonNode, T> reader) {
        try {
            return reader.apply(JSON.readTree(json));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    what + ": " + json.length() + " characters (expected: the JSON of one): " + e.getMessage(), e);
        }
    }

    private static JsonNode object(JsonNode node, String name) {
        return checked(name, node.get(name), node.path(name).isObject(), "an object");
    }

    private static String text(JsonNode node, String name) {
        return checked(name, node.get(name), node.path(name).isTextual(), "a text")
                .textValue();
    }

    private static long whole(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return checked(name, value, value.isIntegralNumber() && value.canConvertToLong(), "an integer")
                .longValue();
    }

    private static double number(Map.Entry<String, JsonNode> field) {
        return checked(field.getKey(), field.getValue(), field.getValue().isNumber(), "a number")
                .doubleValue();
    }

    private static JsonNode checked(String name, JsonNode value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
        return value;
    }
}
