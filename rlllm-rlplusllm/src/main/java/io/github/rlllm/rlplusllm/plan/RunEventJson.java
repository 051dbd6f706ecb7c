package io.github.rlllm.rlplusllm.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An event as a line of a journal: {@code {"number", "at", "event", ...}}, with {@code at} in nanoseconds, {@code event} the
 * name of the record and the rest its components. Of a planner's failure its text alone is kept.
 */
final class RunEventJson {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(256 << 20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private RunEventJson() {}

    static String write(RunEvent event) {
        ObjectNode node = JSON.createObjectNode();
        node.put("number", event.number());
        node.put("at", event.at().toNanos());
        node.put("event", event.getClass().getSimpleName());
        if (event instanceof RunEvent.Started e) {
            node.put("task", e.task()).put("seed", e.seed()).put("id", e.id());
        } else if (event instanceof RunEvent.Planned e) {
            directive(node.putObject("directive"), e.directive());
            spent(node, e.spent());
        } else if (event instanceof RunEvent.PlanningFailed e) {
            node.put("failure", e.failure().cause().toString());
            spent(node, e.spent());
        } else if (event instanceof RunEvent.ApprovalAsked e) {
            call(node, e.call(), null).put("hazard", e.hazard().name());
        } else if (event instanceof RunEvent.ApprovalGiven e) {
            call(node, e.call(), null);
        } else if (event instanceof RunEvent.ApprovalRefused e) {
            call(node, e.call(), null);
        } else if (event instanceof RunEvent.SkillStarted e) {
            call(node, e.call(), e.key());
        } else if (event instanceof RunEvent.StopAsked e) {
            call(node, e.call(), e.key()).put("reason", e.reason().name());
        } else if (event instanceof RunEvent.SkillEnded e) {
            call(node, e.call(), e.key())
                    .put("status", e.result().status().name())
                    .put("text", e.result().text());
        } else if (event instanceof RunEvent.EffectTold e) {
            call(node, e.call(), e.key()).put("effect", e.effect().name());
        } else if (event instanceof RunEvent.NotStopped e) {
            e.resources().forEach(call(node, e.call(), e.key()).putArray("resources")::add);
        } else if (event instanceof RunEvent.Cleared e) {
            node.put("resource", e.resource()).put("who", e.who());
        } else if (event instanceof RunEvent.Asked e) {
            node.put("question", e.question());
        } else if (event instanceof RunEvent.Answered e) {
            node.put("answer", e.answer());
        } else if (event instanceof RunEvent.Amended e) {
            node.put("amendment", e.amendment());
        } else if (event instanceof RunEvent.Preempted e) {
            node.put("task", e.task());
        } else if (event instanceof RunEvent.Finished e) {
            node.put("ending", e.ending().name()).put("reason", e.reason());
            spent(node, e.spent());
        } // Paused, Resumed and Recovered say no more than their name
        return node.toString();
    }

    private static ObjectNode call(ObjectNode node, SkillCall call, @Nullable String key) {
        node.put("skill", call.skill());
        ArrayNode arguments = node.putArray("arguments");
        call.arguments().forEach(arguments::add);
        return key == null ? node : node.put("key", key);
    }

    private static void directive(ObjectNode node, Directive directive) {
        directive
                .<Runnable>fold(
                        call -> () -> call(node, call, null),
                        question -> () -> node.put("ask", question),
                        () -> () -> node.put("done", true),
                        reason -> () -> node.put("giveUp", reason))
                .run();
    }

    private static void spent(ObjectNode node, ModelUsage spent) {
        node.putObject("spent")
                .put("calls", spent.calls())
                .put("tokensIn", spent.tokensIn())
                .put("tokensOut", spent.tokensOut())
                .put("billionths", spent.billionths())
                .put("nanos", spent.time().toNanos());
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static RunEvent read(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON (expected: one object a line)", e);
        }
        int number = Math.toIntExact(integer(node, "number"));
        Duration at = Duration.ofNanos(integer(node, "at"));
        String event = text(node, "event");
        return switch (event) {
            case "Started" ->
                new RunEvent.Started(number, at, text(node, "task"), integer(node, "seed"), text(node, "id"));
            case "Recovered" -> new RunEvent.Recovered(number, at);
            case "Planned" -> new RunEvent.Planned(number, at, directive(object(node, "directive")), spent(node));
            case "PlanningFailed" ->
                new RunEvent.PlanningFailed(
                        number, at, new PlannerFailed(new IllegalStateException(text(node, "failure"))), spent(node));
            case "ApprovalAsked" ->
                new RunEvent.ApprovalAsked(number, at, call(node), choice(Hazard.class, node, "hazard"));
            case "ApprovalGiven" -> new RunEvent.ApprovalGiven(number, at, call(node));
            case "ApprovalRefused" -> new RunEvent.ApprovalRefused(number, at, call(node));
            case "SkillStarted" -> new RunEvent.SkillStarted(number, at, call(node), text(node, "key"));
            case "StopAsked" ->
                new RunEvent.StopAsked(
                        number, at, call(node), text(node, "key"), choice(RunEvent.StopReason.class, node, "reason"));
            case "SkillEnded" ->
                new RunEvent.SkillEnded(
                        number,
                        at,
                        call(node),
                        text(node, "key"),
                        new SkillResult(choice(SkillResult.Status.class, node, "status"), text(node, "text")));
            case "EffectTold" ->
                new RunEvent.EffectTold(
                        number, at, call(node), text(node, "key"), choice(Supervisor.Effect.class, node, "effect"));
            case "NotStopped" ->
                new RunEvent.NotStopped(
                        number, at, call(node), text(node, "key"), new TreeSet<>(texts(node, "resources")));
            case "Cleared" -> new RunEvent.Cleared(number, at, text(node, "resource"), text(node, "who"));
            case "Asked" -> new RunEvent.Asked(number, at, text(node, "question"));
            case "Answered" -> new RunEvent.Answered(number, at, text(node, "answer"));
            case "Amended" -> new RunEvent.Amended(number, at, text(node, "amendment"));
            case "Preempted" -> new RunEvent.Preempted(number, at, text(node, "task"));
            case "Paused" -> new RunEvent.Paused(number, at);
            case "Resumed" -> new RunEvent.Resumed(number, at);
            case "Finished" ->
                new RunEvent.Finished(
                        number, at, choice(PlanEnding.class, node, "ending"), text(node, "reason"), spent(node));
            default -> throw new IllegalArgumentException("event: " + event + " (expected: a kind of RunEvent)");
        };
    }

    private static Directive directive(JsonNode node) {
        if (node.has("skill")) {
            return Directive.invoke(call(node));
        }
        if (node.has("ask")) {
            return Directive.ask(text(node, "ask"));
        }
        return node.has("done") ? Directive.done() : Directive.giveUp(text(node, "giveUp"));
    }

    private static SkillCall call(JsonNode node) {
        return new SkillCall(text(node, "skill"), texts(node, "arguments"));
    }

    private static ModelUsage spent(JsonNode node) {
        JsonNode spent = object(node, "spent");
        return new ModelUsage(
                integer(spent, "calls"),
                integer(spent, "tokensIn"),
                integer(spent, "tokensOut"),
                integer(spent, "billionths"),
                Duration.ofNanos(integer(spent, "nanos")));
    }

    private static JsonNode object(JsonNode node, String name) {
        return require(node.path(name), node.path(name).isObject(), name, "an object");
    }

    private static List<String> texts(JsonNode node, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : require(node.path(name), node.path(name).isArray(), name, "an array")) {
            texts.add(require(each, each.isTextual(), name, "texts").textValue());
        }
        return texts;
    }

    private static String text(JsonNode node, String name) {
        return require(node.path(name), node.path(name).isTextual(), name, "a text")
                .textValue();
    }

    private static long integer(JsonNode node, String name) {
        JsonNode found = node.path(name);
        return require(found, found.isIntegralNumber() && found.canConvertToLong(), name, "an integer")
                .longValue();
    }

    private static <E extends Enum<E>> E choice(Class<E> type, JsonNode node, String name) {
        String found = text(node, name);
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(found)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                name + ": " + found + " (expected: one of " + List.of(type.getEnumConstants()) + ")");
    }

    private static JsonNode require(JsonNode found, boolean holds, String name, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + found.getNodeType() + " (expected: " + expected + ")");
        }
        return found;
    }
}
