package io.github.rlllm.torch.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Bad files, each with the whole message that it gets; FOLDER stands for the folder. */
class BadCheckpointTest {
    private static final String Q = "model.layers.0.self_attn.q_proj.weight";
    private static final String W = "FOLDER/model.safetensors: ";
    private static final String C = "FOLDER/config.json: ";
    private static final String I = "FOLDER/model.safetensors.index.json: ";
    private static final String JSON = " (expected: one JSON object, each key once, at most 64 deep)";

    @TempDir
    private Path temporary;

    private final Map<String, Consumer<Draft>> bad = new LinkedHashMap<>();

    private void bad(String message, Consumer<Draft> spoil) {
        assertEquals(null, bad.put(message, spoil), "twice: " + message);
    }

    private void weights() {
        bad(
                "FOLDER: weights: model.safetensors (expected: a file that is in the folder)",
                d -> d.files.remove(Draft.WEIGHTS));
        bad(W + "size: 0 (expected: at least 10 bytes; the file is truncated)", d -> d.length(0));
        bad(W + "size: 7 (expected: at least 10 bytes; the file is truncated)", d -> d.length(7));
        bad(W + "header length: 0 (expected: 2 to 1391, what the file can hold)", d -> d.headerLength(0));
        bad(W + "header length: 1392 (expected: 2 to 1391, what the file can hold)", d -> d.headerLength(1392));
        bad(
                W + "header length: 1152921504606846976 (expected: 2 to 1391, what the file can hold)",
                d -> d.headerLength(1L << 60));
        bad(
                W + "header length: 18446744073709551615 (expected: 2 to 1391, what the file can hold)",
                d -> d.headerLength(-1));
        bad(
                W + "header length: 9223372036854775808 (expected: 2 to 1391, what the file can hold)",
                d -> d.headerLength(Long.MIN_VALUE));
        bad(
                W + "header: begins with byte 32 (expected: begins with {)",
                d -> d.header("{\"model.emb", " {\"model.emb"));
        bad(
                W + "header: begins with byte 91 (expected: begins with {)",
                d -> d.files.put(Draft.WEIGHTS, Draft.join("[1, 2]", new byte[0])));
        bad(
                W + "tensor model.embed_tokens.weight: missing (expected: shape [3, 4])",
                d -> d.files.put(Draft.WEIGHTS, Draft.join("{}", new byte[0])));
        bad(
                W + "tensor a: number (expected: an object with dtype, shape and data_offsets)",
                d -> d.files.put(Draft.WEIGHTS, Draft.join("{\"a\": 1}", new byte[0])));
        bad(
                W + "tensor " + Q + ": 4 keys (expected: an object with dtype, shape and data_offsets)",
                d -> d.header("\"" + Q + "\":{", "\"" + Q + "\":{\"more\":1,"));
        bad(
                W + "__metadata__: number (expected: an object of texts)",
                d -> d.header("{\"model.emb", "{\"__metadata__\":1," + "\"model.emb"));
        bad(
                W + "__metadata__ format: number (expected: a text)",
                d -> d.header("{\"model.emb", "{\"__metadata__\":" + "{\"format\":1},\"model.emb"));
        String types = "one of [BF16, BOOL, F16, F32, F64, F8_E4M3, F8_E5M2, I16, I32, I64, I8, U16, U32, U64, U8])";
        bad(W + "tensor " + Q + ": dtype: F31 (expected: " + types, d -> d.header(q("F32"), q("F31")));
        bad(
                W + "tensor " + Q + ": dtype: 7 (expected: " + types,
                d -> d.header("\"" + Q + "\":{\"dtype\":\"F32\"", "\"" + Q + "\":{\"dtype\":7"));
        bad(
                W + "tensor " + Q + ": dtype: I32 (expected: one of [BF16, F16, F32, F64])",
                d -> d.header(q("F32"), q("I32")));
        bad(
                W + "tensor " + Q + ": data_offsets: 64 bytes (expected: 32 bytes for shape [4, 4] of F16)",
                d -> d.header(q("F32"), q("F16")));
        bad(
                W + "tensor " + Q + ": shape: string (expected: an array of at most 8 whole numbers)",
                d -> d.header(
                        "\"F32\",\"shape\":[4,4],\"data_offsets\":[64",
                        "\"F32\",\"shape\":\"4\",\"data_offsets\":[64"));
        bad(W + "tensor " + Q + ": shape: -4 (expected: whole numbers from 0 to 2^63 - 1)", d -> shape(d, "-4,-4"));
        bad(W + "tensor " + Q + ": shape: 4.0 (expected: whole numbers from 0 to 2^63 - 1)", d -> shape(d, "4.0,4"));
        bad(
                W + "tensor " + Q + ": shape: 18446744073709551620 (expected: whole numbers from 0 to 2^63 - 1)",
                d -> shape(d, "18446744073709551620,4"));
        bad(
                W + "tensor " + Q + ": shape: 9 numbers (expected: an array of at most 8 whole numbers)",
                d -> shape(d, "4,4,1,1,1,1,1,1,1"));
        bad(
                W + "tensor " + Q
                        + ": data_offsets: 64 bytes (expected: more than 2^57 bytes for shape [1152921504606846976,"
                        + " 4] of F32)",
                d -> shape(d, "1152921504606846976,4"));
        bad(
                W + "tensor " + Q + ": data_offsets: 64 bytes (expected: more than 2^57 bytes for shape [4294967296,"
                        + " 4294967300] of F32)",
                d -> shape(d, "4294967296,4294967300"));
        bad(
                W + "tensor " + Q + ": data_offsets: 64 bytes (expected: 80 bytes for shape [4, 5] of F32)",
                d -> shape(d, "4,5"));
        bad(W + "tensor " + Q + ": shape: [2, 8] (expected: [4, 4])", d -> shape(d, "2,8"));
        bad(W + "tensor " + Q + ": shape: [16] (expected: [4, 4])", d -> shape(d, "16"));
        String room = "(expected: [from, to] with from <= to <= 384, the bytes behind the header)";
        bad(W + "tensor " + Q + ": data_offsets: [64] " + room, d -> d.header("[64,128]", "[64]"));
        bad(W + "tensor " + Q + ": data_offsets: [128, 64] " + room, d -> d.header("[64,128]", "[128,64]"));
        bad(W + "tensor " + Q + ": data_offsets: [64, 4096] " + room, d -> d.header("[64,128]", "[64,4096]"));
        bad(
                W + "tensor " + Q + ": data_offsets: [1152921504606846976, 1152921504606847040] " + room,
                d -> d.header("[64,128]", "[1152921504606846976,1152921504606847040]"));
        bad(
                W + "tensor " + Q + ": data_offsets: -64 (expected: whole numbers from 0 to 2^63 - 1)",
                d -> d.header("[64,128]", "[-64,0]"));
        bad(
                W + "tensor " + Q
                        + ": data_offsets: begins at byte 60 (expected: 64, where model.layers.0.input_layernorm"
                        + ".weight ends: no overlap)",
                d -> d.header("[64,128]", "[60,124]"));
        bad(
                W + "tensor model.embed_tokens.weight: data_offsets: begins at byte 0 (expected: 16, where"
                        + " model.layers.0.input_layernorm.weight ends: no overlap)",
                d -> d.header("[48,64]", "[0,16]"));
        bad(
                W
                        + "tensor model.norm.weight: data_offsets: [368, 384] (expected: [from, to] with from <= to <= 380, the bytes"
                        + " behind the header)",
                d -> d.length(d.bytes(Draft.WEIGHTS).length - 4));
        bad(
                W + "data: 4 bytes behind the last tensor (expected: 0: nothing that no tensor owns)",
                d -> d.length(d.bytes(Draft.WEIGHTS).length + 4));
        bad(
                W
                        + "tensor model.embed_tokens.weight: data_offsets: begins at byte 48 (expected: 0, where the"
                        + " header ends: no gap)",
                d -> d.header("\"shape\":[3,4],\"data_offsets\":[0,48]", "\"shape\":[0,4],\"data_offsets\":[48,48]"));
        bad(
                W + "tensor model.norm.weight: missing (expected: shape [4])",
                d -> d.header("model.norm.w", "model.nerm.w"));
        bad(W + "tensor v_head.weight: unknown (expected: only tensors of a LLAMA model)", d -> {
            Map<String, long[]> shapes = Draft.tensors();
            shapes.put("v_head.weight", new long[] {1, 4});
            d.files.put(Draft.WEIGHTS, Draft.file(shapes));
        });
        bad(
                W + "header: Duplicate field '" + Q + "' at byte 307" + JSON,
                d -> d.header("model.layers.0.self_attn.k_proj" + ".weight", Q));
        bad(W + "header: Trailing token", d -> d.header("]}}", "]}}{}"));
        bad(W + "header: Illegal character", d -> d.files.put(Draft.WEIGHTS, Draft.join("{\"a\"\u0000}", new byte[0])));
        bad("FOLDER: tensor " + Q + ": number 3: NaN (expected: a finite number)", d -> data(d, 64 + 12, Float.NaN));
        bad(
                "FOLDER: tensor model.norm.weight: number 0: -Infinity (expected: a finite number)",
                d -> data(d, 368, Float.NEGATIVE_INFINITY));
    }

