package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Assumptions;

/** Whether handles of the engine and resident memory stay where they are while something is updated many times. */
final class FlatMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private FlatMemory() {}

    /** The handles alone, after a number of updates and after more. */
    static void ofHandles(TorchRuntime runtime, IntConsumer update, int first, int more) {
        update.accept(first);
        int before = runtime.alive();
        update.accept(more);
        assertEquals(before, runtime.alive());
    }

    /** Handles, and memory within 32 MB, over 2,000 updates after 500. */
    static void over2000Updates(TorchRuntime runtime, IntConsumer update) throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS), STATUS + " is not there");
        update.accept(500);
        int before = runtime.alive();
        System.gc();
        long resident = resident();
        update.accept(2000);
        assertEquals(before, runtime.alive());
        System.gc();
        long grown = resident() - resident;
        assertTrue(grown < 32 << 10, grown + " kB more (expected: < 32 MB)");
    }

    private static long resident() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
