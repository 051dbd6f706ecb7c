package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagesTest {
    @TempDir
    private Path folder;

    private long clock;

    private Stages stages(boolean resume, String setting) throws IOException {
        Provenance provenance = new Provenance("test", Map.of("setting", setting), 1, "none", "here");
        return Stages.in(folder.resolve("kept"), provenance, resume, Duration.ZERO, () -> clock);
    }

    /** Draws ten numbers in a stage and is broken off before one of them, or never. */
    private static List<Double> draw(Stages stages, String name, int breakAt) throws IOException {
        SeededRandom rng = SeededRandom.of(1, name);
        KeptList<Double> drawn = KeptList.ofDoubles();
        try (KeptRun run = stages.open(name, Map.of("rng", rng, "drawn", drawn))) {
            for (long i = run.step(); i < 10; i++) {
                if (i == breakAt) {
                    throw new IllegalStateException("broken off");
                }
                drawn.add(rng.nextDouble());
                run.updated(i + 1);
            }
            run.finish(10);
        }
        return drawn.elements();
    }

    @Test
    void aStageThatWasBrokenOffGoesOnAndOneThatEndedIsNotRepeated() throws IOException {
        List<Double> first = draw(Stages.none(), "first", -1);
        List<Double> second = draw(Stages.none(), "second, of two", -1);
        Stages begun = stages(false, "a");
        assertEquals(first, draw(begun, "first", -1));
        byte[] end = Files.readAllBytes(folder.resolve("kept/first/checkpoint-b.bin"));
        assertThrows(IllegalStateException.class, () -> draw(begun, "second, of two", 7));

        Stages resumed = stages(true, "a");
        assertEquals(first, draw(resumed, "first", 0), "would have been broken off had it been repeated");
        assertEquals(second, draw(resumed, "second, of two", 6), "had it begun below 7, it would have been broken off");
        assertArrayEquals(
                end, Files.readAllBytes(folder.resolve("kept/first/checkpoint-b.bin")), "ended stays as it is");
        assertTrue(Files.exists(folder.resolve("kept/second-of-two/final.json")));
    }

    @Test
    void withoutResumeNothingIsLeftAndOtherSettingsAreRefused() throws IOException {
        draw(stages(false, "a"), "first", -1);
        IllegalArgumentException other =
                assertThrows(IllegalArgumentException.class, () -> draw(stages(true, "b"), "first", -1));
        assertTrue(other.getMessage().startsWith("resume: a run of test seed=1"), other.getMessage());
        stages(false, "b");
        assertFalse(Files.exists(folder.resolve("kept")));
    }

    @Test
    void whatIsAtWorkIsNotRemoved() throws IOException {
        try (KeptRun run = stages(false, "a").open("first", Map.of())) {
            assertEquals(0, run.step());
            IOException busy = assertThrows(IOException.class, () -> stages(false, "a"));
            assertTrue(busy.getMessage().endsWith("(expected: not in use by another run)"), busy.getMessage());
        }
    }

    @Test
    void numbersAreComputedOnce() throws IOException {
        AtomicInteger computed = new AtomicInteger();
        for (boolean resume : new boolean[] {false, true}) {
            double[] numbers = stages(resume, "a").of("inner").once("numbers", () -> {
                computed.incrementAndGet();
                return new double[] {0.1, Double.NaN, -0.0};
            });
            assertArrayEquals(new double[] {0.1, Double.NaN, -0.0}, numbers);
        }
        assertEquals(1, computed.get());
    }

    @Test
    void theTimeOfABrokenSittingCounts() throws IOException {
        Stages begun = stages(false, "a");
        try (KeptRun run = begun.open("first", Map.of())) {
            clock = 3_000_000_000L;
            run.updated(1);
            clock = 9_000_000_000L; // lost
        }
        try (KeptRun run = stages(true, "a").open("first", Map.of())) {
            assertEquals(3, run.seconds());
            clock = 14_000_000_000L;
            run.updated(2);
            assertEquals(8, run.seconds());
            run.finish(2);
        }
        clock = 99_000_000_000L;
        try (KeptRun run = stages(true, "a").open("first", Map.of())) {
            assertEquals(8, run.seconds());
        }
    }

    @Test
    void aSlowFirstCheckpointDoesNotPutOffTheNextOnes() throws IOException {
        long[] cost = {300_000_000L};
        Snapshot slow = new Snapshot() {
            @Override
            public byte[] save() {
                clock += cost[0];
                return new byte[0];
            }

            @Override
            public void restore(byte[] state) {
                // Nothing is kept.
            }
        };
        List<Long> saved = new ArrayList<>();
        try (KeptRun run = stages(false, "a").open("first", Map.of("slow", slow))) {
            for (int second = 1; second <= 5; second++) {
                clock = second * 1_000_000_000L;
                run.updated(second);
                if (clock > second * 1_000_000_000L) {
                    saved.add((long) second);
                    cost[0] = 20_000_000L;
                }
            }
        }
        // .3 s, then .02 s each; the share of a minute is 1.2 s.
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), saved);
    }

    @Test
    void namesAreCheckedAtTheDoor() {
        assertEquals(
                "name: '../x' (expected: letters, digits, blanks, commas, colons and hyphens)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> stages(false, "a").of("../x"))
                        .getMessage());
    }
}
