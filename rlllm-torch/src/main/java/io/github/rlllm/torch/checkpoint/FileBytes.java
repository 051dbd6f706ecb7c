package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is read at positions. It is not mapped: a mapped file that another process shortens ends in a fault of the
 * whole process, a read in an exception. Thread-safe.
 */
final class FileBytes implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final long size;

    private FileBytes(Path file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    static FileBytes open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BadFileException(
                    file, "file", Files.exists(file) ? "not a regular file" : "missing", "a regular file");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new FileBytes(file, channel, channel.size());
    }

    /** All of a small file. */
    static byte[] all(Path file, long most) throws IOException {
        try (FileBytes bytes = open(file)) {
            if (bytes.size > most) {
                throw new BadFileException(file, "size", bytes.size, "at most " + most + " bytes");
            }
            return bytes.read("content", 0, (int) bytes.size).array();
        }
    }

    Path file() {
        return file;
    }

    long size() {
        return size;
    }

    /** Reads bytes whose number the caller has compared with the size; little-endian. */
    ByteBuffer read(String part, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill(part, at, buffer);
        return buffer;
    }

    /** Fills a buffer and flips it. */
    void fill(String part, long at, ByteBuffer buffer) throws IOException {
        long from = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, from);
            if (read < 0) {
                throw new BadFileException(
                        file,
                        part,
                        "ends at byte " + from,
                        buffer.remaining() + " bytes more; the file is truncated or was shortened while it was read");
            }
            from += read;
        }
        buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