    private void index() {
        String k = "weight_map: tensor model.embed_tokens.weight: ";
        bad(
                I + "weight_map: nothing (expected: tensor names with files)",
                d -> d.sharded().text(Draft.INDEX, "{}"));
        bad(
                I + "weight_map: empty (expected: tensor names with files)",
                d -> d.sharded().text(Draft.INDEX, "{\"weight_map\": {}}"));
        bad(
                I + "weight_map: array (expected: tensor names with files)",
                d -> d.sharded().text(Draft.INDEX, "{\"weight_map\": []}"));
        bad(I + k + "number (expected: a file name)", d -> first(d, "7"));
        String plain = " (expected: a plain file name of this folder)";
        bad(I + k + "../a.safetensors" + plain, d -> first(d, "\"../a.safetensors\""));
        bad(I + k + ".." + plain, d -> first(d, "\"..\""));
        bad(I + k + plain, d -> first(d, "\"\""));
        bad(I + k + "/etc/hostname" + plain, d -> first(d, "\"/etc/hostname\""));
        bad(I + k + "sub/a.safetensors" + plain, d -> first(d, "\"sub/a.safetensors\""));
        bad(I + k + "..\\a.safetensors" + plain, d -> first(d, "\"..\\\\a.safetensors\""));
        bad(I + k + "C:a.safetensors" + plain, d -> first(d, "\"C:a.safetensors\""));
        bad(I + k + "a?b (expected: a plain file name)", d -> first(d, "\"a\\u0000b\""));
        bad(I + k + "c.safetensors (expected: a file that is in the folder)", d -> first(d, "\"c.safetensors\""));
        bad(I + k + "config.json (expected: a file that ends with .safetensors)", d -> first(d, "\"config.json\""));
        bad(I + k + "b.safetensors (expected: a file that holds this tensor)", d -> first(d, "\"b.safetensors\""));
        bad(
                I + "tensor model.norm.weight: missing (expected: shape [4])",
                d -> d.sharded().index(",\"model.norm.weight\":\"b.safetensors\"", ""));
        bad(
                "FOLDER/b.safetensors: size: 3 (expected: at least 10 bytes; the file is truncated)",
                d -> d.sharded().files.put("b.safetensors", new byte[3]));
        bad(I + k + "link.safetensors -> OUTSIDE (expected: no link that leaves the folder)", d -> {
            first(d, "\"link.safetensors\"");
            link(d, "link.safetensors");
        });
        bad("FOLDER: weights: model.safetensors -> OUTSIDE (expected: no link that leaves the folder)", d -> {
            d.files.remove(Draft.WEIGHTS);
            link(d, Draft.WEIGHTS);
        });
    }

