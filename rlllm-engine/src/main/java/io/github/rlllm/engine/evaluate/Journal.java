package io.github.rlllm.engine.evaluate;

import io.github.rlllm.engine.run.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evaluations of a search as JSON lines, each with a checksum and forced to the disk before it counts: kill -9 at any
 * moment loses no job whose end was told of. Closed to a second process while it is open. Confined to one thread.
 *
 * <p>An evaluation is found again by all that decides it: the task's name, candidate, seed and payload, and the limits where it
 * met one. Where any of them differs the job runs again, so that no candidate is ever credited with another's figures. A
 * line that the
 * machine wrote in part is cut off, and a damaged one passed over; their jobs run again.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int SUM = 16;
    private static final String HEAD = "{\"sum\":\"";
    private static final String MIDDLE = "\",\"entry\":";
    private static final String KEY = "{\"job\":\"";
    private static final String RESULT = "\",\"evaluation\":";

    private final @Nullable FileChannel channel;
    private final Map<String, Evaluation> kept = new HashMap<>();
    private int damaged;

    private Journal(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * A journal of which nothing is kept.
     *
     * @return the journal
     */
    public static Journal none() {
        return new Journal(null);
    }

    /**
     * Opens a journal.
     *
     * @param file the file; made where it is not there
     * @return the journal with all that was kept
     * @throws IOException if it cannot be read or written, or another process has it open
     */
    public static Journal open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(file, null);
            }
            Journal journal = new Journal(channel);
            journal.read(file);
            return journal;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(file, e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException inUse(Path file, @Nullable Exception cause) {
        return new IOException("journal: " + file.toAbsolutePath() + " is in use (expected: one process)", cause);
    }

    private void read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        if (damaged > 0 || start < bytes.length) {
            LOG.warn(
                    "Journal {}: {} damaged lines passed over, {} bytes of a broken one cut off",
                    file,
                    damaged,
                    bytes.length - start);
        }
        FileChannel open = java.util.Objects.requireNonNull(channel);
        open.truncate(start);
        open.position(start);
    }

    private void keep(String line) {
        try {
            int entry = HEAD.length() + SUM + MIDDLE.length();
            String body = line.substring(entry, line.length() - 1);
            int key = KEY.length() + SUM;
            if (!line.equals(line(body)) || !body.startsWith(RESULT, key)) {
                throw new IllegalArgumentException("line of another checksum");
            }
            String json = body.substring(key + RESULT.length(), body.length() - 1);
            kept.put(body.substring(KEY.length(), key), JobJson.evaluation(json));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            damaged++;
        }
    }

    private static String line(String body) {
        return HEAD + sum(body) + MIDDLE + body + "}";
    }

    private static String sum(String text) {
        return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, SUM);
    }

    private static String key(Batch batch, Job job) {
        return sum(batch.task() + "\n" + JobJson.write(job));
    }

    /** For what other limits might change. */
    private static String limitedKey(Batch batch, Job job) {
        return sum(batch.task() + "\n" + JobJson.write(job) + "\n" + JobJson.write(batch.limits()));
    }

    /**
     * Finds what was kept of a job.
     *
     * @param batch its batch
     * @param job the job
     * @return the evaluation of an equal job of an equally named task, if one was kept; where it met its limits, only if
     *     they were equal too
     */
    public Optional<Evaluation> find(Batch batch, Job job) {
        return Optional.ofNullable(kept.get(key(batch, job)))
                .or(() -> Optional.ofNullable(kept.get(limitedKey(batch, job))));
    }

    /**
     * Keeps an evaluation; when this returns, it is on the disk.
     *
     * @param batch the job's batch
     * @param job the job
     * @param evaluation what became of it
     * @throws UncheckedIOException if it cannot be written, for instance because the disk is full
     */
    public void add(Batch batch, Job job, Evaluation evaluation) {
        FileChannel open = channel;
        if (open == null) {
            return;
        }
        boolean limited = evaluation
                .outcome()
                .failure()
                .map(failed -> failed.reason().ofLimits())
                .orElse(false);
        String key = limited ? limitedKey(batch, job) : key(batch, job);
        byte[] bytes =
                (line(KEY + key + RESULT + JobJson.write(evaluation) + "}") + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                open.write(left);
            }
            open.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "journal: " + evaluation.id() + " of " + bytes.length + " bytes not written (expected: room)", e);
        }
        kept.put(key, evaluation);
    }

    /**
     * How much is kept.
     *
     * @return distinct jobs
     */
    public int size() {
        return kept.size();
    }

    /**
     * How much was found damaged.
     *
     * @return whole lines that were passed over when it was opened
     */
    public int damaged() {
        return damaged;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
