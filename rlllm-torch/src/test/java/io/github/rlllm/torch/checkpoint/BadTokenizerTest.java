package io.github.rlllm.torch.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad tokenizer.json files. Some of them end the process if the native library sees them, so this also is a kill test. */
class BadTokenizerTest {
    private static final String GOOD = """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
              "normalized": false, "special": true}],
             "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "_"},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "post_processor": {"type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
              "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
              "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
             "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
             "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
              "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
              "vocab": {"<s>": 0, "a": 1, "b": 2, "ab": 3, "_": 4}, "merges": [["a", "b"]]}}""";

    @TempDir
    private Path temporary;

    private Tokenizer open(String json) throws IOException {
        Path file = Files.writeString(temporary.resolve("tokenizer.json"), json);
        return JsonTokenizer.open(file, 5);
    }

    @Test
    void theGoodOneIsRead() throws IOException {
        try (Tokenizer tokenizer = open(GOOD)) {
            assertEquals(5, tokenizer.size());
            assertArrayEquals(new int[] {0, 3, 4, 1}, tokenizer.encode("ab a", true));
            assertArrayEquals(new int[] {3}, tokenizer.encode("ab", false));
            assertEquals(
                    "token 0: 5 (expected: 0 to 4)",
                    assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[] {5}, true))
                            .getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "continuing_subword_prefix": null | "continuing_subword_prefix": "#####" | model.continuing_subword_prefix: "#####" (expected: null)
            "end_of_word_suffix": null | "end_of_word_suffix": 7 | model.end_of_word_suffix: 7 (expected: null)
            "dropout": null | "dropout": 0.5 | model.dropout: 0.5 (expected: null)
            "type": "BPE" | "type": "Unigram" | model.type: "Unigram" (expected: BPE)
            "vocab": { | "vocab": [], "vocabulary": { | model.vocabulary: unknown (expected: only [byte_fallback, continuing_subword_prefix, dropout, end_of_word_suffix, fuse_unk, ignore_merges, merges, type, unk_token, vocab])
            "b": 2 | "b": -1 | model.vocab: token b: -1 (expected: an id from 0 to 4, as the model has)
            "b": 2 | "b": 1152921504606846976 | model.vocab: token b: 1152921504606846976 (expected: an id from 0 to 4, as the model has)
            "b": 2 | "b": 5 | model.vocab: token b: 5 (expected: an id from 0 to 4, as the model has)
            "b": 2 | "b": 1 | model.vocab: token b: 1 (expected: each id once)
            "b": 2 | "a": 2 | JSON: Duplicate field 'a' at byte 1030 (expected: one JSON object, each key once, at most 64 deep)
            [["a", "b"]] | [["a", "c"]] | model.merges: ["a","c"] (expected: two tokens that make a token, all merges of one spelling)
            [["a", "b"]] | [["a", "b"], "a b"] | model.merges: "a b" (expected: two tokens that make a token, all merges of one spelling)
            [["a", "b"]] | ["a  b"] | model.merges: "a  b" (expected: two tokens that make a token, all merges of one spelling)
            [["a", "b"]] | {} | model.merges: {} (expected: an array)
            "unk_token": null | "unk_token": "x" | model.unk_token: "x" (expected: a token, or null)
            {"id": 0, "content" | {"id": 1, "content" | added_tokens: token <s>: 1 (expected: its id in the vocabulary)
            "content": "<s>" | "content": "" | added_tokens: content: "" (expected: a text)
            "content": "<s>" | "content": "\\ud800" | added_tokens: content: "?" (expected: a text)
            "lstrip": false | "lstrip": 1 | added_tokens: token <s>: lstrip: 1 (expected: true or false)
            {"String": " "} | {"Regex": "(a+)*$"} | normalizer.pattern: {"Regex":"(a+)*$"} (expected: String, or the Regex of GPT-2, Llama 3 or Qwen)
            "type": "Replace" | "type": "Precompiled" | normalizer.type: Precompiled (expected: one of [NFC, Prepend, Replace, Sequence])
            "use_regex": true | "use_regex": 1 | pre_tokenizer.use_regex: 1 (expected: true or false)
            "trim_offsets": true, | `` | pre_tokenizer.trim_offsets: missing (expected: true or false)
            {"type": "Fuse"} | {"type": "CTC"} | decoder.decoders[1].type: CTC (expected: one of [ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip])
            {"SpecialToken": {"id": "<s>" | {"SpecialToken": {"id": "<t>" | post_processor.single: {"SpecialToken":{"id":"<t>","type_id":0}} (expected: a Sequence A (or B of a pair), or a SpecialToken of special_tokens, with a type_id)
            "ids": [0] | "ids": [0, 1] | post_processor.special_tokens.<s>: {"id":"<s>","ids":[0,1],"tokens":["<s>"]} (expected: its id, ids and as many tokens)
            "version": "1.0" | "versions": 1 | versions: unknown (expected: only [added_tokens, decoder, model, normalizer, padding, post_processor, pre_tokenizer, truncation, version])
            """)
    void badOnesAreRefusedBeforeTheLibrarySeesThem(String from, String to, String message) {
        assertTrue(GOOD.contains(from), from);
        String found = assertThrows(
                        BadFileException.class,
                        () -> open(GOOD.replace(from, to == null ? "" : to)).close())
                .getMessage();
        assertEquals(message, found.substring(temporary.toString().length() + "/tokenizer.json: ".length()));
    }

    @Test
    void noFileMadeByChanceEndsTheProcess() throws IOException {
        RandomGenerator rng = new SplittableRandom(1);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            ObjectNode json = (ObjectNode) Draft.MAPPER.readTree(GOOD);
            for (int edit = rng.nextInt(3); edit >= 0; edit--) {
                change(json, json, rng);
            }
            try (Tokenizer tokenizer = open(json.toString())) {
                tokenizer.decode(tokenizer.encode("ab \ud83d <s>\u0000 ba\n", true), true);
                read++;
            } catch (BadFileException e) {
                refused++;
            }
        }
        assertTrue(read > 50 && refused > 50, read + " read, " + refused + " refused");
    }

    /** Replaces or removes a value somewhere below a container. */
    private static void change(JsonNode within, ObjectNode whole, RandomGenerator rng) {
        List<String> names = new ArrayList<>();
        within.fieldNames().forEachRemaining(names::add);
        if (within.isEmpty()) {
            return;
        }
        int at = rng.nextInt(within.size());
        JsonNode child = within.isArray() ? within.get(at) : within.get(names.get(at));
        if (child.isContainerNode() && !child.isEmpty() && rng.nextInt(4) > 0) {
            change(child, whole, rng);
            return;
        }
        JsonNodeFactory make = JsonNodeFactory.instance;
        List<JsonNode> values = List.of(
                make.nullNode(),
                make.numberNode(rng.nextInt(6)),
                make.numberNode(-1),
                make.numberNode(1L << 60),
                make.booleanNode(rng.nextBoolean()),
                make.textNode(""),
                make.textNode("a b"),
                make.textNode("\u0000"),
                make.textNode("ByteLevel"),
                make.objectNode(),
                make.arrayNode(),
                whole.path("decoder").deepCopy(),
                whole.path("model").deepCopy(),
                make.missingNode());
        JsonNode value = values.get(rng.nextInt(values.size()));
        if (within instanceof ArrayNode array) {
            if (value.isMissingNode()) {
                array.remove(at);
            } else {
                array.set(at, value);
            }
        } else if (within instanceof ObjectNode object) {
            if (value.isMissingNode()) {
                object.remove(names.get(at));
            } else {
                object.set(names.get(at), value);
            }
        }
    }
}