    private void configuration() {
        bad(
                "FOLDER: configuration: config.json (expected: a file that is in the folder)",
                d -> d.files.remove("config.json"));
        bad(C + "JSON: array (expected: a JSON object)", d -> d.text("config.json", "[]"));
        bad(C + "JSON: nothing (expected: a JSON object)", d -> d.text("config.json", ""));
        bad(C + "JSON: Unexpected end-of-input", d -> d.text("config.json", "{\"model_type\": \"llama\""));
        bad(C + "JSON: Document nesting", d -> d.text("config.json", "[".repeat(100_000)));
        bad(C + "JSON: Duplicate field 'vocab_size'", d -> d.more("\"vocab_size\": 3"));
        bad(C + "JSON: Non-standard token 'NaN'", d -> d.config("1e-5", "NaN"));
        String known = " (expected: one of [gpt2, llama, qwen2, qwen3, gemma3_text])";
        bad(C + "model_type: mamba" + known, d -> d.config("\"llama\"", "\"mamba\""));
        bad(C + "model_type: missing" + known, d -> d.config("\"llama\"", "null"));
        bad(C + "model_type: array" + known, d -> d.config("\"llama\"", "[\"llama\"]"));
        bad(
                C
                        + "architectures: LlamaForTokenClassification (expected: a causal language model or a score of one label)",
                d -> d.config("ForCausalLM", "ForTokenClassification"));
        bad(C + "architectures: 0 values (expected: 1 texts)", d -> d.config("[\"LlamaForCausalLM\"]", "[]"));
        bad(
                C + "quantization_config: {} (expected: null; it is not supported)",
                d -> d.more("\"quantization_config\": {}"));
        bad(C + "hidden_act: gelu (expected: silu)", d -> d.config("silu", "gelu"));
        bad(
                C + "hidden_size: missing (expected: a whole number from 1 to 131072)",
                d -> d.config("hidden_size", "hidden"));
        bad(C + "hidden_size: 0 (expected: a whole number from 1 to 131072)", d -> d.config("e\": 4,", "e\": 0,"));
        bad(C + "hidden_size: 4.5 (expected: a whole number from 1 to 131072)", d -> d.config("e\": 4,", "e\": 4.5,"));
        bad(
                C + "hidden_size: \"4\" (expected: a whole number from 1 to 131072)",
                d -> d.config("e\": 4,", "e\": \"4\","));
        bad(
                C + "hidden_size: 5 (expected: a multiple of num_attention_heads = 2)",
                d -> d.config("e\": 4,", "e\": 5,"));
        bad(
                C + "vocab_size: 1152921504606846976 (expected: a whole number from 1 to 16777216)",
                d -> d.config("vocab_size\": 3", "vocab_size\": 1152921504606846976"));
        bad(
                C + "vocab_size: -3 (expected: a whole number from 1 to 16777216)",
                d -> d.config("vocab_size\": 3", "vocab_size\": -3"));
        bad(
                C + "num_hidden_layers: 2147483647 (expected: a whole number from 1 to 1024)",
                d -> d.config("num_hidden_layers\": 1", "num_hidden_layers\": 2147483647"));
        bad(
                W + "tensor model.layers.1.input_layernorm.weight: missing (expected: shape [4])",
                d -> d.config("num_hidden_layers\": 1", "num_hidden_layers\": 2"));
        bad(
                W + "tensor model.embed_tokens.weight: shape: [3, 4] (expected: [16777216, 4])",
                d -> d.config("vocab_size\": 3", "vocab_size\": 16777216"));
        bad(W + "tensor lm_head.weight: missing (expected: shape [3, 4])", d -> d.config(": true", ": false"));
        bad(
                W + "tensor model.layers.0.self_attn.q_proj.bias: missing (expected: shape [4])",
                d -> d.more("\"attention_bias\": true"));
        bad(
                C + "num_key_value_heads: 3 (expected: a whole number from 1 to 2)",
                d -> d.config("num_key_value_heads\": 1", "num_key_value_heads\": 3"));
        bad(
                C + "num_key_value_heads: 2 (expected: a divisor of num_attention_heads = 3)",
                d -> d.config("num_key_value_heads\": 1", "num_key_value_heads\": 2")
                        .config("num_attention_heads\": 2", "num_attention_heads\": 3")
                        .more("\"head_dim\": 2"));
        bad(C + "head_dim: 3 (expected: an even number, which rotary positions need)", d -> d.more("\"head_dim\": 3"));
        bad(C + "rms_norm_eps: 0 (expected: a finite number > 0)", d -> d.config("1e-5", "0"));
        bad(C + "rms_norm_eps: -1.0E-5 (expected: a finite number > 0)", d -> d.config("1e-5", "-1e-5"));
        bad(C + "rope_theta: \"Infinity\" (expected: a finite number > 0)", d -> d.config("10000.0", "1e999"));
        bad(C + "rope_scaling: string (expected: an object)", d -> d.more("\"rope_scaling\": \"llama3\""));
        bad(
                C + "rope_scaling.rope_type: yarn (expected: one of [default, linear, llama3])",
                d -> d.more("\"rope_scaling\": {\"rope_type\": \"yarn\"}"));
        bad(
                C + "rope_scaling.type: dynamic (expected: one of [default, linear, llama3])",
                d -> d.more("\"rope_scaling\": {\"type\": \"dynamic\"}"));
        bad(
                C + "rope_parameters.rope_theta: missing (expected: a finite number > 0)",
                d -> d.more("\"rope_parameters\": {\"rope_type\": \"default\"}"));
        bad(
                C + "rope_scaling.high_freq_factor: 1.0 (expected: above low_freq_factor = 4.0)",
                d -> d.more(
                        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\":"
                                + " 1, \"original_max_position_embeddings\": 16}"));
        bad(
                C + "layer_types: sliding_attention (expected: full_attention)",
                d -> d.more("\"layer_types\": [\"sliding_attention\"]"));
        bad(C + "layer_types: 2 values (expected: 1 texts)", d -> d.more("\"layer_types\": [\"full_attention\", 7]"));
        bad(C + "tie_word_embeddings: 1 (expected: true or false)", d -> d.config(": true", ": 1"));
        bad(
                C + "bos_token_id: 3 (expected: a whole number from 0 to 2)",
                d -> d.config("bos_token_id\": 0", "bos_token_id\": 3"));
        bad(
                C + "eos_token_id: -2 (expected: whole numbers from 0 to 2)",
                d -> d.config("eos_token_id\": 1", "eos_token_id\": [1, -2]"));
    }

