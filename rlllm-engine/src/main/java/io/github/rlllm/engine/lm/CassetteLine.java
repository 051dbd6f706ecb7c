package io.github.rlllm.engine.lm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.run.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A call as a line of a cassette: {@code {"key", "request": {"model", "messages": [{"role", "text"}], "stop", "maxTokens",
 * "seed", "schema"}, "answer": {"text", "tokensIn", "tokensOut", "finish", "model"}}}. The key is the SHA-256 of the request
 * as it is written here, in UTF-8.
 *
 * @param key 64 hexadecimal digits
 * @param model the model's identity in the request
 * @param prompt what was asked
 * @param answer what it answered
 */
record CassetteLine(String key, String model, Prompt prompt, Completion answer) {
    private static final int MOST_CHARACTERS = 256 << 20;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_CHARACTERS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static String key(String model, Prompt prompt) {
        return Hashes.sha256(text(request(model, prompt)).getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode request(String model, Prompt prompt) {
        ObjectNode node = JSON.createObjectNode();
        node.put("model", model);
        ArrayNode messages = node.putArray("messages");
        for (Message each : prompt.messages()) {
            messages.addObject().put("role", each.role().name()).put("text", each.text());
        }
        ArrayNode stop = node.putArray("stop");
        prompt.stop().forEach(stop::add);
        node.put("maxTokens", prompt.maxTokens());
        node.put("seed", prompt.seed());
        node.put("schema", prompt.schema());
        return node;
    }

    /** The line with its newline. */
    byte[] bytes() {
        ObjectNode node = JSON.createObjectNode();
        node.put("key", key);
        node.set("request", request(model, prompt));
        ObjectNode said = node.putObject("answer");
        said.put("text", answer.text());
        said.put("tokensIn", answer.tokensIn());
        said.put("tokensOut", answer.tokensOut());
        said.put("finish", answer.finish().name());
        said.put("model", answer.model());
        return (text(node) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * JSON in one line. What cannot be seen, turns the line's direction round or is half a character is escaped; outside of
     * JSON's strings there is nothing of the kind.
     */
    private static String text(JsonNode node) {
        String plain = node.toString();
        StringBuilder text = new StringBuilder(plain.length());
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < plain.length()
                    && Character.isLowSurrogate(plain.charAt(i + 1));
            if (pair) {
                text.append(c).append(plain.charAt(++i));
            } else if (c > '~' && hidden(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static boolean hidden(char c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without its content
     */
    static CassetteLine parse(byte[] bytes) {
        JsonNode node;
        try {
            node = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no JSON at byte " + e.getLocation().getByteOffset() + " (expected: one object a line)");
        } catch (IOException e) {
            throw new IllegalArgumentException("unreadable (expected: JSON in UTF-8)");
        }
        JsonNode request = object(node, "request");
        List<Message> messages = new ArrayList<>();
        for (JsonNode each : array(request, "messages")) {
            messages.add(new Message(choice(Message.Role.class, each, "role"), string(each, "text")));
        }
        List<String> stop = new ArrayList<>();
        for (JsonNode each : array(request, "stop")) {
            stop.add(each.textValue());
        }
        JsonNode seed = request.path("seed");
        JsonNode schema = request.path("schema");
        require(
                seed.isNull() || seed.canConvertToLong() && seed.isIntegralNumber(),
                "request.seed",
                "an integer or null");
        require(schema.isNull() || schema.isTextual(), "request.schema", "a text or null");
        String model = string(request, "model");
        Prompt prompt = new Prompt(
                messages,
                stop,
                number(request, "maxTokens"),
                seed.isNull() ? null : seed.longValue(),
                schema.isNull() ? null : schema.textValue());
        JsonNode said = object(node, "answer");
        Completion answer = new Completion(
                string(said, "text"),
                number(said, "tokensIn"),
                number(said, "tokensOut"),
                choice(Completion.Finish.class, said, "finish"),
                string(said, "model"));
        String key = string(node, "key");
        require(key.equals(key(model, prompt)), "key", "the SHA-256 of its request; was the request edited?");
        return new CassetteLine(key, model, prompt, answer);
    }

    private static JsonNode object(JsonNode node, String name) {
        JsonNode found = node.path(name);
        require(found.isObject(), name, "an object");
        return found;
    }

    private static JsonNode array(JsonNode node, String name) {
        JsonNode found = node.path(name);
        require(found.isArray(), name, "an array");
        return found;
    }

    private static String string(JsonNode node, String name) {
        JsonNode found = node.path(name);
        require(found.isTextual(), name, "a text");
        return found.textValue();
    }

    private static int number(JsonNode node, String name) {
        JsonNode found = node.path(name);
        require(found.isIntegralNumber() && found.canConvertToInt(), name, "an integer");
        return found.intValue();
    }

    private static <E extends Enum<E>> E choice(Class<E> type, JsonNode node, String name) {
        String found = string(node, name);
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(found)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                name + ": unknown (expected: one of " + List.of(type.getEnumConstants()) + ")");
    }

    private static void require(boolean holds, String name, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": another value (expected: " + expected + ")");
        }
    }
}
