package io.github.rlllm.engine.decoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The grammar of a JSON schema: every text that it allows is JSON and follows the schema, and can be read as whole numbers
 * and doubles of Java. Not every document that follows the schema is allowed: properties come in the order of the schema, no
 * others are added, one blank or none stands after {@code ,} and {@code :} and nowhere else.
 *
 * <p>What a schema may say: {@code type} (one or several of object, array, string, integer, number, boolean, null), {@code
 * properties}, {@code required}, {@code additionalProperties} (true or false), {@code items}, {@code minItems}, {@code
 * maxItems}, {@code minLength}, {@code maxLength} (of code points), {@code enum} and {@code const} (of texts, numbers, truth
 * values and null), {@code anyOf}; {@code title}, {@code description}, {@code $schema}, {@code $id}, {@code $comment}, {@code
 * default} and {@code examples} say nothing here. Any other word is refused by its name, for it would otherwise be broken
 * in silence. Integers have at most 18 digits; numbers at most 18 before and 17 after the point and 2 in the exponent.
 */
public final class JsonSchemaGrammar {
    private static final int DEEPEST = 32;
    private static final Set<String> SILENT =
            Set.of("title", "description", "$schema", "$id", "$comment", "default", "examples");
    private static final Map<String, Set<String>> WORDS = Map.of(
            "object", Set.of("properties", "required", "additionalProperties"),
            "array", Set.of("items", "minItems", "maxItems"),
            "string", Set.of("minLength", "maxLength"),
            "integer", Set.of(),
            "number", Set.of(),
            "boolean", Set.of(),
            "null", Set.of());
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(2 * DEEPEST + 4)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final Grammar DIGIT = Grammar.characters('0', '9');
    private static final Grammar CHARACTER = character();
    private static final Grammar INTEGER = integer();
    private static final Grammar NUMBER = number();

    private JsonSchemaGrammar() {}

    /**
     * The grammar of a schema.
     *
     * @param schema JSON
     * @return the texts that are allowed
     * @throws IllegalArgumentException if it is no JSON, says what is not supported or allows nothing; the message names the
     *     place as {@code $.properties.name} and the word
     */
    public static Grammar of(String schema) {
        JsonNode root;
        try {
            root = JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("schema: " + e.getOriginalMessage() + " (expected: a JSON schema)", e);
        }
        return element(root, "$", 0);
    }

