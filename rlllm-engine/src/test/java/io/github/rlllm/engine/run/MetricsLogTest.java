package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
    @TempDir
    Path folder;

    @Test
    void aResumedLogEqualsTheUnbrokenOne() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        long atCheckpoint;
        try (MetricsLog log = MetricsLog.open(file, 0)) {
            log.append(1, Map.of("loss", 0.5));
            atCheckpoint = log.length();
            log.append(2, Map.of("loss", 0.25));
            log.append(3, Map.of("loss", 0.125));
        }
        byte[] unbroken = Files.readAllBytes(file);
        Files.writeString(file, "{\"step\":4,\"lo", java.nio.file.StandardOpenOption.APPEND); // cut by a kill
        try (MetricsLog log = MetricsLog.open(file, atCheckpoint)) {
            log.append(2, Map.of("loss", 0.25));
            log.append(3, Map.of("loss", 0.125));
        }
        assertEquals(new String(unbroken), Files.readString(file));
    }

    @Test
    void linesAreJsonInTheGivenOrderAndThereAtOnce() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsLog log = MetricsLog.open(file, 0)) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("return", 9.0);
            values.put("loss", 1e-9);
            log.append(128, values);
            assertEquals("{\"step\":128,\"return\":9.0,\"loss\":1.0E-9}\n", Files.readString(file));
        }
    }

    @Test
    void nanStopsTheRunAndNamesQuantityAndStep() throws IOException {
        try (MetricsLog log = MetricsLog.open(folder.resolve("m"), 0)) {
            NotFiniteException failure =
                    assertThrows(NotFiniteException.class, () -> log.append(7, Map.of("loss", Double.NaN)));
            assertEquals("loss: NaN at step 7 (expected: a finite number)", failure.getMessage());
            assertEquals("loss", failure.quantity());
            assertEquals(7, failure.step());
        }
    }

    @Test
    void aFileShorterThanTheCheckpointSaysIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("m"), "ab");
        IOException failure = assertThrows(IOException.class, () -> MetricsLog.open(file, 3));
        assertTrue(failure.getMessage().endsWith("of 2 bytes (expected: >= 3, as at the checkpoint)"));
    }

    @Test
    void aFullDiskIsAClearError() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "/dev/full is not there");
        try (MetricsLog log = MetricsLog.open(full, 0)) {
            IOException failure = assertThrows(IOException.class, () -> log.append(1, Map.of("loss", 1.0)));
            assertTrue(failure.getMessage().endsWith("the lines before are whole: No space left on device"));
            assertEquals(0, log.length());
        }
    }

    @Test
    void weightsThatAreNotFiniteAreFound() {
        Checks.finite("weights", new float[] {1, -0f, Float.MAX_VALUE, Float.MIN_VALUE}, 1);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            NotFiniteException failure = assertThrows(
                    NotFiniteException.class, () -> Checks.finite("weights", new float[] {0, 1, bad, 2}, 12));
            assertEquals(
                    "weights[2]: " + (double) bad + " at step 12 (expected: a finite number)", failure.getMessage());
        }
    }
}
