package io.github.rlllm.torch.checkpoint;

import static io.github.rlllm.torch.checkpoint.GgufDraft.join;
import static io.github.rlllm.torch.checkpoint.GgufDraft.le;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad GGUF files with what each is told, and blocks of every kind against the reference implementation in Python. */
class GgufFileTest {
    private static final String F = "FILE: ";
    private static final String Q = "tensor blk.0.attn_q.weight: ";
    private static final String T = "tokenizer.ggml.";

    @TempDir
    private Path temporary;

    private final Map<String, Consumer<GgufDraft>> bad = new LinkedHashMap<>();

    private void bad(String message, Consumer<GgufDraft> spoil) {
        assertEquals(null, bad.put(F + message, spoil), "twice: " + message);
    }

    private void header() {
        bad("magic: 47475547 (expected: 47475546, GGUF)", d -> d.magic = 0x47554747);
        bad("version: 1 (expected: 2 or 3, little-endian)", d -> d.version = 1);
        bad("version: 4 (expected: 2 or 3, little-endian)", d -> d.version = 4);
        bad("version: big-endian (expected: 2 or 3, little-endian)", d -> d.version = 0x03000000);
        bad("tensors: 1152921504606846987 (expected: 0 to 74, what the file can hold)", d -> d.moreTensors = 1L << 60);
        bad("tensors: 18446744073709551615 (expected: 0 to 74, what the file can hold)", d -> d.moreTensors = -12);
        bad("keys: 1152921504606846991 (expected: 0 to 137, what the file can hold)", d -> d.moreKeys = 1L << 60);
        bad("more: type: 13 (expected: 0 to 12)", d -> d.raw("more", le(4, 13)));
        bad("more: type: 4294967295 (expected: 0 to 12)", d -> d.raw("more", le(4, -1)));
        bad(
                "more: an array of arrays (expected: an array of numbers, flags or texts)",
                d -> d.raw("more", join(le(4, 9), le(4, 9), le(8, 1), le(4, 4), le(8, 0))));
        bad("more: 2 (expected: 0 or 1)", d -> d.raw("more", join(le(4, 7), le(1, 2))));
        bad(
                "more: length: 9223372036854775807 (expected: 0 to 1093)",
                d -> d.raw("more", join(le(4, 8), le(8, Long.MAX_VALUE))));
        bad("more: length: 18446744073709551615 (expected: 0 to 1093)", d -> d.raw("more", join(le(4, 8), le(8, -1))));
        bad(
                "more: length: 1152921504606846976 (expected: 0 to 136, what the file can hold)",
                d -> d.raw("more", join(le(4, 9), le(4, 8), le(8, 1L << 60))));
        bad(
                "more: length: 4294967296 (expected: 0 to 272, what the file can hold)",
                d -> d.raw("more", join(le(4, 9), le(4, 6), le(8, 1L << 32))));
        bad("general.alignment: 24 (expected: a power of 2)", d -> d.key("general.alignment", 24));
        bad("general.alignment: 0 (expected: a whole number from 8 to 65536)", d -> d.key("general.alignment", 0));
        bad("split.count: 2 (expected: a whole number from 0 to 1)", d -> d.key("split.count", 2));
        bad("tensor blk.0.attn_norm.weight: twice (expected: each once)", d -> {
            d.tensor("output_norm.weight").name = "blk.0.attn_norm.weight";
        });
    }

    private void tensors() {
        bad(Q + "dimensions: 5 (expected: 1 to 4)", d -> q(d).dimensions = new long[] {4, 4, 1, 1, 1});
        bad(Q + "dimensions: 0 (expected: 1 to 4)", d -> q(d).dimensions = new long[0]);
        bad(Q + "shape: 0 (expected: 1 to 2^63 - 1)", d -> q(d).dimensions[0] = 0);
        bad(Q + "shape: 18446744073709551612 (expected: 1 to 2^63 - 1)", d -> q(d).dimensions[0] = -4);
        bad(
                Q + "shape: [4, 1152921504606846976] (expected: fewer than 2^54 numbers)",
                d -> q(d).dimensions[0] = 1L << 60);
        bad(
                Q + "shape: [4294967296, 4294967296] (expected: fewer than 2^54 numbers)",
                d -> q(d).dimensions = new long[] {1L << 32, 1L << 32});
        bad(
                Q
                        + "type: 10 (expected: one of [0 = F32, 1 = F16, 2 = Q4_0, 3 = Q4_1, 6 = Q5_0, 7 = Q5_1, 8 = Q8_0, 12 = Q4_K,"
                        + " 13 = Q5_K, 14 = Q6_K, 30 = BF16])",
                d -> q(d).type = 10);
        bad(Q + "shape: [4, 4] (expected: rows of a multiple of 32 for Q8_0)", d -> q(d).type = 8);
        bad(Q + "offset: 0 (expected: 96, where the one before ends: no overlap or gap)", d -> q(d).offset = 0);
        bad(Q + "offset: 128 (expected: 96, where the one before ends: no overlap or gap)", d -> q(d).offset = 128);
        bad(
                Q + "offset: 18446744073709551520 (expected: 96, where the one before ends: no overlap or gap)",
                d -> q(d).offset = -96);
        bad(
                "tensor output_norm.weight: bytes 416 to 432 (expected: at most 428, the bytes behind the header)",
                d -> d.tensor("output_norm.weight").data = new byte[12]);
        bad(
                "data: 32 bytes behind the last tensor (expected: 0)",
                d -> d.tensor("output_norm.weight").data = new byte[64]);
        bad(Q + "shape: [2, 8] (expected: [4, 4])", d -> q(d).dimensions = new long[] {8, 2});
        bad(
                "tensor blk.0.ffn_norm.weight: missing (expected: shape [4])",
                d -> d.tensor("blk.0.ffn_norm.weight").name = "blk.0.ffn_nerm.weight");
        bad("tensor blk.1.attn_norm.weight: missing (expected: shape [4])", d -> d.key("llama.block_count", 2));
        bad(
                "tensor v_head.weight: unknown (expected: only tensors of a LLAMA model)",
                d -> d.tensor("v_head.weight", new long[] {4}, new float[4]));
        bad(
                "tensor token_embd.weight: missing (expected: [tokens, width] with at most 2^24 tokens)",
                d -> d.tensor("token_embd.weight").name = "token_emb");
        bad("tensor model.layers.0.self_attn.q_proj.weight: number 0: NaN (expected: a finite number)", d -> {
            q(d).data = join(le(4, Float.floatToRawIntBits(Float.NaN)), new byte[60]);
        });
    }

