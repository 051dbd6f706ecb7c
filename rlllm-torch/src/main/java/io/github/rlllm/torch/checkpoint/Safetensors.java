package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: 8 bytes of header length, a JSON header, the tensors without gaps. Everything the header says is
 * checked at the door; what is read later is numbers alone.
 */
public final class Safetensors implements TensorSource {
    private static final int CHUNK = 1 << 20;
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("F64", 64),
            Map.entry("F32", 32),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("I64", 64),
            Map.entry("I32", 32),
            Map.entry("I16", 16),
            Map.entry("I8", 8),
            Map.entry("U64", 64),
            Map.entry("U32", 32),
            Map.entry("U16", 16),
            Map.entry("U8", 8),
            Map.entry("BOOL", 8));
    private static final Set<String> REAL = Set.of("F64", "F32", "F16", "BF16");

    private final FileBytes bytes;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    private record Tensor(String name, String type, long[] shape, long from, long to) {}

    private Safetensors(FileBytes bytes, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.bytes = bytes;
        this.tensors = tensors;
        this.metadata = metadata;
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file the file
     * @return its tensors, to be closed by the caller
     * @throws BadFileException if it is no safetensors file, is damaged or contradicts itself
     * @throws IOException if it cannot be read
     */
    public static Safetensors open(Path file) throws IOException {
        FileBytes bytes = FileBytes.open(file);
        try {
            return read(file, bytes);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    private static Safetensors read(Path file, FileBytes bytes) throws IOException {
        if (bytes.size() < 10) {
            throw new BadFileException(file, "size", bytes.size(), "at least 10 bytes; the file is truncated");
        }
        long length = bytes.read("header length", 0, 8).getLong();
        long most = Math.min(bytes.size() - 8, StrictJson.MOST_BYTES);
        if (length < 2 || length > most) {
            throw new BadFileException(
                    file, "header length", Long.toUnsignedString(length), "2 to " + most + ", what the file can hold");
        }
        byte[] header = bytes.read("header", 8, (int) length).array();
        if (header[0] != '{') {
            throw new BadFileException(file, "header", "begins with byte " + (header[0] & 0xff), "begins with {");
        }
        ObjectNode json = StrictJson.parse(file, "header", header);
        long start = 8 + length;
        long size = bytes.size() - start;
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Tensor> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                readMetadata(file, entry.getValue(), metadata);
            } else {
                found.add(readTensor(file, entry.getKey(), entry.getValue(), start, size));
            }
        }
        requireNoGaps(file, found, start, bytes.size());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        found.forEach(t -> tensors.put(t.name(), t));
        return new Safetensors(bytes, tensors, Collections.unmodifiableMap(metadata));
    }

    private static void readMetadata(Path file, JsonNode node, Map<String, String> into) throws BadFileException {
        if (!node.isObject()) {
            throw new BadFileException(file, "__metadata__", StrictJson.kind(node), "an object of texts");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new BadFileException(
                        file, "__metadata__ " + entry.getKey(), StrictJson.kind(entry.getValue()), "a text");
            }
            into.put(entry.getKey(), entry.getValue().textValue());
        }
    }

    private static Tensor readTensor(Path file, String name, JsonNode node, long start, long size)
            throws BadFileException {
        String part = "tensor " + name;
        if (!node.isObject() || node.size() != 3) {
            throw new BadFileException(
                    file,
                    part,
                    node.isObject() ? node.size() + " keys" : StrictJson.kind(node),
                    "an object with" + " dtype, shape and data_offsets");
        }
        JsonNode type = node.path("dtype");
        Integer bits = type.isTextual() ? BITS.get(type.textValue()) : null;
        if (bits == null) {
            throw new BadFileException(
                    file, part + ": dtype", type.asText(StrictJson.kind(type)), "one of " + sorted(BITS.keySet()));
        }
        long[] shape = longs(file, part + ": shape", node.path("shape"), 8);
        long[] offsets = longs(file, part + ": data_offsets", node.path("data_offsets"), 2);
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > size) {
            throw new BadFileException(
                    file,
                    part + ": data_offsets",
                    Shapes.text(offsets),
                    "[from, to] with from <= to <= " + size + ", the bytes behind the header");
        }
        long count = Shapes.size(shape);
        long needed = count > Long.MAX_VALUE / 64 ? Long.MAX_VALUE : count * bits / 8;
        if (offsets[1] - offsets[0] != needed) {
            throw new BadFileException(
                    file,
                    part + ": data_offsets",
                    (offsets[1] - offsets[0]) + " bytes",
                    (needed == Long.MAX_VALUE ? "more than 2^57" : needed) + " bytes for shape " + Shapes.text(shape)
                            + " of " + type.textValue());
        }
        return new Tensor(name, type.textValue(), shape, start + offsets[0], start + offsets[1]);
    }

    private static long[] longs(Path file, String part, JsonNode node, int most) throws BadFileException {
        if (!node.isArray() || node.size() > most) {
            throw new BadFileException(
                    file,
                    part,
                    node.isArray() ? node.size() + " numbers" : StrictJson.kind(node),
                    "an array of at most " + most + " whole numbers");
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw new BadFileException(file, part, value, "whole numbers from 0 to 2^63 - 1");
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private static void requireNoGaps(Path file, List<Tensor> tensors, long start, long end) throws BadFileException {
        List<Tensor> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparingLong(Tensor::from).thenComparingLong(Tensor::to));
        long at = start;
        String before = "the header";
        for (Tensor tensor : ordered) {
            if (tensor.from() != at) {
                throw new BadFileException(
                        file,
                        "tensor " + tensor.name() + ": data_offsets",
                        "begins at byte " + (tensor.from() - start),
                        (at - start) + ", where " + before + " ends: no " + (tensor.from() < at ? "overlap" : "gap"));
            }
            at = tensor.to();
            before = tensor.name();
        }
        if (at != end) {
            throw new BadFileException(
                    file, "data", (end - at) + " bytes behind the last tensor", "0: nothing that no tensor owns");
        }
    }

    private static List<String> sorted(Set<String> values) {
        return values.stream().sorted().toList();
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
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape().clone();
    }

    @Override
    public String kind(String name) {
        return tensor(name).type();
    }

    /**
     * What the file says about itself.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void read(String name, FloatBuffer out) throws IOException {
        Tensor tensor = tensor(name);
        String type = tensor.type();
        if (!REAL.contains(type)) {
            throw new BadFileException(bytes.file(), "tensor " + name + ": dtype", type, "one of " + sorted(REAL));
        }
        if (out.remaining() != Shapes.size(tensor.shape())) {
            throw new IllegalArgumentException("numbers of tensor " + name + ": " + out.remaining() + " (expected: "
                    + Shapes.size(tensor.shape()) + ")");
        }
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, tensor.to() - tensor.from()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = tensor.from(); at < tensor.to(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), tensor.to() - at));
            bytes.fill("tensor " + name, at, chunk);
            switch (type) {
                case "F32" -> out.put(chunk.asFloatBuffer());
                case "F64" -> {
                    while (chunk.hasRemaining()) {
                        out.put((float) chunk.getDouble());
                    }
                }
                case "F16" -> {
                    while (chunk.hasRemaining()) {
                        out.put(Half.fromHalf(chunk.getShort()));
                    }
                }
                default -> {
                    while (chunk.hasRemaining()) {
                        out.put(Half.fromBrain(chunk.getShort()));
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
