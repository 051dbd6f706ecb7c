package io.github.rlllm.engine.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two newest checkpoints of a run, in the files {@code checkpoint-a.bin} and {@code checkpoint-b.bin} of its folder.
 *
 * <p>A new one is written to a temporary file, forced to the disk and then renamed over the older of the two, so that at
 * no moment is there less than one whole checkpoint once the first is written. Where the newest is damaged, the one before
 * is used and a warning logged. Confined to one thread and one process.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final String SEQUENCE = "checkpoints.sequence";

    private final RunFolder folder;
    private final List<Path> slots;
    private final Path temporary;
    private long sequence;
    private int oldest;

    /**
     * The checkpoints of a folder. Nothing is read or written yet.
     *
     * @param folder the run's folder
     */
    public Checkpoints(RunFolder folder) {
        this.folder = folder;
        this.slots = List.of(folder.file("checkpoint-a.bin"), folder.file("checkpoint-b.bin"));
        this.temporary = folder.file("checkpoint.tmp");
    }

    private record Found(int slot, long sequence, Checkpoint checkpoint) {}

    /**
     * The newest whole checkpoint.
     *
     * @return it, or nothing where no checkpoint was ever written
     * @throws DamagedCheckpointException if there are checkpoints and none is whole
     * @throws IOException if a file cannot be read
     */
    public Optional<Checkpoint> newest() throws IOException {
        List<Found> whole = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        for (int slot = 0; slot < slots.size(); slot++) {
            Path file = slots.get(slot);
            if (!Files.exists(file)) {
                continue;
            }
            try {
                Checkpoint checkpoint = Checkpoint.decode(Files.readAllBytes(file));
                whole.add(new Found(slot, checkpoint.longs(SEQUENCE)[0], checkpoint));
            } catch (DamagedCheckpointException | IllegalArgumentException e) {
                damaged.add(file.getFileName() + ": " + e.getMessage());
                oldest = slot;
            }
        }
        if (whole.isEmpty() && !damaged.isEmpty()) {
            throw new DamagedCheckpointException(
                    "checkpoints in " + folder.path().toAbsolutePath() + ": all damaged (expected: one whole): "
                            + String.join("; ", damaged));
        }
        Optional<Found> newest = whole.stream().max(Comparator.comparingLong(Found::sequence));
        newest.ifPresent(found -> {
            sequence = found.sequence();
            oldest = 1 - found.slot();
        });
        for (String damage : damaged) {
            LOG.warn("checkpoint damaged, the other one is used: {}", damage);
        }
        return newest.map(Found::checkpoint);
    }

    /**
     * Writes a checkpoint. When this returns it survives the end of the process and of the machine; when it throws, the
     * checkpoints before it are as they were.
     *
     * @param checkpoint the state of the run
     * @throws IOException if it cannot be written, for instance because the disk is full
     */
    public void save(Checkpoint checkpoint) throws IOException {
        byte[] bytes = checkpoint.with(SEQUENCE, sequence + 1).encode();
        try {
            write(temporary, bytes);
            Files.move(
                    temporary, slots.get(oldest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder.path());
        } catch (IOException e) {
            RunFolder.drop(temporary);
            throw new IOException(
                    "checkpoint: " + temporary.toAbsolutePath() + " of " + bytes.length
                            + " bytes not written (expected: room and the right to write); those before it are whole: "
                            + e.getMessage(),
                    e);
        }
        sequence++;
        oldest = 1 - oldest;
    }

    /**
     * Removes all checkpoints of the folder.
     *
     * @throws IOException if a file cannot be removed
     */
    public void clear() throws IOException {
        for (Path file : slots) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(temporary);
        sequence = 0;
        oldest = 0;
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    /** Makes the rename itself last; where a folder cannot be opened (Windows) the file system sees to it. */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("folder {} cannot be forced to the disk: {}", folder, e.getMessage());
        }
    }
}