    @TestFactory
    Stream<DynamicTest> everyBadFileIsNamedWithWhatWasExpected() {
        weights();
        index();
        configuration();
        assertTrue(bad.size() >= 100, "tried: " + bad.size());
        return bad.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
    }

    private void check(String message, Consumer<Draft> spoil) throws IOException {
        Path folder = Files.createTempDirectory(temporary, "bad");
        Draft draft = new Draft(folder);
        spoil.accept(draft);
        draft.write();
        BadFileException thrown = assertThrows(BadFileException.class, () -> readAll(folder));
        String found = thrown.getMessage()
                .replace(folder.toString(), "FOLDER")
                .replace(temporary.toRealPath() + "/outside", "OUTSIDE");
        // What the JSON parser says in its own words is compared as far as the list says it.
        if (message.endsWith(")")) {
            assertEquals(message, found);
        } else {
            assertTrue(found.startsWith(message) && found.endsWith(JSON), found);
        }
    }

    @Test
    void theGoodFilesAreRead() throws IOException {
        Draft draft = new Draft(temporary.resolve("good"));
        draft.write();
        assertEquals(96, readAll(draft.folder));
        Draft sharded = new Draft(temporary.resolve("sharded")).sharded();
        sharded.write();
        assertEquals(96, readAll(sharded.folder));
    }

