package io.github.rlllm.engine.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Metrics of a run as JSON lines, {@code {"step":128,"loss":0.25}}. Every line is handed to the operating system as it is
 * appended. It holds no time, so that a resumed run's file equals that of the unbroken run byte for byte. Confined to one
 * thread.
 */
public final class MetricsLog implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private long length;

    private MetricsLog(Path file, FileChannel channel, long length) {
        this.file = file;
        this.channel = channel;
        this.length = length;
    }

    /**
     * Opens a log and drops what stands behind a length, such as the lines of the work that will be done again.
     *
     * @param file the file; made where it is not there
     * @param length the bytes to keep, 0 for a new log
     * @return the log, to which the next line is appended
     * @throws IOException if it cannot be opened or is shorter than {@code length}
     */
    public static MetricsLog open(Path file, long length) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.size() < length) {
                throw new IOException("metrics: " + file.toAbsolutePath() + " of " + channel.size()
                        + " bytes (expected: >= " + length + ", as at the checkpoint)");
            }
            channel.truncate(length);
            channel.position(length);
            return new MetricsLog(file, channel, length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Appends a line.
     *
     * @param step the step of the run
     * @param values figures by name, in the order in which they are written
     * @throws NotFiniteException if a figure is NaN or infinite
     * @throws IOException if it cannot be written, for instance because the disk is full; the lines before it are whole
     */
    public void append(long step, Map<String, Double> values) throws IOException {
        StringBuilder line = new StringBuilder("{\"step\":").append(step);
        values.forEach((name, value) -> {
            if (name.indexOf('"') >= 0
                    || name.indexOf('\\') >= 0
                    || name.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("name: " + name + " (expected: no quote, backslash or control)");
            }
            line.append(",\"").append(name).append("\":").append(Checks.finite(name, value, step));
        });
        byte[] bytes = line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        } catch (IOException e) {
            cut();
            throw new IOException(
                    "metrics: " + file.toAbsolutePath() + " cannot be written (expected: room for " + bytes.length
                            + " bytes); the lines before are whole: " + e.getMessage(),
                    e);
        }
        length += bytes.length;
    }

    /** Takes back the part of a line that was written before the disk was full. */
    private void cut() {
        try {
            channel.truncate(length);
        } catch (IOException e) {
            // The failure that is being reported says more than this one.
        }
    }

    /**
     * The bytes written so far.
     *
     * @return for the checkpoint, to which a resumed run cuts the file back
     */
    public long length() {
        return length;
    }

    /**
     * Forces the lines to the disk, so that a checkpoint never tells of lines that the machine may still lose.
     *
     * @throws IOException if it fails
     */
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(file + " cannot be closed", e);
        }
    }
}
