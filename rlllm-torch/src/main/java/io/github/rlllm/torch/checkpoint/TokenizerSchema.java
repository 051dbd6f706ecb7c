package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a {@code tokenizer.json} may hold before the native library sees it: the parts that byte-pair tokenizers of the
 * supported families are made of, each with its own keys and kinds of values, and nothing else. The library aborts the
 * whole process on some files (a merge shorter than the subword prefix, for one), so what is not known here is refused.
 */
final class TokenizerSchema {
    private static final Set<String> REGEXES = Set.of(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
    private static final Map<String, String> BYTE_LEVEL =
            Map.of("add_prefix_space", "flag", "trim_offsets", "flag", "use_regex", "flag");
    private static final Map<String, String> REPLACE = Map.of("pattern", "pattern", "content", "any");
    private static final Map<String, String> METASPACE =
            Map.of("replacement", "letter", "prepend_scheme", "always|never|first", "split", "flag");
    private static final Map<String, Map<String, String>> NORMALIZERS = Map.of(
            "NFC", Map.of(),
            "Replace", REPLACE,
            "Prepend", Map.of("prepend", "text"),
            "Sequence", Map.of("normalizers", "parts"));
    private static final Map<String, Map<String, String>> SPLITTERS = Map.of(
            "ByteLevel", BYTE_LEVEL,
            "Split", Map.of("pattern", "pattern", "behavior", "Isolated|MergedWithPrevious|Removed", "invert", "flag"),
            "Digits", Map.of("individual_digits", "flag"),
            "Metaspace", METASPACE,
            "Sequence", Map.of("pretokenizers", "parts"));
    private static final Map<String, Map<String, String>> PROCESSORS = Map.of(
            "ByteLevel", BYTE_LEVEL,
            "TemplateProcessing", Map.of("single", "template", "pair", "template", "special_tokens", "specials"),
            "Sequence", Map.of("processors", "parts"));
    private static final Map<String, Map<String, String>> DECODERS = Map.of(
            "ByteLevel", BYTE_LEVEL,
            "Replace", REPLACE,
            "ByteFallback", Map.of(),
            "Fuse", Map.of(),
            "Strip", Map.of("content", "letter", "start", "small", "stop", "small"),
            "Metaspace", METASPACE,
            "Sequence", Map.of("decoders", "parts"));
    private static final List<String> FLAGS = List.of("single_word", "lstrip", "rstrip", "normalized", "special");

    private final Path file;
    private final int vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet taken = new BitSet();
    private int most = -1;

    private TokenizerSchema(Path file, int vocabulary) {
        this.file = file;
        this.vocabulary = vocabulary;
    }

    /**
     * Checks a file and takes out what shortens or fills up texts.
     *
     * @return the number of tokens
     */
    static int check(Path file, ObjectNode json, int vocabulary) throws BadFileException {
        TokenizerSchema schema = new TokenizerSchema(file, vocabulary);
        schema.keys(
                "",
                json,
                Set.of(
                        "version",
                        "truncation",
                        "padding",
                        "added_tokens",
                        "normalizer",
                        "pre_tokenizer",
                        "post_processor",
                        "decoder",
                        "model"));
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        schema.model(json.path("model"));
        schema.added(json.path("added_tokens"));
        schema.part("normalizer", json.path("normalizer"), NORMALIZERS, 0);
        schema.part("pre_tokenizer", json.path("pre_tokenizer"), SPLITTERS, 0);
        schema.part("post_processor", json.path("post_processor"), PROCESSORS, 0);
        schema.part("decoder", json.path("decoder"), DECODERS, 0);
        return schema.most + 1;
    }

    private BadFileException bad(String part, Object value, String expected) {
        return new BadFileException(file, part, value, expected);
    }

    private void require(boolean good, String part, JsonNode value, String expected) throws BadFileException {
        if (!good) {
            throw bad(part, value.isMissingNode() ? "missing" : value, expected);
        }
    }

    private void keys(String part, JsonNode object, Set<String> known) throws BadFileException {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (!known.contains(entry.getKey())) {
                throw bad(
                        part + entry.getKey(),
                        "unknown",
                        "only " + known.stream().sorted().toList());
            }
        }
    }