    @Test
    void aCacheOfLinksIsRead() throws IOException {
        Path blobs = Files.createDirectories(temporary.resolve("repo/blobs"));
        Path folder = Files.createDirectories(temporary.resolve("repo/snapshots/1"));
        Draft draft = new Draft(folder);
        for (Map.Entry<String, byte[]> entry : draft.files.entrySet()) {
            Path blob = Files.write(blobs.resolve("blob-" + entry.getKey()), entry.getValue());
            Files.createSymbolicLink(folder.resolve(entry.getKey()), blob);
        }
        assertEquals(96, readAll(folder));
    }

    @Test
    void aFileThatIsShortenedWhileItIsReadIsAnErrorAndNoFault() throws IOException {
        Draft draft = new Draft(temporary.resolve("shortened"));
        draft.write();
        Path file = draft.folder.resolve(Draft.WEIGHTS);
        try (Checkpoint checkpoint = Checkpoint.open(draft.folder)) {
            Files.write(file, new byte[20]);
            String message = assertThrows(
                            BadFileException.class, () -> checkpoint.read("model.norm.weight", FloatBuffer.allocate(4)))
                    .getMessage();
            assertTrue(message.startsWith(file + ": tensor model.norm.weight: ends at byte "), message);
            assertTrue(message.contains("16 bytes more; the file is truncated"), message);
        }
    }

