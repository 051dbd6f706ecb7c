package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A GGUF file of version 2 or 3, little-endian, under its own names: keys with values, the tensors' places, and from a
 * multiple of the alignment on the tensors, each where the one before it ends.
 */
final class GgufFile implements TensorSource {
    private static final int MAGIC = 0x46554747;
    private static final int CHUNK = 1 << 20;

    private final FileBytes bytes;
    private final GgufMetadata metadata;
    private final Map<String, Tensor> tensors;

    private record Tensor(GgufType type, long[] shape, long from, long to) {}

    private GgufFile(FileBytes bytes, GgufMetadata metadata, Map<String, Tensor> tensors) {
        this.bytes = bytes;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    static GgufFile open(Path file) throws IOException {
        FileBytes bytes = FileBytes.open(file);
        try {
            return read(file, bytes);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    private static GgufFile read(Path file, FileBytes bytes) throws IOException {
        GgufCursor in = new GgufCursor(bytes);
        int magic = in.i32("magic");
        if (magic != MAGIC) {
            throw in.bad("magic", String.format("%08x", Integer.reverseBytes(magic)), "47475546, GGUF");
        }
        int version = in.i32("version");
        if (version != 2 && version != 3) {
            boolean big = version == 0x03000000 || version == 0x02000000;
            throw in.bad("version", big ? "big-endian" : Integer.toUnsignedString(version), "2 or 3, little-endian");
        }
        long count = in.count("tensors", 24);
        GgufMetadata metadata = GgufMetadata.read(file, in, in.count("keys", 13));
        int alignment = metadata.count("general.alignment", 8, 1 << 16, 32);
        if (Integer.bitCount(alignment) != 1) {
            throw in.bad("general.alignment", alignment, "a power of 2");
        }
        metadata.count("split.count", 0, 1, 1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long at = 0;
        for (long i = 0; i < count; i++) {
            String name = in.text("name of tensor " + i, 1024);
            Tensor tensor = tensor(in, "tensor " + name, at);
            if (tensors.put(name, tensor) != null) {
                throw in.bad("tensor " + name, "twice", "each once");
            }
            at = align(tensor.to(), alignment);
            if (at < 0) {
                throw in.bad("tensor " + name, "ends behind 2^63", "data that the file can hold");
            }
        }
        long start = align(in.at(), alignment);
        Map<String, Tensor> placed = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor t = entry.getValue();
            if (t.to() > bytes.size() - start) {
                throw in.bad(
                        "tensor " + entry.getKey(),
                        "bytes " + t.from() + " to " + t.to(),
                        "at most " + Math.max(0, bytes.size() - start) + ", the bytes behind the header");
            }
            placed.put(entry.getKey(), new Tensor(t.type(), t.shape(), start + t.from(), start + t.to()));
        }
        if (bytes.size() - start > at) {
            throw in.bad("data", (bytes.size() - start - at) + " bytes behind the last tensor", "0");
        }
        return new GgufFile(bytes, metadata, placed);
    }

    private static long align(long at, int alignment) {
        return (at + alignment - 1) & -alignment;
    }

    /** A tensor whose data must begin at a place, counted from the beginning of the data. */
    private static Tensor tensor(GgufCursor in, String part, long at) throws IOException {
        int dimensions = in.i32(part + ": dimensions");
        if (dimensions < 1 || dimensions > 4) {
            throw in.bad(part + ": dimensions", Integer.toUnsignedString(dimensions), "1 to 4");
        }
        long[] shape = new long[dimensions];
        for (int i = dimensions - 1; i >= 0; i--) {
            shape[i] = in.i64(part + ": shape");
            if (shape[i] < 1) {
                throw in.bad(part + ": shape", Long.toUnsignedString(shape[i]), "1 to 2^63 - 1");
            }
        }
        int id = in.i32(part + ": type");
        GgufType type = GgufType.of(id);
        if (type == null) {
            throw in.bad(
                    part + ": type",
                    Integer.toUnsignedString(id),
                    "one of "
                            + Arrays.stream(GgufType.values())
                                    .map(t -> t.id + " = " + t)
                                    .toList());
        }
        long offset = in.i64(part + ": offset");
        if (shape[dimensions - 1] % type.numbers != 0) {
            throw in.bad(
                    part + ": shape", Shapes.text(shape), "rows of a multiple of " + type.numbers + " for " + type);
        }
        long size = Shapes.size(shape);
        if (size > Long.MAX_VALUE / 512) {
            throw in.bad(part + ": shape", Shapes.text(shape), "fewer than 2^54 numbers");
        }
        if (offset != at) {
            throw in.bad(
                    part + ": offset",
                    Long.toUnsignedString(offset),
                    at + ", where the one before ends: no overlap or" + " gap");
        }
        return new Tensor(type, shape, at, at + size / type.numbers * type.bytes);
    }

    Path file() {
        return bytes.file();
    }

    GgufMetadata metadata() {
        return metadata;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    private Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "tensor: " + name + " (expected: one of the " + tensors.size() + " in " + bytes.file() + ")");
        }
        return tensor;
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape().clone();
    }

    @Override
    public String kind(String name) {
        return tensor(name).type().name();
    }

    @Override
    public void read(String name, FloatBuffer out) throws IOException {
        Tensor tensor = tensor(name);
        if (out.remaining() != Shapes.size(tensor.shape())) {
            throw new IllegalArgumentException("numbers of tensor " + name + ": " + out.remaining() + " (expected: "
                    + Shapes.size(tensor.shape()) + ")");
        }
        int most = CHUNK / tensor.type().bytes * tensor.type().bytes;
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(most, tensor.to() - tensor.from()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = tensor.from(); at < tensor.to(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), tensor.to() - at));
            bytes.fill("tensor " + name, at, chunk);
            tensor.type().widen(chunk, out);
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