    private static Grammar element(JsonNode schema, String at, int depth) {
        require(schema.isObject(), at, schema, "an object that says type, enum, const or anyOf");
        require(depth <= DEEPEST, at, "depth " + depth, "at most " + DEEPEST);
        Set<String> types = types(schema, at);
        boolean values = schema.has("enum") || schema.has("const");
        boolean choice = schema.has("anyOf");
        Set<String> words = new TreeSet<>(choice ? Set.of("anyOf") : Set.of("type"));
        if (values) {
            words.add(schema.has("enum") ? "enum" : "const");
        } else if (!choice) {
            types.forEach(type -> words.addAll(WORDS.get(type)));
        }
        for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            require(
                    SILENT.contains(entry.getKey()) || words.contains(entry.getKey()),
                    at + "." + entry.getKey(),
                    entry.getValue(),
                    "no such word here, only " + words);
        }
        if (choice) {
            return anyOf(schema.get("anyOf"), at + ".anyOf", depth);
        }
        if (values) {
            return values(schema, types, at);
        }
        require(!types.isEmpty(), at + ".type", "missing", "type, enum, const or anyOf");
        return Grammar.anyOf(
                types.stream().map(type -> ofType(type, schema, at, depth)).toList());
    }

    private static Set<String> types(JsonNode schema, String at) {
        Set<String> types = new TreeSet<>();
        JsonNode type = schema.path("type");
        for (JsonNode one : type.isArray() ? type : List.of(type)) {
            if (!type.isMissingNode()) {
                require(
                        one.isTextual() && WORDS.containsKey(one.textValue()),
                        at + ".type",
                        one,
                        "one of " + new TreeSet<>(WORDS.keySet()));
                types.add(one.textValue());
            }
        }
        return types;
    }

    private static Grammar anyOf(JsonNode choices, String at, int depth) {
        require(choices.isArray() && !choices.isEmpty(), at, choices, "an array of schemas");
        List<Grammar> all = new ArrayList<>();
        for (JsonNode one : choices) {
            all.add(element(one, at + "[" + all.size() + "]", depth + 1));
        }
        return Grammar.anyOf(all);
    }

    private static Grammar values(JsonNode schema, Set<String> types, String at) {
        JsonNode given =
                schema.has("enum") ? schema.get("enum") : JSON.createArrayNode().add(schema.get("const"));
        String word = at + (schema.has("enum") ? ".enum" : ".const");
        require(given.isArray() && !given.isEmpty(), word, given, "an array of values");
        List<Grammar> all = new ArrayList<>();
        for (JsonNode value : given) {
            require(value.isValueNode(), word, value, "texts, numbers, truth values and null");
            boolean fits = types.isEmpty() || types.stream().anyMatch(type -> is(value, type));
            require(fits, word, value, "values of the type " + types);
            all.add(Grammar.text(value.toString()));
        }
        return Grammar.anyOf(all);
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }

    private static Grammar ofType(String type, JsonNode schema, String at, int depth) {
        return switch (type) {
            case "object" -> object(schema, at, depth);
            case "array" -> array(schema, at, depth);
            case "string" ->
                quoted(Grammar.repeat(
                        CHARACTER, count(schema, "minLength", at, 0), atLeast(schema, "minLength", "maxLength", at)));
            case "integer" -> INTEGER;
            case "number" -> NUMBER;
            case "boolean" -> Grammar.anyOf(List.of(Grammar.text("true"), Grammar.text("false")));
            default -> Grammar.text("null");
        };
    }

    private static Grammar object(JsonNode schema, String at, int depth) {
        JsonNode properties = schema.path("properties");
        require(
                properties.isObject() || properties.isMissingNode(),
                at + ".properties",
                properties,
                "an object of schemas");
        JsonNode others = schema.path("additionalProperties");
        require(
                others.isBoolean() || others.isMissingNode(),
                at + ".additionalProperties",
                others,
                "true or false; none are written");
        Set<String> required = new TreeSet<>();
        JsonNode names = schema.path("required");
        require(names.isArray() || names.isMissingNode(), at + ".required", names, "an array of names");
        for (JsonNode name : names) {
            boolean known = name.isTextual() && properties.has(name.textValue());
            require(known, at + ".required", name, "names of properties");
            required.add(name.textValue());
        }
        List<Grammar> members = new ArrayList<>();
        List<Boolean> must = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            members.add(Grammar.sequence(List.of(
                    Grammar.text(JSON.getNodeFactory().textNode(property.getKey()) + ":"),
                    Grammar.optional(Grammar.text(" ")),
                    element(property.getValue(), at + ".properties." + property.getKey(), depth + 1))));
            must.add(required.contains(property.getKey()));
        }
        return Grammar.sequence(List.of(Grammar.text("{"), members(members, must), Grammar.text("}")));
    }

    /** Members with commas between those that come: each is built once, whatever came before it. */
    private static Grammar members(List<Grammar> members, List<Boolean> must) {
        return Grammar.of((automaton, end) -> {
            // Where nothing has been written yet, and where something has.
            int none = end;
            int some = end;
            for (int i = members.size() - 1; i >= 0; i--) {
                int member = members.get(i).into(automaton, some);
                int first = automaton.state();
                int later = automaton.state();
                automaton.skip(first, member);
                automaton.skip(later, separator().into(automaton, member));
                if (!must.get(i)) {
                    automaton.skip(first, none);
                    automaton.skip(later, some);
                }
                none = first;
                some = later;
            }
            return none;
        });
    }

    private static Grammar array(JsonNode schema, String at, int depth) {
        int least = count(schema, "minItems", at, 0);
        int most = atLeast(schema, "minItems", "maxItems", at);
        Grammar inner = Grammar.text("");
        if (most > 0) {
            require(schema.has("items"), at + ".items", "missing", "a schema");
            Grammar item = element(schema.get("items"), at + ".items", depth + 1);
            Grammar more = Grammar.repeat(
                    Grammar.sequence(List.of(separator(), item)),
                    Math.max(0, least - 1),
                    most == Grammar.UNLIMITED ? most : most - 1);
            Grammar some = Grammar.sequence(List.of(item, more));
            inner = least > 0 ? some : Grammar.optional(some);
        }
        return Grammar.sequence(List.of(Grammar.text("["), inner, Grammar.text("]")));
    }

    private static int count(JsonNode schema, String word, String at, int otherwise) {
        JsonNode value = schema.path(word);
        boolean good = value.isInt() && value.intValue() >= 0 && value.intValue() < Grammar.UNLIMITED;
        require(good || value.isMissingNode(), at + "." + word, value, "a whole number >= 0");
        return value.isMissingNode() ? otherwise : value.intValue();
    }

    private static int atLeast(JsonNode schema, String least, String most, String at) {
        int low = count(schema, least, at, 0);
        int high = count(schema, most, at, Grammar.UNLIMITED);
        require(high >= low, at + "." + most, high, ">= " + least + ", " + low);
        return high;
    }

    private static Grammar separator() {
        return Grammar.sequence(List.of(Grammar.text(","), Grammar.optional(Grammar.text(" "))));
    }

    private static Grammar quoted(Grammar inner) {
        return Grammar.sequence(List.of(Grammar.text("\""), inner, Grammar.text("\"")));
    }

    /** One code point of a text: itself, or escaped; a half of a surrogate pair is none. */
    private static Grammar character() {
        Grammar hex = oneOf("09afAF");
        Grammar unit = Grammar.anyOf(List.of(
                Grammar.sequence(List.of(oneOf("09acefACEF"), hex, hex, hex)),
                Grammar.sequence(List.of(oneOf("ddDD"), oneOf("07"), hex, hex))));
        Grammar escaped = Grammar.anyOf(
                List.of(oneOf("\"\"\\\\//bbffnnrrtt"), Grammar.sequence(List.of(Grammar.text("u"), unit))));
        return Grammar.anyOf(List.of(
                Grammar.characters(0x20, '"' - 1),
                Grammar.characters('"' + 1, '\\' - 1),
                Grammar.characters('\\' + 1, Character.MAX_CODE_POINT),
                Grammar.sequence(List.of(Grammar.text("\\"), escaped))));
    }

    /** One letter of ASCII, of ranges that are said by their ends; one state, since texts have many of them. */
    private static Grammar oneOf(String ranges) {
        return Grammar.of((automaton, end) -> {
            int start = automaton.state();
            for (int i = 0; i < ranges.length(); i += 2) {
                automaton.edge(start, ranges.charAt(i), ranges.charAt(i + 1), end);
            }
            return start;
        });
    }

    private static Grammar integer() {
        Grammar digits = Grammar.anyOf(List.of(
                Grammar.text("0"),
                Grammar.sequence(List.of(Grammar.characters('1', '9'), Grammar.repeat(DIGIT, 0, 17)))));
        return Grammar.sequence(List.of(Grammar.optional(Grammar.text("-")), digits));
    }

    private static Grammar number() {
        Grammar fraction = Grammar.sequence(List.of(Grammar.text("."), Grammar.repeat(DIGIT, 1, 17)));
        Grammar sign = Grammar.optional(Grammar.anyOf(List.of(Grammar.text("+"), Grammar.text("-"))));
        Grammar exponent = Grammar.sequence(List.of(
                Grammar.anyOf(List.of(Grammar.text("e"), Grammar.text("E"))), sign, Grammar.repeat(DIGIT, 1, 2)));
        return Grammar.sequence(List.of(integer(), Grammar.optional(fraction), Grammar.optional(exponent)));
    }

    private static void require(boolean holds, String at, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("schema " + at + ": "
                    + (found instanceof JsonNode node && node.isMissingNode() ? "missing" : found) + " (expected: "
                    + expected + ")");
        }
    }
}
