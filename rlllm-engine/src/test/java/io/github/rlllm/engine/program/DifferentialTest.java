package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interpreter and the emitted code, by rows and by columns, give the same bits or the same failure. */
class DifferentialTest {
    private static final Logger LOG = LoggerFactory.getLogger(DifferentialTest.class);
    private static final int ROWS = 6;

    private final Map<RewardFailure.Kind, Integer> failures = new EnumMap<>(RewardFailure.Kind.class);
    private static final int[] BATCHES = {1, 7, 8, 9, 127, 128, 129, 255, 256, 257, 1000};

    private int finite;
    private int byBlocks;
    private int failedByBlocks;

    @Test
    void agreeOnThreeHundredPrograms() {
        compare(300, 1);
        assertTrue(finite > 450 && failures.size() >= 3, finite + " finite, " + failures);
        assertTrue(
                BlockKernels.vector() == null || (byBlocks > 60 && failedByBlocks > 20),
                byBlocks + " by blocks, " + failedByBlocks + " of them fail at a row");
    }

    @Test
    @Tag("slow")
    void agreeOnTwentyFiveThousandPrograms() {
        compare(25_000, 2);
        LOG.info("{} finite, failures {}, {} programs by blocks too", finite, failures, byBlocks);
        assertEquals(4, failures.size(), failures.toString());
    }

    private void compare(int programs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < programs; i++) {
            String source = new ProgramGenerator(random, i % 3 == 0).program();
            ProgramTree tree;
            try {
                tree = ProgramParser.parse(ProgramGenerator.SCHEMA, source);
            } catch (SourceException e) {
                throw new AssertionError(e.getMessage() + "\n" + source, e);
            }
            agree(source, tree, random);
        }
    }

    private void agree(String source, ProgramTree tree, SplittableRandom random) {
        ProgramCode slow = new Interpreter(tree);
        ProgramCode fast = Emitter.emit(tree);
        double[][] columns = new double[ProgramGenerator.SCHEMA.width()][1];
        for (int s = 0; s < ROWS; s++) {
            double[] row = ProgramGenerator.row(random);
            for (int i = 0; i < row.length; i++) {
                columns[i][0] = row[i];
            }
            String expected = outcome(slow, row, tree.components().size());
            String message = source + Arrays.toString(row);
            assertEquals(expected, outcome(fast, row, tree.components().size()), message);
            assertEquals(expected, byColumns(fast, columns, tree.components().size()), message);
            count(expected);
        }
        agreeByBlocks(source, tree, fast, random);
    }

    /** Whole blocks and rests, where the JVM has the Vector API and the program runs by blocks. */
    private void agreeByBlocks(String source, ProgramTree tree, ProgramCode fast, SplittableRandom random) {
        BlockCode blocks = BlockCode.of(tree);
        if (blocks == null) {
            return;
        }
        List<double[]> rows = new ArrayList<>();
        double[] failing = null;
        for (int i = 0; i < 1500 && rows.size() < 1000 && (i < 50 || rows.size() > i / 4); i++) {
            double[] row = ProgramGenerator.row(random);
            if (outcome(fast, row, tree.components().size()).startsWith("NON_FINITE")) {
                failing = row;
            } else {
                rows.add(row);
            }
        }
        if (rows.size() < 300) {
            return;
        }
        byBlocks++;
        for (int size : BATCHES) {
            if (size <= rows.size()) {
                agreeOnBatch(
                        source,
                        blocks,
                        fast,
                        rows.subList(0, size),
                        tree.components().size());
            }
        }
        if (failing != null) {
            failedByBlocks++;
            int at = random.nextInt(rows.size());
            rows.set(at, failing);
            rows.set(rows.size() - 1, failing);
            failAlike(new RewardProgram(source, tree, fast), rows, at);
        }
    }

    private static double[][] columns(List<double[]> rows) {
        double[][] columns = new double[ProgramGenerator.SCHEMA.width()][rows.size()];
        for (int s = 0; s < rows.size(); s++) {
            for (int i = 0; i < columns.length; i++) {
                columns[i][s] = rows.get(s)[i];
            }
        }
        return columns;
    }

    private static void agreeOnBatch(
            String source, BlockCode blocks, ProgramCode fast, List<double[]> rows, int components) {
        double[] totals = new double[rows.size()];
        double[][] values = new double[components][rows.size()];
        assertTrue(blocks.columns(columns(rows), totals, values), source);
        double[] alone = new double[rows.size()];
        assertTrue(blocks.columns(columns(rows), alone, null), source);
        assertArrayEquals(totals, alone);
        double[] expected = new double[components];
        for (int s = 0; s < totals.length; s++) {
            int row = s;
            long total = bits(fast.row(rows.get(s), expected));
            assertEquals(total, bits(totals[s]), () -> "row " + row + "\n" + source + Arrays.toString(rows.get(row)));
            for (int i = 0; i < components; i++) {
                assertEquals(bits(expected[i]), bits(values[i][s]), () -> "component, row " + row + "\n" + source);
            }
        }
    }

    /** The failure is that of the first row that fails, with its number; an input that is none goes before it. */
    private static void failAlike(RewardProgram program, List<double[]> rows, int first) {
        double[][] columns = columns(rows);
        RewardFailure failure = assertThrows(RewardFailure.class, () -> program.totals(columns));
        RewardFailure alone = assertThrows(RewardFailure.class, () -> program.total(rows.get(first)));
        assertEquals(alone.getMessage() + ", at row " + first, failure.getMessage());
        assertEquals(alone.kind(), failure.kind());
        int last = rows.size() - 1;
        columns[1][last] = 1.5;
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> program.totals(columns));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("y of row " + last + ": 1.5"), refused::getMessage);
    }

    private void count(String outcome) {
        for (RewardFailure.Kind kind : RewardFailure.Kind.values()) {
            if (outcome.startsWith(kind + " ")) {
                failures.merge(kind, 1, Integer::sum);
                return;
            }
        }
        finite++;
    }

    private static String outcome(ProgramCode code, double[] row, int components) {
        double[] values = new double[components];
        try {
            double total = code.row(row, values);
            assertEquals(Double.doubleToRawLongBits(total), Double.doubleToRawLongBits(code.row(row, null)));
            return bits(total)
                    + Arrays.toString(Arrays.stream(values)
                            .mapToLong(DifferentialTest::bits)
                            .toArray());
        } catch (RewardFailure e) {
            return e.kind() + " " + e.getMessage();
        }
    }

    private static String byColumns(ProgramCode code, double[][] columns, int components) {
        double[] totals = new double[1];
        double[][] values = new double[components][1];
        try {
            code.columns(columns, totals, values);
            return bits(totals[0])
                    + Arrays.toString(Arrays.stream(values)
                            .mapToLong(value -> bits(value[0]))
                            .toArray());
        } catch (RewardFailure e) {
            return e.kind() + " " + e.getMessage();
        }
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