    @Test
    void tensorsOfSixteenAndSixtyFourBitsAreWidened() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(-2.5);
        for (int half : new int[] {0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x3555}) {
            data.putShort((short) half);
        }
        for (int brain : new int[] {0x3f80, 0xc040, 0x0080, 0x4049, 0x0000, 0xbf00}) {
            data.putShort((short) brain);
        }
        Path file = Files.write(
                temporary.resolve("kinds.safetensors"),
                Draft.join(
                        "{\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},\"h\":{\"dtype\":\"F16\",\"shape\":[2,3],"
                                + "\"data_offsets\":[8,20]},\"b\":{\"dtype\":\"BF16\",\"shape\":[6],\"data_offsets\":[20,32]}}",
                        data.array()));
        try (Safetensors tensors = Safetensors.open(file)) {
            assertEquals(-2.5f, tensors.floats("d")[0]);
            float[] halves = {1f, -2f, 0x1p-24f, -0f, 65504f, 0.333251953125f};
            org.junit.jupiter.api.Assertions.assertArrayEquals(halves, tensors.floats("h"));
            float[] brains = {1f, -3f, 0x1p-126f, 3.140625f, 0f, -0.5f};
            org.junit.jupiter.api.Assertions.assertArrayEquals(brains, tensors.floats("b"));
        }
    }

    /** The number of numbers. */
    private static long readAll(Path folder) throws IOException {
        long count = 0;
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            for (String name : checkpoint.names()) {
                int size = (int) Shapes.size(checkpoint.shape(name));
                checkpoint.read(name, FloatBuffer.allocate(size));
                count += size;
            }
        }
        return count;
    }

    private static String q(String type) {
        return "\"" + Q + "\":{\"dtype\":\"" + type + "\"";
    }

    private static void shape(Draft draft, String shape) {
        draft.header("\"shape\":[4,4],\"data_offsets\":[64,", "\"shape\":[" + shape + "],\"data_offsets\":[64,");
    }

    private static void data(Draft draft, int at, float value) {
        byte[] file = draft.bytes(Draft.WEIGHTS);
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putFloat(8 + (int) buffer.getLong(0) + at, value);
    }

    private static void first(Draft draft, String value) {
        draft.sharded()
                .index("\"model.embed_tokens.weight\":\"a.safetensors\"", "\"model.embed_tokens.weight\":" + value);
    }

    private void link(Draft draft, String name) {
        try {
            Path outside = temporary.resolve("outside");
            if (!Files.exists(outside)) {
                Files.write(outside, Draft.file(Draft.tensors()));
            }
            Files.createSymbolicLink(draft.folder.resolve(name), outside);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
