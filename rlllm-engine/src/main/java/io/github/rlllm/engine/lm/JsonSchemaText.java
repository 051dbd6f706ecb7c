package io.github.rlllm.engine.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.Map;

/** LangChain4j's schemas as the JSON that they stand for. */
final class JsonSchemaText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonSchemaText() {}

    static String of(JsonSchemaElement element) {
        return element instanceof JsonRawSchema raw
                ? raw.schema()
                : node(element).toString();
    }

    private static ObjectNode node(JsonSchemaElement element) {
        ObjectNode node = JSON.createObjectNode();
        if (element.description() != null) {
            node.put("description", element.description());
        }
        if (element instanceof JsonObjectSchema object) {
            object(object, node.put("type", "object"));
        } else if (element instanceof JsonArraySchema array) {
            node.put("type", "array");
            if (array.items() != null) {
                node.set("items", node(array.items()));
            }
        } else if (element instanceof JsonEnumSchema values) {
            values.enumValues().forEach(node.put("type", "string").putArray("enum")::add);
        } else if (element instanceof JsonAnyOfSchema any) {
            any.anyOf().forEach(one -> node.withArray("anyOf").add(node(one)));
        } else if (element instanceof JsonRawSchema raw) {
            return raw(raw);
        } else {
            node.put("type", simple(element));
        }
        return node;
    }

    private static void object(JsonObjectSchema object, ObjectNode node) {
        if (object.definitions() != null && !object.definitions().isEmpty()) {
            throw new UnsupportedFeatureException(
                    "definitions: " + object.definitions().keySet() + " (expected: none)");
        }
        ObjectNode properties = node.putObject("properties");
        for (Map.Entry<String, JsonSchemaElement> property : object.properties().entrySet()) {
            properties.set(property.getKey(), node(property.getValue()));
        }
        if (object.required() != null) {
            object.required().forEach(node.putArray("required")::add);
        }
        if (object.additionalProperties() != null) {
            node.put("additionalProperties", object.additionalProperties());
        }
    }

    private static ObjectNode raw(JsonRawSchema raw) {
        try {
            if (JSON.readTree(raw.schema()) instanceof ObjectNode node) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new UnsupportedFeatureException("raw schema: " + e.getOriginalMessage() + " (expected: JSON)");
        }
        throw new UnsupportedFeatureException("raw schema: " + raw.schema() + " (expected: a JSON object)");
    }

    private static String simple(JsonSchemaElement element) {
        if (element instanceof JsonStringSchema) {
            return "string";
        }
        if (element instanceof JsonIntegerSchema) {
            return "integer";
        }
        if (element instanceof JsonNumberSchema) {
            return "number";
        }
        if (element instanceof JsonBooleanSchema) {
            return "boolean";
        }
        if (element instanceof JsonNullSchema) {
            return "null";
        }
        throw new UnsupportedFeatureException("schema: " + element.getClass().getSimpleName()
                + " (expected: object, array, string, enum, integer, number, boolean, null, anyOf or raw)");
    }
}
