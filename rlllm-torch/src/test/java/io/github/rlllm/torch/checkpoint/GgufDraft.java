package io.github.rlllm.torch.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A GGUF file that is put together key by key, and can be spoiled anywhere. */
public final class GgufDraft {
    /** What stands in the file for a tensor. */
    static final class Tensor {
        String name;
        long[] dimensions;
        int type;
        long offset;
        byte[] data;

        Tensor(String name, long[] dimensions, int type, long offset, byte[] data) {
            this.name = name;
            this.dimensions = dimensions;
            this.type = type;
            this.offset = offset;
            this.data = data;
        }
    }

    int magic = 0x46554747;
    int version = 3;
    long moreTensors;
    long moreKeys;
    final Map<String, byte[]> keys = new LinkedHashMap<>();
    final List<Tensor> tensors = new ArrayList<>();

    static byte[] le(int bytes, long value) {
        return java.util.Arrays.copyOf(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array(),
                bytes);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return join(le(8, bytes.length), bytes);
    }

    public GgufDraft key(String key, String value) {
        return raw(key, join(le(4, 8), text(value)));
    }

    public GgufDraft key(String key, int value) {
        return raw(key, join(le(4, 4), le(4, value)));
    }

    public GgufDraft key(String key, float value) {
        return raw(key, join(le(4, 6), le(4, Float.floatToRawIntBits(value))));
    }

    public GgufDraft key(String key, boolean value) {
        return raw(key, join(le(4, 7), le(1, value ? 1 : 0)));
    }

    public GgufDraft key(String key, List<String> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(join(le(4, 9), le(4, 8), le(8, values.size())));
        values.forEach(v -> out.writeBytes(text(v)));
        return raw(key, out.toByteArray());
    }

    public GgufDraft key(String key, float[] values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(join(le(4, 9), le(4, 6), le(8, values.length)));
        for (float value : values) {
            out.writeBytes(le(4, Float.floatToRawIntBits(value)));
        }
        return raw(key, out.toByteArray());
    }

    public GgufDraft key(String key, int[] values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(join(le(4, 9), le(4, 5), le(8, values.length)));
        for (int value : values) {
            out.writeBytes(le(4, value));
        }
        return raw(key, out.toByteArray());
    }

    GgufDraft raw(String key, byte[] typeAndValue) {
        keys.put(key, typeAndValue);
        return this;
    }

    GgufDraft without(String key) {
        if (keys.remove(key) == null) {
            throw new AssertionError("no " + key);
        }
        return this;
    }

    /** Adds a tensor of single precision, shape with the slowest dimension first. */
    public GgufDraft tensor(String name, long[] shape, float[] values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        long[] dimensions = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            dimensions[i] = shape[shape.length - 1 - i];
        }
        return tensor(name, dimensions, 0, data.array());
    }

    GgufDraft tensor(String name, long[] dimensions, int type, byte[] data) {
        long offset = 0;
        for (Tensor tensor : tensors) {
            offset = align(tensor.offset + tensor.data.length);
        }
        tensors.add(new Tensor(name, dimensions, type, offset, data));
        return this;
    }

    Tensor tensor(String name) {
        return tensors.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
    }

    private static long align(long at) {
        return (at + 31) / 32 * 32;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(le(4, magic));
        out.writeBytes(le(4, version));
        out.writeBytes(le(8, tensors.size() + moreTensors));
        out.writeBytes(le(8, keys.size() + moreKeys));
        keys.forEach((key, value) -> out.writeBytes(join(text(key), value)));
        for (Tensor tensor : tensors) {
            out.writeBytes(text(tensor.name));
            out.writeBytes(le(4, tensor.dimensions.length));
            for (long dimension : tensor.dimensions) {
                out.writeBytes(le(8, dimension));
            }
            out.writeBytes(le(4, tensor.type));
            out.writeBytes(le(8, tensor.offset));
        }
        for (Tensor tensor : tensors) {
            out.writeBytes(new byte[(int) (align(out.size()) - out.size())]);
            out.writeBytes(tensor.data);
        }
        return out.toByteArray();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /** The tiny Llama of {@link Draft} with a tokenizer of three tokens. */
    static GgufDraft llama() {
        GgufDraft draft = new GgufDraft()
                .key("general.architecture", "llama")
                .key("llama.context_length", 8)
                .key("llama.embedding_length", 4)
                .key("llama.block_count", 1)
                .key("llama.feed_forward_length", 2)
                .key("llama.attention.head_count", 2)
                .key("llama.attention.head_count_kv", 1)
                .key("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .key("llama.rope.freq_base", 10000f)
                .key("tokenizer.ggml.model", "llama")
                .key("tokenizer.ggml.tokens", List.of("<unk>", "a", "b"))
                .key("tokenizer.ggml.scores", new float[] {0, -1, -2})
                .key("tokenizer.ggml.token_type", new int[] {2, 1, 1})
                .key("tokenizer.ggml.bos_token_id", 1)
                .key("tokenizer.ggml.unknown_token_id", 0);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("token_embd.weight", new long[] {3, 4});
        shapes.put("blk.0.attn_norm.weight", new long[] {4});
        shapes.put("blk.0.attn_q.weight", new long[] {4, 4});
        shapes.put("blk.0.attn_k.weight", new long[] {2, 4});
        shapes.put("blk.0.attn_v.weight", new long[] {2, 4});
        shapes.put("blk.0.attn_output.weight", new long[] {4, 4});
        shapes.put("blk.0.ffn_norm.weight", new long[] {4});
        shapes.put("blk.0.ffn_gate.weight", new long[] {2, 4});
        shapes.put("blk.0.ffn_up.weight", new long[] {2, 4});
        shapes.put("blk.0.ffn_down.weight", new long[] {4, 2});
        shapes.put("output_norm.weight", new long[] {4});
        shapes.forEach((name, shape) -> draft.tensor(name, shape, new float[(int) Shapes.size(shape)]));
        return draft;
    }
}
