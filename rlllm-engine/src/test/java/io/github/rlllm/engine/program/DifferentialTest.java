package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
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
    private int finite;

    @Test
    void agreeOnThreeHundredPrograms() {
        compare(300, 1);
        assertTrue(finite > 450 && failures.size() >= 3, finite + " finite, " + failures);
    }

    @Test
    @Tag("slow")
    void agreeOnTwentyFiveThousandPrograms() {
        compare(25_000, 2);
        LOG.info("{} finite, failures {}", finite, failures);
        assertEquals(4, failures.size(), failures.toString());
    }

    private void compare(int programs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < programs; i++) {
            String source = new ProgramGenerator(random).program();
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