    private int id(String part, JsonNode id) throws BadFileException {
        boolean good = id.isInt() && id.intValue() >= 0 && id.intValue() < vocabulary;
        require(good, part, id, "an id from 0 to " + (vocabulary - 1) + ", as the model has");
        most = Math.max(most, id.intValue());
        return id.intValue();
    }

    /** A text whose letters are all whole: the library takes UTF-8. */
    private String text(String part, JsonNode node) throws BadFileException {
        boolean good = node.isTextual() && !node.textValue().isEmpty();
        require(good && StandardCharsets.UTF_8.newEncoder().canEncode(node.textValue()), part, node, "a text");
        return node.textValue();
    }

    private void model(JsonNode model) throws BadFileException {
        require(model.isObject(), "model", model, "an object");
        keys(
                "model.",
                model,
                Set.of(
                        "type",
                        "dropout",
                        "unk_token",
                        "continuing_subword_prefix",
                        "end_of_word_suffix",
                        "fuse_unk",
                        "byte_fallback",
                        "ignore_merges",
                        "vocab",
                        "merges"));
        JsonNode type = model.path("type");
        require(type.isMissingNode() || type.asText("").equals("BPE"), "model.type", type, "BPE");
        ((ObjectNode) model).put("type", "BPE");
        for (String name : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            JsonNode value = model.path(name);
            boolean none = value.isMissingNode()
                    || value.isNull()
                    || value.isTextual() && value.textValue().isEmpty() && !name.equals("dropout");
            require(none, "model." + name, value, "null");
            ((ObjectNode) model).putNull(name);
        }
        for (String name : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
            JsonNode value = model.path(name);
            require(value.isBoolean() || value.isMissingNode(), "model." + name, value, "true or false");
        }
        JsonNode vocab = model.path("vocab");
        require(vocab.isObject() && !vocab.isEmpty(), "model.vocab", vocab, "an object of tokens");
        for (Map.Entry<String, JsonNode> token : vocab.properties()) {
            String part = "model.vocab: token " + token.getKey();
            int id = id(part, token.getValue());
            require(!taken.get(id), part, token.getValue(), "each id once");
            taken.set(id);
            ids.put(token.getKey(), id);
        }
        JsonNode unknown = model.path("unk_token");
        boolean known = unknown.isTextual() && ids.containsKey(unknown.textValue());
        require(known || unknown.isNull() || unknown.isMissingNode(), "model.unk_token", unknown, "a token, or null");
        JsonNode merges = model.path("merges");
        require(merges.isArray(), "model.merges", merges, "an array");
        boolean pairs = merges.path(0).isArray();
        for (JsonNode merge : merges) {
            merge(merge, pairs);
        }
    }

    private void merge(JsonNode merge, boolean pair) throws BadFileException {
        String expected = "two tokens that make a token, all merges of one spelling";
        require(pair ? merge.isArray() && merge.size() == 2 : merge.isTextual(), "model.merges", merge, expected);
        String[] parts = pair
                ? new String[] {merge.get(0).asText(""), merge.get(1).asText("")}
                : merge.textValue().split(" ", -1);
        boolean good = parts.length == 2
                && (!pair || merge.get(0).isTextual() && merge.get(1).isTextual());
        require(
                good && ids.containsKey(parts[0]) && ids.containsKey(parts[1]) && ids.containsKey(parts[0] + parts[1]),
                "model.merges",
                merge,
                expected);
    }

    private void added(JsonNode added) throws BadFileException {
        require(added.isArray() || added.isMissingNode(), "added_tokens", added, "an array");
        for (JsonNode token : added) {
            require(
                    token.isObject() && token.size() == 7,
                    "added_tokens",
                    token,
                    "objects of id, content and " + FLAGS);
            String content = text("added_tokens: content", token.path("content"));
            String part = "added_tokens: token " + content;
            int id = id(part, token.path("id"));
            for (String flag : FLAGS) {
                require(token.path(flag).isBoolean(), part + ": " + flag, token.path(flag), "true or false");
            }
            Integer known = ids.get(content);
            boolean free = known == null ? !taken.get(id) : known == id;
            require(free, part, token.path("id"), known == null ? "an id of its own" : "its id in the vocabulary");
            ids.put(content, id);
            taken.set(id);
        }
    }

