package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    Path path;

    private static Checkpoint state(long step) {
        return new Checkpoint.Builder()
                .longs("step", step)
                .floats("weights", new float[] {1.5f, -0f, step})
                .build();
    }

    private Checkpoints open() throws IOException {
        return new Checkpoints(RunFolder.open(path));
    }

    private long step() throws IOException {
        return open().newest().orElseThrow().longs("step")[0];
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll float[] floats, @ForAll double[] doubles, @ForAll long[] longs, @ForAll byte[] bytes)
            throws IOException {
        Checkpoint read = Checkpoint.decode(new Checkpoint.Builder()
                .floats("f", floats)
                .doubles("d", doubles)
                .longs("l", longs)
                .bytes("b", bytes)
                .build()
                .encode());
        assertArrayEquals(floats, read.floats("f"));
        assertArrayEquals(doubles, read.doubles("d"));
        assertArrayEquals(longs, read.longs("l"));
        assertArrayEquals(bytes, read.bytes("b"));
    }

    @Test
    void everyCutAndEveryFlippedBitIsFound() throws IOException {
        byte[] whole = state(3).encode();
        Checkpoint.decode(whole);
        for (int cut = 0; cut < whole.length; cut++) {
            byte[] bytes = Arrays.copyOf(whole, cut);
            assertThrows(DamagedCheckpointException.class, () -> Checkpoint.decode(bytes));
        }
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] bytes = whole.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(DamagedCheckpointException.class, () -> Checkpoint.decode(bytes));
        }
    }

    @Test
    void aLengthThatExceedsTheFileIsRefusedBeforeItIsAllocated() {
        byte[] bytes = new Checkpoint.Builder().bytes("b", new byte[4]).build().encode();
        int count = 8 + 4 + 4 + 2 + 1 + 1;
        bytes[count] = 0x7f; // two thousand million elements, under a checksum that is right
        byte[] hash = Hashes.sha256(bytes, 0, bytes.length - 32);
        System.arraycopy(hash, 0, bytes, bytes.length - 32, 32);
        DamagedCheckpointException refused =
                assertThrows(DamagedCheckpointException.class, () -> Checkpoint.decode(bytes));
        assertEquals(
                "section b: 2130706436 elements of kind B (expected: at most the 4 bytes left)", refused.getMessage());
    }

    @Test
    void theNewestIsReadAndTheOneBeforeIsKept() throws IOException {
        assertEquals(Optional.empty(), open().newest());
        Checkpoints checkpoints = open();
        for (int step = 1; step <= 5; step++) {
            checkpoints.save(state(step));
            assertEquals(step, step());
        }
        assertEquals(
                java.util.Set.of("checkpoint-a.bin", "checkpoint-b.bin"),
                java.util.Set.of(path.toFile().list()));
    }

    @Test
    void aDamagedNewestGivesWayToTheOneBeforeAndIsReplacedNext() throws IOException {
        Checkpoints checkpoints = open();
        checkpoints.save(state(1));
        checkpoints.save(state(2));
        Path newest = path.resolve("checkpoint-b.bin");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[40] ^= 1;
        Files.write(newest, bytes);

        Checkpoints resumed = open();
        assertEquals(1, resumed.newest().orElseThrow().longs("step")[0]);
        resumed.save(state(2));
        assertEquals(2, step());
        assertEquals(
                1,
                Checkpoint.decode(Files.readAllBytes(path.resolve("checkpoint-a.bin")))
                        .longs("step")[0]);
    }

    @Test
    void allDamagedIsAFailureAndNotANewRun() throws IOException {
        open().save(state(1));
        Files.write(path.resolve("checkpoint-a.bin"), new byte[10]);
        DamagedCheckpointException failure = assertThrows(DamagedCheckpointException.class, () -> open().newest());
        assertTrue(failure.getMessage().contains("checkpoint-a.bin: size: 10 bytes"), failure.getMessage());
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] bytes = state(1).encode();
        bytes[11] = 9;
        assertEquals(
                "version: 9 (expected: 1)",
                assertThrows(DamagedCheckpointException.class, () -> Checkpoint.decode(bytes))
                        .getMessage());
    }

    @Test
    void aFullDiskIsAClearErrorAndTheEarlierCheckpointsAreWhole() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "/dev/full is not there");
        Checkpoints checkpoints = open();
        checkpoints.save(state(1));
        checkpoints.save(state(2));
        Files.createSymbolicLink(path.resolve("checkpoint.tmp"), full);
        IOException failure = assertThrows(IOException.class, () -> checkpoints.save(state(3)));
        assertTrue(failure.getMessage().endsWith("those before it are whole: No space left on device"));
        assertEquals(2, step());
        assertFalse(Files.exists(path.resolve("checkpoint.tmp")), "it gives its room back");
        checkpoints.save(state(4));
        assertEquals(4, step());
    }

    @Test
    void aSectionThatIsNotThereIsAnsweredWithThoseThatAre() {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> state(1).floats("step"));
        assertEquals(
                "section: step of kind F (expected: one of [step of kind L, weights of kind F])", failure.getMessage());
    }

    @Test
    void clearedThereIsNone() throws IOException {
        Checkpoints checkpoints = open();
        checkpoints.save(state(1));
        checkpoints.clear();
        assertFalse(open().newest().isPresent());
    }
}
