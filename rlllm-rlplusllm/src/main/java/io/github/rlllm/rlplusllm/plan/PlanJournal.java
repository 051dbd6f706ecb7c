package io.github.rlllm.rlplusllm.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a run in a file, a JSON object a line ({@link RunEventJson}), each on the disk before anything is done about
 * it. One process has it open at a time. A last line that was torn is dropped: nobody has acted on it. Confined to the run's
 * mailbox.
 */
final class PlanJournal {
    private static final Logger LOG = LoggerFactory.getLogger(PlanJournal.class);

    private final @Nullable Path file;
    private @Nullable FileChannel channel;

    private PlanJournal(@Nullable Path file) {
        this.file = file;
        if (file != null) {
            this.channel = lock(file);
        }
    }

    static PlanJournal none() {
        return new PlanJournal(null);
    }

    static PlanJournal create(Path file) {
        PlanJournal journal = new PlanJournal(file);
        long bytes = file.toFile().length();
        if (bytes > 0) {
            journal.close();
            throw new IllegalArgumentException("journal: " + file + " of " + bytes
                    + " bytes (expected: a new or empty file; resume goes on with a run)");
        }
        syncFolder(file);
        return journal;
    }

    static PlanJournal open(Path file) {
        if (!Files.exists(file)) {
            throw new UncheckedIOException(new java.nio.file.NoSuchFileException(file.toString()));
        }
        return new PlanJournal(file);
    }

    private static FileChannel lock(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException e) {
                LOG.debug("open in this process", e);
            }
            channel.close();
            throw new IOException("journal: " + file + " is in use (expected: one run)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's own name must survive too; some systems cannot sync a folder. */
    private static void syncFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
            entry.force(true);
        } catch (IOException e) {
            LOG.debug("folder of {} is not synced: {}", file, e.getClass().getSimpleName());
        }
    }

    /** All events; closes and throws where there is none or one is damaged. */
    List<RunEvent> read() {
        FileChannel open = java.util.Objects.requireNonNull(channel);
        List<RunEvent> events = new ArrayList<>();
        try {
            byte[] bytes = Files.readAllBytes(java.util.Objects.requireNonNull(file));
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    events.add(event(new String(bytes, start, i - start, StandardCharsets.UTF_8), events.size()));
                    start = i + 1;
                }
            }
            if (start < bytes.length) {
                LOG.warn("journal {}: {} bytes of a torn line dropped", file, bytes.length - start);
            }
            if (events.isEmpty()) {
                throw new IllegalArgumentException("journal: " + file + " has no event (expected: those of a run)");
            }
            open.truncate(start);
            open.position(start);
            return events;
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            close();
            throw e;
        }
    }

    private RunEvent event(String line, int number) {
        try {
            RunEvent event = RunEventJson.read(line);
            if (event.number() != number || number == 0 && !(event instanceof RunEvent.Started)) {
                throw new IllegalArgumentException("number: " + event.number() + " (expected: " + number + ")");
            }
            return event;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "journal: " + file + ", line " + (number + 1) + ": " + e.getMessage(), e);
        }
    }

    /** On the disk when it returns. */
    void append(RunEvent event) {
        FileChannel open = channel;
        if (open == null) {
            return;
        }
        try {
            ByteBuffer line = ByteBuffer.wrap((RunEventJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                open.write(line);
            }
            open.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("journal: event " + event.number() + " not written (expected: room)", e);
        }
    }

    /** For what a person does after the end of the run. */
    void appendClosed(RunEvent event) {
        if (file == null) {
            return;
        }
        channel = lock(file);
        try {
            channel.position(channel.size());
            append(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            close();
        }
    }

    void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("journal {} not closed: {}", file, e.getMessage());
            }
        }
    }
}