    private void part(String name, JsonNode node, Map<String, Map<String, String>> kinds, int depth)
            throws BadFileException {
        if (depth == 0 && (node.isNull() || node.isMissingNode())) {
            return;
        }
        String type = node.path("type").asText("");
        Map<String, String> keys = kinds.get(type);
        if (keys == null || depth > 2) {
            throw bad(
                    name + ".type",
                    type.isEmpty() ? "missing" : type,
                    "one of " + kinds.keySet().stream().sorted().toList());
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String key = entry.getKey();
            if (!key.equals("type")) {
                require(keys.containsKey(key), name + "." + key, entry.getValue(), "no such key in " + type);
            }
        }
        for (Map.Entry<String, String> key : keys.entrySet()) {
            value(name + "." + key.getKey(), node, key.getKey(), key.getValue(), kinds, depth);
        }
    }

    private void value(
            String name, JsonNode parent, String key, String kind, Map<String, Map<String, String>> kinds, int depth)
            throws BadFileException {
        JsonNode value = parent.path(key);
        switch (kind) {
            case "flag" ->
                require(
                        value.isBoolean() || key.equals("use_regex") && value.isMissingNode(),
                        name,
                        value,
                        "true or false");
            case "small" ->
                require(value.isInt() && value.intValue() >= 0 && value.intValue() <= 16, name, value, "0 to 16");
            case "any" ->
                require(
                        value.isTextual() && StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue()),
                        name,
                        value,
                        "a text");
            case "text" -> text(name, value);
            case "letter" ->
                require(
                        text(name, value).codePointCount(0, value.textValue().length()) == 1,
                        name,
                        value,
                        "one letter");
            case "pattern" -> pattern(name, value);
            case "parts" -> {
                require(value.isArray() && value.size() <= 16, name, value, "an array of at most 16 parts");
                for (int i = 0; i < value.size(); i++) {
                    part(name + "[" + i + "]", value.get(i), kinds, depth + 1);
                }
            }
            case "template" -> template(name, value, parent.path("special_tokens"));
            case "specials" -> specials(name, value);
            default ->
                require(
                        value.isTextual() && List.of(kind.split("\\|", -1)).contains(value.textValue()),
                        name,
                        value,
                        kind);
        }
    }

    private void pattern(String name, JsonNode value) throws BadFileException {
        require(value.isObject() && value.size() == 1, name, value, "an object of String or Regex");
        if (value.has("String")) {
            text(name, value.get("String"));
        } else {
            boolean known = REGEXES.contains(value.path("Regex").asText(""));
            require(known, name, value, "String, or the Regex of GPT-2, Llama 3 or Qwen");
        }
    }

    private void template(String name, JsonNode value, JsonNode specials) throws BadFileException {
        require(value.isArray() && value.size() <= 16, name, value, "an array of at most 16 pieces");
        for (JsonNode piece : value) {
            boolean sequence = piece.has("Sequence");
            JsonNode inner = piece.path(sequence ? "Sequence" : "SpecialToken");
            boolean good = piece.size() == 1
                    && inner.size() == 2
                    && inner.path("type_id").isInt()
                    && inner.path("type_id").intValue() >= 0;
            String id = inner.path("id").asText("");
            require(
                    good && (sequence ? id.equals("A") || id.equals("B") && name.endsWith("pair") : specials.has(id)),
                    name,
                    piece,
                    "a Sequence A (or B of a pair), or a SpecialToken of special_tokens, with a type_id");
        }
        boolean both = value.toString().contains("{\"id\":\"A\"")
                && (name.endsWith("single") || value.toString().contains("{\"id\":\"B\""));
        require(both, name, value, "each sequence");
    }

    private void specials(String name, JsonNode value) throws BadFileException {
        require(value.isObject(), name, value, "an object");
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            JsonNode token = entry.getValue();
            JsonNode tokens = token.path("tokens");
            JsonNode numbers = token.path("ids");
            boolean good = token.size() == 3
                    && token.path("id").asText("").equals(entry.getKey())
                    && tokens.isArray()
                    && numbers.isArray()
                    && tokens.size() == numbers.size()
                    && !tokens.isEmpty();
            require(good, name + "." + entry.getKey(), token, "its id, ids and as many tokens");
            for (int i = 0; i < tokens.size(); i++) {
                text(name, tokens.get(i));
                id(name, numbers.get(i));
            }
        }
    }
}
