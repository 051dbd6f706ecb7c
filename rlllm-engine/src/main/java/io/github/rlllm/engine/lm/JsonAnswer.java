package io.github.rlllm.engine.lm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Parsed;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a language model's answer as JSON (RFC 8259), or says with line and column why it is none. The answer is JSON from its
 * first character to its last, or has one fenced block ({@code ```json}, or without a name) with prose around. Braces are not
 * looked for within prose, and nothing is mended: comments, single quotes, missing quotes, NaN, a key twice, numbers beyond a
 * double's range and half characters are rejected. A comma before a closing bracket is rejected, or, if {@code trailingComma}
 * says so, passed over.
 *
 * @param trailingComma whether one comma after the last element is passed over
 * @param most the most characters of an answer, at least 1
 * @param depth the most brackets within each other, 1 to 500
 */
public record JsonAnswer(boolean trailingComma, int most, int depth) {
    private static final int DEEPEST = 500;
    private static final CodeAnswer FENCED = CodeAnswer.of("json");
    private static final ObjectMapper STRICT = mapper(false);
    private static final ObjectMapper LENIENT = mapper(true);

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a limit is out of its range
     */
    public JsonAnswer {
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
        if (depth < 1 || depth > DEEPEST) {
            throw new IllegalArgumentException("depth: " + depth + " (expected: 1 to " + DEEPEST + ")");
        }
    }

    private static ObjectMapper mapper(boolean trailingComma) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .configure(JsonReadFeature.ALLOW_TRAILING_COMMA, trailingComma)
                .build();
        return new ObjectMapper(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /**
     * No trailing comma, a million characters, 64 brackets.
     *
     * @return the parser
     */
    public static JsonAnswer defaults() {
        return new JsonAnswer(false, CodeAnswer.MOST, 64);
    }

    /**
     * The same with another rule for a comma after the last element.
     *
     * @param allowed whether it is passed over
     * @return a changed copy
     */
    public JsonAnswer withTrailingComma(boolean allowed) {
        return new JsonAnswer(allowed, most, depth);
    }

    /**
     * Reads an answer.
     *
     * @param answer what the model said
     * @return the value, or why there is none
     */
    public Parsed<JsonNode> parse(Completion answer) {
        return AnswerText.whole(answer, this::parse);
    }

    /**
     * Reads a text.
     *
     * @param text what the model said, whole
     * @return the value, or why there is none
     */
    public Parsed<JsonNode> parse(String text) {
        if (text.length() > most) {
            return AnswerText.rejected(1, 1, text.length() + " characters", "at most " + most);
        }
        int begin = AnswerText.begin(text);
        if (begin == text.length()) {
            return AnswerText.rejected(1, 1, "an empty answer", "JSON");
        }
        boolean brackets = "{[".indexOf(text.charAt(begin)) >= 0;
        if (!brackets && (text.contains("```") || text.contains("~~~"))) {
            CodeAnswer fenced = new CodeAnswer(FENCED.languages(), FENCED.several(), false, most);
            return fenced.parse(text)
                    .<Parsed<JsonNode>>fold(block -> read(block.code(), block.line()), Parsed::rejected);
        }
        return read(text, 1);
    }

    private Parsed<JsonNode> read(String json, int line) {
        ObjectMapper mapper = trailingComma ? LENIENT : STRICT;
        try (JsonParser tokens = mapper.getFactory().createParser(json)) {
            int within = 0;
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                within += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                String wrong = wrong(tokens, token, within);
                if (wrong != null) {
                    return rejected(tokens.currentTokenLocation(), line, wrong);
                }
            }
            return Parsed.accepted(mapper.readTree(json));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
            return rejected(at, line, e instanceof StreamConstraintsException ? "more than can be read" : "no JSON");
        } catch (IOException e) {
            throw new UncheckedIOException("of a text", e);
        }
    }

    private static Parsed<JsonNode> rejected(JsonLocation at, int line, String found) {
        return AnswerText.rejected(
                line + Math.max(1, at.getLineNr()) - 1, Math.max(1, at.getColumnNr()), found, "JSON, strictly");
    }

    private @Nullable String wrong(JsonParser tokens, JsonToken token, int within) throws IOException {
        if (within > depth) {
            return "more than " + depth + " brackets within each other";
        }
        if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
            boolean half = tokens.getText().codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff);
            return half ? "half a character" : null;
        }
        boolean beyond = token.isNumeric() && !Double.isFinite(Double.parseDouble(tokens.getText()));
        return beyond ? "a number beyond a double's range" : null;
    }
}
