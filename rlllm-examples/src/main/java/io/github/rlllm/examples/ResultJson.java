package io.github.rlllm.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;

/** A result as one JSON object, of the same shape for studies, experiments and benchmarks. */
final class ResultJson {
    private ResultJson() {}

    /** The object; a number that is not finite is null, since JSON knows none. */
    static ObjectNode of(Result result) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("id", result.id());
        root.put("seeds", result.seeds());
        number(root, "seconds", result.seconds());
        root.put("machine", result.machine());
        ArrayNode arms = root.putArray("arms");
        for (Arm arm : result.arms()) {
            ObjectNode row = arms.addObject();
            row.put("name", arm.name());
            row.put("model", arm.model());
            ObjectNode metrics = row.putObject("metrics");
            arm.metrics().forEach((name, metric) -> metrics.set(name, of(metric)));
        }
        ArrayNode aims = root.putArray("aims");
        for (Aim aim : result.aims()) {
            ObjectNode row = aims.addObject();
            row.put("name", aim.name());
            number(row, "value", aim.value());
            number(row, "bound", aim.bound());
            row.put("holds", aim.holds());
        }
        return root;
    }

    private static ObjectNode of(Metric metric) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        number(node, "mean", metric.mean());
        number(node, "low", metric.low());
        number(node, "high", metric.high());
        node.put("n", metric.n());
        node.put("unit", metric.unit());
        ArrayNode values = node.putArray("values");
        metric.values().forEach(values::add);
        return node;
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
