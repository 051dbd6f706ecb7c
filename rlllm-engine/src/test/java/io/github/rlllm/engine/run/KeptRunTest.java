package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptRunTest {
    @TempDir
    Path path;

    private final AtomicLong clock = new AtomicLong();
    private final Counter counter = new Counter();

    /** A part whose state is a number, and whose saving takes a time. */
    private final class Counter implements Snapshot {
        private long value;
        private long saves;
        private long costNanos;

        @Override
        public byte[] save() {
            saves++;
            clock.addAndGet(costNanos);
            return ByteBuffer.allocate(8).putLong(value).array();
        }

        @Override
        public void restore(byte[] state) {
            value = ByteBuffer.wrap(state).getLong();
        }
    }

    private KeptRun open(boolean resume, String rate) throws IOException {
        Provenance provenance = new Provenance("counter", Map.of("rate", rate), 1, "none", "a machine");
        return KeptRun.open(
                RunFolder.open(path),
                provenance,
                Map.of("counter", counter),
                resume,
                Duration.ofSeconds(1),
                clock::get);
    }

    private void steps(KeptRun run, long from, long to) throws IOException {
        for (long step = from; step <= to; step++) {
            counter.value += step;
            clock.addAndGet(1_000_000);
            run.log(step, Map.of("value", (double) counter.value));
            run.updated(step);
        }
    }

    @Test
    void itSavesOnceASecondAndResumesAtTheLastSave() throws IOException {
        try (KeptRun run = open(false, "1")) {
            steps(run, 1, 2_500);
        }
        assertEquals(2, counter.saves);
        counter.value = -1;
        try (KeptRun run = open(true, "1")) {
            assertEquals(2_000, run.step());
            assertEquals(2_000L * 2_001 / 2, counter.value);
            assertEquals(
                    2_000, Files.readAllLines(path.resolve("metrics.jsonl")).size());
        }
    }

    @Test
    void checkpointsThatAreSlowComeSeldomSoThatTheyCostAtMostTwoPercent() throws IOException {
        counter.costNanos = 100_000_000;
        try (KeptRun run = open(false, "1")) {
            steps(run, 1, 100_000);
            assertTrue(counter.saves >= 15, counter.saves + " saves in 100 s (expected: >= 15)");
            assertTrue(run.cost() <= 0.02, run.cost() + " of the time (expected: <= 0.02)");
        }
    }

    @Test
    void checkpointsThatGrowSlowerStayWithinTwoPercent() throws IOException {
        try (KeptRun run = open(false, "1")) {
            for (int part = 0; part < 20; part++) {
                counter.costNanos = 5_000_000L * part;
                steps(run, part * 2_000L + 1, (part + 1) * 2_000L);
            }
            assertTrue(run.cost() <= 0.02, run.cost() + " of the time (expected: <= 0.02)");
        }
    }

    @Test
    void aFinishedRunThatIsResumedDoesNothingAgainAndHasTheSameHashes() throws IOException {
        try (KeptRun run = open(false, "1")) {
            steps(run, 1, 10);
            run.finish(10);
        }
        byte[] hashes = Files.readAllBytes(path.resolve("final.json"));
        try (KeptRun run = open(true, "1")) {
            assertEquals(10, run.step());
            run.finish(10);
        }
        assertArrayEquals(hashes, Files.readAllBytes(path.resolve("final.json")));
        assertTrue(new String(hashes)
                .matches("\\{\"step\":10,\"metrics\":\"[0-9a-f]{64}\",\"counter\":\"[0-9a-f]{64}\"}\n"));
    }

    @Test
    void withoutResumeItStartsAnew() throws IOException {
        try (KeptRun run = open(false, "1")) {
            steps(run, 1, 10);
            run.finish(10);
        }
        try (KeptRun run = open(false, "1")) {
            assertEquals(0, run.step());
            assertEquals(0, Files.size(path.resolve("metrics.jsonl")));
        }
    }

    @Test
    void aCheckpointOfOtherSettingsIsRefused() throws IOException {
        try (KeptRun run = open(false, "1")) {
            run.finish(0);
        }
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> open(true, "2"));
        assertTrue(
                refused.getMessage()
                        .startsWith("resume: a run of counter seed=1 model=none {rate=2}"
                                + " (expected: of counter seed=1 model=none {rate=1}"),
                refused.getMessage());
    }

    @Test
    void aSecondRunInTheSameFolderIsKeptOut() throws IOException {
        try (KeptRun run = open(false, "1")) {
            IOException refused = assertThrows(IOException.class, () -> open(true, "1"));
            assertTrue(refused.getMessage().endsWith("(expected: not in use by another run)"), refused.getMessage());
            assertEquals(0, run.step());
        }
        open(true, "1").close();
    }
}
