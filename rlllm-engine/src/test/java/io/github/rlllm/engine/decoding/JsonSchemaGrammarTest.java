package io.github.rlllm.engine.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.rlllm.api.Completion.Finish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JsonSchemaGrammarTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> SCHEMAS = List.of("""
            {"type":"object","properties":{"name":{"type":"string","maxLength":5},"age":{"type":"integer"},
             "tags":{"type":"array","items":{"enum":["red","green","re\\"d"]},"minItems":1,"maxItems":3}},"required":["age"]}""", """
            {"type":"object","title":"t","properties":{"inner":{"type":"object","properties":{
             "on":{"type":"boolean"},"x":{"type":"number"}},"required":["on","x"],"additionalProperties":false},
             "none":{"type":["null","string"],"minLength":2}},"required":["inner","none"]}""", """
            {"anyOf":[{"type":"array","items":{"type":"integer"},"maxItems":2},{"const":"no\\u00e4"},{"type":"string","maxLength":3}]}""", """
            {"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}}}""", """
            {"type":"array","items":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2}}""", """
            {"type":"string"}""");

    /** Whether a document follows a schema, by the words that are supported. */
    private static boolean follows(JsonNode value, JsonNode schema) {
        if (schema.has("anyOf")) {
            for (JsonNode one : schema.get("anyOf")) {
                if (follows(value, one)) {
                    return true;
                }
            }
            return false;
        }
        if (schema.has("const")) {
            return value.equals(schema.get("const"));
        }
        if (schema.has("enum")) {
            boolean found = false;
            for (JsonNode one : schema.get("enum")) {
                found |= one.equals(value);
            }
            return found;
        }
        List<String> types = new ArrayList<>();
        (schema.get("type").isArray() ? schema.get("type") : List.of(schema.get("type")))
                .forEach(type -> types.add(type.asText()));
        return types.stream().anyMatch(type -> isA(type, value, schema));
    }

    private static boolean isA(String type, JsonNode value, JsonNode schema) {
        switch (type) {
            case "object":
                boolean good = value.isObject();
                for (JsonNode name : schema.path("required")) {
                    good &= value.has(name.asText());
                }
                for (Map.Entry<String, JsonNode> member : value.properties()) {
                    JsonNode of = schema.path("properties").get(member.getKey());
                    good &= of != null && follows(member.getValue(), of);
                }
                return good;
            case "array":
                boolean fits = value.isArray()
                        && value.size() >= schema.path("minItems").asInt(0)
                        && value.size() <= schema.path("maxItems").asInt(Integer.MAX_VALUE);
                for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
                    fits &= follows(item, schema.get("items"));
                }
                return fits;
            case "string":
                int length = value.asText().codePointCount(0, value.asText().length());
                return value.isTextual()
                        && length >= schema.path("minLength").asInt(0)
                        && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE);
            case "integer":
                return value.isIntegralNumber() && value.canConvertToLong();
            case "number":
                return value.isNumber() && Double.isFinite(value.doubleValue());
            case "boolean":
                return value.isBoolean();
            default:
                return value.isNull();
        }
    }

    /** Bytes of JSON, a few words, parts of characters and what JSON never has; the last token ends a text. */
    private static List<byte[]> vocabulary() {
        List<byte[]> tokens = new ArrayList<>();
        for (char letter : "{}[]\":,.-+eEu\\/ 0123456789abcdeghilnorstx\n\tFD".toCharArray()) {
            tokens.add(new byte[] {(byte) letter});
        }
        for (String word : List.of(
                "{\"",
                "\":",
                "\": ",
                "\",\"",
                "\", \"",
                "true",
                "false",
                "null",
                "tru",
                "ame",
                "name",
                "age",
                "tags",
                "inner",
                "none",
                "on",
                "\"}",
                "}}",
                "]}",
                "[[",
                "12",
                "-1",
                "\\u",
                "d8",
                "\u00e4",
                "\ud83d\ude00",
                "\\\"",
                "1e9",
                ".5",
                "  ",
                "green\"",
                "},{")) {
            tokens.add(word.getBytes(StandardCharsets.UTF_8));
        }
        for (int value : new int[] {0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xff, 0x80, 0xf0, 0x9f, 0x98}) {
            tokens.add(new byte[] {(byte) value});
        }
        tokens.add(new byte[0]);
        return tokens;
    }

    /** Whatever the logits, what ends is JSON that follows the schema, and it ends only where it is complete. */
    @Property(tries = 250)
    void everySampleFollowsTheSchema(@ForAll long seed, @ForAll @IntRange(max = 5) int which) throws Exception {
        JsonNode schema = JSON.readTree(SCHEMAS.get(which));
        List<byte[]> tokens = vocabulary();
        TokenBytes bytes = new TokenBytes(tokens);
        int end = tokens.size() - 1;
        GrammarConstraint only = new GrammarConstraint("schema", JsonSchemaGrammar.of(schema.toString()), bytes);
        Sampler.NextLogits model = before -> {
            SplittableRandom noise = new SplittableRandom(seed + 31L * before.length);
            float[] logits = new float[tokens.size()];
            for (int v = 0; v < logits.length; v++) {
                logits[v] = (float) (4 * noise.nextGaussian());
            }
            return logits;
        };
        SampleLimits limits =
                SampleLimits.of(300).withStop(List.of(new int[] {end})).withOnly(only);
        TokenSample sample =
                new Sampler(SamplingConfig.defaults()).sample(model, new int[0], limits, new SplittableRandom(seed));
        String text = bytes.text(sample.answer());
        int state = only.start();
        for (int token : sample.answer()) {
            state = only.after(state, token);
            assertTrue(state >= 0 && (only.complete(state) || only.allowed(state).length > 0), text);
        }
        if (sample.finish() == Finish.STOP) {
            assertTrue(only.complete(state), text);
            assertTrue(follows(JSON.readTree(text), schema), text);
        } else {
            assertEquals(300, sample.tokens().length);
        }
    }

    private static boolean allows(String schema, String text) {
        ByteAutomaton automaton = new ByteAutomaton(JsonSchemaGrammar.of(schema));
        int at = automaton.start();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            at = at == ByteAutomaton.DEAD ? at : automaton.next(at, value & 0xff);
        }
        return at != ByteAutomaton.DEAD && automaton.accepts(at);
    }

    @Test
    void documentsThatAreAllowedAndNot() {
        String schema = SCHEMAS.get(0);
        for (String good : List.of(
                "{\"age\":0}",
                "{\"age\": -12}",
                "{\"name\":\"\", \"age\":7,\"tags\": [\"red\"]}",
                "{\"name\":\"\\u00e4\\n\u00e4\ud83d\ude00a\",\"age\":7}",
                "{\"name\":\"\\\"\\\\\\/\\b\\t\",\"age\":7}",
                "{\"name\":\"\\ud7fF\\uE000\",\"age\":7}",
                "{\"age\":7,\"tags\":[\"re\\\"d\", \"green\"]}")) {
            assertTrue(allows(schema, good), good);
        }
        for (String bad : List.of(
                "{}",
                "{\"age\":01}",
                "{\"age\":1.0}",
                "{\"age\":1,}",
                "{,\"age\":1}",
                "{\"age\":1",
                "{\"age\":1} ",
                "{\"age\":1,\"name\":\"a\"}",
                "{\"name\":\"abcdef\",\"age\":1}",
                "{\"name\":\"\\ud83d\",\"age\":1}",
                "{\"name\":\"\\x\",\"age\":1}",
                "{\"name\":\"\\u00g0\",\"age\":1}",
                "{\"name\":\"\t\",\"age\":1}",
                "{\"age\":1,\"tags\":[]}",
                "{\"age\":1,\"tags\":[\"blue\"]}",
                "{\"age\":1234567890123456789}")) {
            assertFalse(allows(schema, bad), bad);
        }
        assertTrue(allows("{\"type\":\"number\"}", "-0.5E+10"));
        assertFalse(allows("{\"type\":\"number\"}", "1e400"));
        assertTrue(allows(SCHEMAS.get(3), "{}"));
        assertTrue(allows(SCHEMAS.get(3), "{\"a\":null, \"c\":null}"));
        assertFalse(allows(SCHEMAS.get(3), "{\"c\":null,\"a\":null}"));
        assertTrue(allows(SCHEMAS.get(4), "[]"));
        assertTrue(allows("{\"type\":\"array\",\"maxItems\":0}", "[]"));
    }

    /** A thousand characters, escapes and all bytes of UTF-8 among them, are some 20,000 states. */
    @Test
    void textsShareTheirStates() {
        int states = new ByteAutomaton(JsonSchemaGrammar.of("{\"type\":\"string\",\"maxLength\":1000}")).size();
        assertTrue(states < 25_000, states + " states");
        assertTrue(allows("{\"type\":\"string\",\"maxLength\":2000}", "\"" + "a".repeat(2_000) + "\""));
        assertFalse(allows("{\"type\":\"string\",\"maxLength\":2000}", "\"" + "a".repeat(2_001) + "\""));
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        Map<String, String> refused = Map.ofEntries(
                Map.entry("{\"type\":\"string\",\"pattern\":\"a\"}", "schema $.pattern: \"a\""),
                Map.entry("{\"type\":\"integer\",\"minimum\":1}", "schema $.minimum: 1"),
                Map.entry(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/b\"}}}",
                        "schema $.properties.a.$ref: \"#/b\""),
                Map.entry("{\"type\":\"text\"}", "schema $.type: \"text\""),
                Map.entry("{}", "schema $.type: missing"),
                Map.entry("true", "schema $: true"),
                Map.entry("{\"type\":\"array\"}", "schema $.items: missing"),
                Map.entry("{\"type\":\"object\",\"required\":[\"a\"]}", "schema $.required: \"a\""),
                Map.entry(
                        "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"null\"}}",
                        "schema $.additionalProperties: {\"type\":\"null\"}"),
                Map.entry("{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}", "schema $.maxLength: 2"),
                Map.entry("{\"type\":\"string\",\"maxLength\":-1}", "schema $.maxLength: -1"),
                Map.entry(
                        "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"maxItems\":1.5}",
                        "schema $.maxItems: 1.5"),
                Map.entry("{\"enum\":[]}", "schema $.enum: []"),
                Map.entry("{\"enum\":[[1]]}", "schema $.enum: [1]"),
                Map.entry("{\"type\":\"string\",\"enum\":[1]}", "schema $.enum: 1"),
                Map.entry("{\"anyOf\":[],\"type\":\"null\"}", "schema $.type: \"null\""),
                Map.entry("{\"anyOf\":[{\"type\":\"nul\"}]}", "schema $.anyOf[0].type: \"nul\""),
                Map.entry("{\"type\":", "schema: "),
                Map.entry("{\"type\":\"null\",\"type\":\"null\"}", "schema: Duplicate"));
        refused.forEach((schema, message) -> {
            String said = assertThrows(IllegalArgumentException.class, () -> JsonSchemaGrammar.of(schema))
                    .getMessage();
            assertTrue(said.startsWith(message) && said.contains(" (expected: "), schema + ": " + said);
        });
        String deep = "{\"type\":\"array\",\"items\":".repeat(40) + "{\"type\":\"null\"}" + "}".repeat(40);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> JsonSchemaGrammar.of(deep))
                .getMessage()
                .contains("depth 33"));
    }

    @Test
    void aVocabularyWithoutAQuoteCannotSayText() throws JsonProcessingException {
        TokenBytes digits = TokenBytes.of(List.of("1", "{", "}"));
        assertTrue(assertThrows(
                        io.github.rlllm.api.NothingLeftException.class,
                        () -> new GrammarConstraint("answer", JsonSchemaGrammar.of("{\"type\":\"string\"}"), digits))
                .getMessage()
                .startsWith(
                        "constraint answer: no text of it can be spelled with the 3 tokens (expected: after '' a token"
                                + " that begins with one of \" and"));
    }
}