    private void architecture() {
        String known = " (expected: one of [gpt2, llama, qwen2, qwen3, gemma3])";
        bad("general.architecture: mamba" + known, d -> d.key("general.architecture", "mamba"));
        bad("general.architecture: missing" + known, d -> d.without("general.architecture"));
        bad("general.architecture: of another type" + known, d -> d.key("general.architecture", 7));
        bad("llama.block_count: 1025 (expected: a whole number from 1 to 1024)", d -> d.key("llama.block_count", 1025));
        bad(
                "llama.block_count: missing (expected: a whole number from 1 to 1024)",
                d -> d.without("llama.block_count"));
        bad(
                "llama.embedding_length: 5 (expected: a multiple of head_count = 2)",
                d -> d.key("llama.embedding_length", 5));
        bad(
                "llama.attention.head_count_kv: 3 (expected: a whole number from 1 to 2)",
                d -> d.key("llama.attention.head_count_kv", 3));
        bad("llama.attention.key_length: 3 (expected: an even number)", d -> d.key("llama.attention.key_length", 3));
        bad(
                "llama.attention.value_length: 4 (expected: key_length = 2)",
                d -> d.key("llama.attention.value_length", 4));
        bad("llama.rope.dimension_count: 4 (expected: key_length = 2)", d -> d.key("llama.rope.dimension_count", 4));
        bad("llama.rope.freq_base: NaN (expected: a finite number > 0)", d -> d.key("llama.rope.freq_base", Float.NaN));
        bad(
                "llama.rope.scaling.type: yarn (expected: one of [none, linear])",
                d -> d.key("llama.rope.scaling.type", "yarn"));
        bad(
                "tensor rope_freqs.weight: 2 numbers (expected: 1, one a pair)",
                d -> d.tensor("rope_freqs.weight", new long[] {2}, new float[] {1, 1}));
        bad(
                "tensor rope_freqs.weight: 0.0 (expected: finite numbers > 0)",
                d -> d.tensor("rope_freqs.weight", new long[] {1}, new float[1]));
        bad(
                T + "tokens: 4 tokens (expected: 1 to 3, as the model has)",
                d -> d.key(T + "tokens", List.of("a", "b", "c", "d")));
        bad(T + "tokens: of another type (expected: an array of texts)", d -> d.key(T + "tokens", 3));
        bad(T + "scores: 2 numbers (expected: 3, one a token)", d -> d.key(T + "scores", new float[2]));
        bad(T + "scores: missing (expected: 3 numbers)", d -> d.without(T + "scores"));
        bad(T + "model: bert (expected: one of [llama, gpt2])", d -> d.key(T + "model", "bert"));
        bad(T + "bos_token_id: 3 (expected: a whole number from 0 to 2)", d -> d.key(T + "bos_token_id", 3));
        bad(
                T + "pre: default (expected: one of [gpt-2, gpt2, llama-bpe, llama-v3, llama3, qwen2])",
                d -> d.key(T + "model", "gpt2").key(T + "pre", "default"));
        bad(
                T + "merges: 0: a c (expected: two tokens parted by a blank that make a token)",
                d -> d.key(T + "model", "gpt2").key(T + "pre", "gpt-2").key(T + "merges", List.of("a c")));
    }

    private static GgufDraft.Tensor q(GgufDraft draft) {
        return draft.tensor("blk.0.attn_q.weight");
    }

