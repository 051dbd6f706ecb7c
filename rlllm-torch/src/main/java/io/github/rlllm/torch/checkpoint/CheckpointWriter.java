package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a safetensors file of single precision: first {@link #add} for every tensor, then {@link #write} in the same
 * order. The file takes its name when all is written and forced to the disk; before that it is FILE.part, which an
 * unfinished writer removes.
 */
public final class CheckpointWriter implements AutoCloseable {
    private static final int CHUNK = 1 << 18;

    private final Path file;
    private final Path part;
    private final ObjectNode header = StrictJson.object();
    private final List<Long> sizes = new ArrayList<>();
    private long bytes;
    private int written;
    private @Nullable FileChannel channel;

    /**
     * A writer.
     *
     * @param file to write, replaced if it is there
     */
    public CheckpointWriter(Path file) {
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + ".part");
        header.putObject("__metadata__").put("format", "pt");
    }

    /**
     * Announces a tensor.
     *
     * @param name each once
     * @param shape its dimensions
     */
    public void add(String name, long... shape) {
        if (header.has(name) || channel != null) {
            throw new IllegalArgumentException(
                    "tensor: " + name + " (expected: each once, all of them before the first is written)");
        }
        long size = Shapes.size(shape);
        ObjectNode tensor = header.putObject(name);
        tensor.put("dtype", "F32");
        ArrayNode dimensions = tensor.putArray("shape");
        for (long n : shape) {
            dimensions.add(n);
        }
        tensor.putArray("data_offsets").add(bytes).add(bytes + 4 * size);
        bytes += 4 * size;
        sizes.add(size);
    }

    /**
     * Writes the next tensor.
     *
     * @param numbers as many as its shape says, row-major
     * @throws IOException if it cannot be written
     */
    public void write(float[] numbers) throws IOException {
        if (written == sizes.size() || numbers.length != sizes.get(written)) {
            throw new IllegalArgumentException("numbers of tensor " + written + ": " + numbers.length + " (expected: "
                    + (written == sizes.size() ? "no further tensor" : sizes.get(written)) + ")");
        }
        FileChannel out = channel == null ? begin() : channel;
        ByteBuffer chunk = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < numbers.length; at += CHUNK) {
            int count = Math.min(CHUNK, numbers.length - at);
            chunk.clear().limit(4 * count);
            chunk.asFloatBuffer().put(numbers, at, count);
            while (chunk.hasRemaining()) {
                out.write(chunk);
            }
        }
        written++;
    }

    private FileChannel begin() throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        channel = out;
        byte[] text = StrictJson.write(header, false);
        // The header is padded with blanks so that the numbers begin at a multiple of 8.
        int length = (text.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(length).put(text).put(" ".repeat(length - text.length).getBytes(StandardCharsets.UTF_8));
        head.flip();
        while (head.hasRemaining()) {
            out.write(head);
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        FileChannel out = channel == null && sizes.isEmpty() ? begin() : channel;
        if (out == null) {
            return;
        }
        try (out) {
            if (written < sizes.size()) {
                Files.deleteIfExists(part);
                return;
            }
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