    @TestFactory
    Stream<DynamicTest> everyBadFileIsNamedWithWhatWasExpected() {
        header();
        tensors();
        architecture();
        assertTrue(bad.size() >= 60, "tried: " + bad.size());
        return bad.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Path file = Files.createTempDirectory(temporary, "bad").resolve("model.gguf");
                    GgufDraft draft = GgufDraft.llama();
                    entry.getValue().accept(draft);
                    draft.write(file);
                    String message = assertThrows(BadFileException.class, () -> readAll(file))
                            .getMessage();
                    assertEquals(entry.getKey(), message.replace(file.toString(), "FILE"));
                }));
    }

    @Test
    void aFileThatEndsAnywhereIsRefused() throws IOException {
        byte[] whole = GgufDraft.llama().bytes();
        Path file = temporary.resolve("whole.gguf");
        Files.write(file, whole);
        assertEquals(11, readAll(file));
        for (int length = 0; length < whole.length; length += length < 64 ? 1 : 29) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(BadFileException.class, () -> readAll(file), "of length " + length);
        }
    }

    @Test
    void noChangedByteOfAHeaderEndsInAnythingButAnAnswer() throws IOException {
        byte[] whole = GgufDraft.llama().bytes();
        Path file = temporary.resolve("changed.gguf");
        int refused = 0;
        for (int at = 0; at < whole.length; at += 23) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                Files.write(file, changed);
                try {
                    readAll(file);
                } catch (BadFileException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 60, "refused: " + refused);
    }

    private static int readAll(Path file) throws IOException {
        int count = 0;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (String name : checkpoint.names()) {
                checkpoint.read(name, FloatBuffer.allocate((int) Shapes.size(checkpoint.shape(name))));
                count++;
            }
            checkpoint.tokenizer().ifPresent(tokenizer -> tokenizer.encode("ab", true));
        }
        return count;
    }

    /**
     * One block of bytes (37 i + 11 + i^2 / 5) mod 256 with scales .0123 and -.0457 in binary16. The numbers at places
     * and the sum of number times place (from 1) are those of the Python package gguf 0.19.
     */
    @ParameterizedTest
    @CsvSource({
        "Q4_0, -2.447418212890625, -0.036895751953125 0.036895751953125 0.012298583984375 -0.036895751953125"
                + " 0.036895751953125",
        "Q4_1, 24.31024169921875, -0.021087646484375 0.06500244140625 -0.021087646484375 0.077301025390625"
                + " -0.03338623046875",
        "Q5_0, -3.81256103515625, 0.0 -0.110687255859375 -0.0491943359375 -0.012298583984375 0.07379150390625",
        "Q5_1, 77.60000610351562, 0.1387939453125 0.249481201171875 0.2371826171875 -0.0087890625 0.101898193359375",
        "Q8_0, -16.84906005859375, 1.045379638671875 1.512725830078125 -0.873199462890625 -0.332061767578125"
                + " -1.069976806640625",
        "Q4_K, 151337.07040405273, 8.732269287109375 6.641510009765625 9.150421142578125 2.712890625 2.712890625"
                + " 4.908966064453125 5.4783935546875 4.064056396484375 5.374542236328125 3.665130615234375 2.10498046875",
        "Q5_K, 270840.2218322754, 5.805206298828125 9.568572998046875 12.077484130859375 4.9266357421875"
                + " 4.151824951171875 16.715606689453125 10.287139892578125 10.287139892578125 3.652740478515625"
                + " 22.949310302734375 2.47393798828125",
        "Q6_K, 15874.544860839844, -34.866485595703125 41.3232421875 0.66412353515625 -13.7252197265625"
                + " 0.209075927734375 -19.2841796875 3.5911865234375 -15.42242431640625 18.81683349609375"
                + " -1.10687255859375 -23.207427978515625"
    })
    void blocksAreWidenedAsTheReferenceDoes(GgufType type, double sum, String places) {
        byte[] block = new byte[type.bytes];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (37 * i + 11 + i * i / 5);
        }
        ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        int first = type == GgufType.Q6_K ? 208 : 0;
        buffer.putShort(first, (short) 0x224c);
        if (List.of(GgufType.Q4_1, GgufType.Q5_1, GgufType.Q4_K, GgufType.Q5_K).contains(type)) {
            buffer.putShort(2, (short) 0xa9d9);
        }
        float[] out = new float[type.numbers];
        type.widen(buffer, FloatBuffer.wrap(out));
        int[] at = type.numbers == 32
                ? new int[] {0, 1, 15, 16, 31}
                : new int[] {0, 1, 31, 32, 63, 64, 100, 127, 128, 200, 255};
        String[] expected = places.split(" ");
        for (int i = 0; i < at.length; i++) {
            assertEquals(Double.parseDouble(expected[i]), out[at[i]], "number " + at[i]);
        }
        double found = 0;
        for (int i = 0; i < out.length; i++) {
            found += (i + 1.0) * out[i];
        }
        assertEquals(sum, found, 1e-9);
    }
}
