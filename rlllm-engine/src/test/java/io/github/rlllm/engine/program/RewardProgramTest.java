package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardProgramTest {
    static final RewardSchema SCHEMA = new RewardSchema(
            "Reach",
            "A hand reaches for a block.",
            List.of(
                    RewardInput.number("distance", "m", "From the hand to the block.")
                            .withRange(0, 10),
                    RewardInput.number("joints", "rad", "The joint angles.").withShape(3),
                    RewardInput.integer("steps", "", "Steps since the start.").withRange(0, 100),
                    RewardInput.flag("grasped", "Whether the hand holds the block."),
                    RewardInput.integer("grid", "", "The map.").withShape(2, 2)));
    static final double[] ROW = {0.5, 0.1, -0.2, 0.3, 7, 1, 1, 2, 3, 4};

    static final String SOURCE = """
            // Near is good, and so is holding it.
            final double WEIGHT = 2.0;

            double reward() {
                double near = Math.exp(-distance);
                double effort = 0;
                for (double q : joints) {
                    effort += square(q);
                }
                int cells = 0;
                for (int i = 0; i < grid.length; i++) {
                    for (int j = 0; j < grid[0].length; j++) {
                        cells += grid[i][j];
                    }
                }
                component("near", near);
                component("effort", -effort);
                return WEIGHT * near - effort + (grasped ? 1 : 0) - 0.01 * steps + cells;
            }

            static double square(double x) {
                return x * x;
            }
            """;

    static RewardProgram compiled(RewardSchema schema, String source) {
        return RewardCompiler.compile(schema, source).fold(program -> program, reason -> {
            throw new AssertionError(reason + "\n" + source);
        });
    }

    static String rejected(String source) {
        return RewardCompiler.compile(SCHEMA, source).fold(program -> "accepted", reason -> reason);
    }

    @Test
    void givesTotalAndComponents() {
        RewardProgram program = compiled(SCHEMA, SOURCE);
        assertEquals(List.of("near", "effort"), program.components());
        RewardValue value = program.evaluate(ROW);
        double near = 0.6065306597126334;
        assertEquals(Map.of("near", near, "effort", -0.14), value.components());
        assertEquals(2 * near - 0.14 + 1 - 0.07 + 10, value.total(), 1e-12);
        assertEquals(value.total(), program.total(ROW));
    }

    @Test
    void savedAndLoadedGivesTheSameBits(@TempDir Path folder) throws Exception {
        RewardProgram program = compiled(SCHEMA, SOURCE);
        Path file = folder.resolve("reward.json");
        program.save(file);
        RewardProgram loaded = RewardProgram.load(file);
        assertEquals(SCHEMA, loaded.schema());
        assertEquals(SOURCE, loaded.source());
        assertEquals(Double.doubleToRawLongBits(program.total(ROW)), Double.doubleToRawLongBits(loaded.total(ROW)));
        assertEquals(program.toJson(), loaded.toJson());
    }

    @Test
    void columnsGiveTheBitsOfRows() {
        RewardProgram program = compiled(SCHEMA, SOURCE);
        int rows = 5;
        double[][] columns = new double[SCHEMA.width()][rows];
        for (int s = 0; s < rows; s++) {
            for (int i = 0; i < columns.length; i++) {
                columns[i][s] = i == 0 ? 0.3 * s : ROW[i];
            }
        }
        double[] totals = program.totals(columns);
        double[][] values = new double[2][rows];
        program.evaluate(columns, new double[rows], values);
        for (int s = 0; s < rows; s++) {
            double[] row = ROW.clone();
            row[0] = 0.3 * s;
            assertEquals(program.total(row), totals[s]);
            assertEquals(program.evaluate(row).components().get("near"), values[0][s]);
        }
    }

    @Test
    void isARewardModelOfOnesOwnLoop() {
        RewardProgram program = compiled(SCHEMA, SOURCE);
        int distance = SCHEMA.offset("distance");
        double score = program.<Double>model((far, row) -> {
                    System.arraycopy(ROW, 0, row, 0, row.length);
                    row[distance] = far;
                })
                .score(0.5);
        assertEquals(program.total(ROW), score);
    }

    @Test
    void valuesAreCheckedAtTheDoor() {
        RewardProgram program = compiled(SCHEMA, SOURCE);
        assertEquals("row: 2 elements (expected: 10)", refused(program, new double[2]));
        assertEquals("distance: 11.0 (expected: 0.0 to 10.0)", refused(program, with(0, 11)));
        assertEquals("joints[1]: NaN (expected: finite)", refused(program, with(2, Double.NaN)));
        assertEquals("steps: 1.5 (expected: an int, 0 to 100)", refused(program, with(4, 1.5)));
        assertEquals("grasped: 0.5 (expected: 0 or 1)", refused(program, with(5, 0.5)));
        assertEquals("grid[1][0]: Infinity (expected: an int)", refused(program, with(8, Double.POSITIVE_INFINITY)));
    }

    private static String refused(RewardProgram program, double[] row) {
        return assertThrows(IllegalArgumentException.class, () -> program.total(row))
                .getMessage();
    }

    private static double[] with(int index, double value) {
        double[] row = ROW.clone();
        row[index] = value;
        return row;
    }

    @Test
    void rejectionsNameThePlaceAndWhatIsAllowed() {
        assertEquals(
                "1:26 System: not in scope",
                rejected("double reward() { return System.nanoTime(); }").replaceAll(" \\(.*", ": not in scope"));
        assertTrue(rejected("double reward() { distance = 0; return 1; }")
                .startsWith("1:19 distance: an input, which cannot be changed"));
        assertTrue(rejected("double reward() { while (true) { } }").startsWith("1:19 while: not in the language"));
        assertEquals(
                "1:8 reward: a path without return (expected: return on every path)",
                rejected("double reward() { if (grasped) return 1; }"));
    }

    @Test
    void failuresAreTyped() {
        assertEquals(RewardFailure.Kind.NON_FINITE, failure("double reward() { return Math.log(-1 - distance); }"));
        assertEquals(
                RewardFailure.Kind.NON_FINITE,
                failure("double reward() { component(\"a\", 1 / (distance - distance)); return 0; }"));
        assertEquals(RewardFailure.Kind.INDEX, failure("double reward() { return joints[steps]; }"));
        assertEquals(RewardFailure.Kind.INTEGER, failure("double reward() { return steps / (steps - 7); }"));
        assertEquals(RewardFailure.Kind.INTEGER, failure("double reward() { return 2147483647 + steps; }"));
        assertEquals(RewardFailure.Kind.INTEGER, failure("double reward() { return (int) (1e10 * distance); }"));
        assertEquals(
                RewardFailure.Kind.FUEL,
                failure(
                        "double reward() { int n = 0; for (int i = 0; i < 10000 * steps; i++) for (int j = 0; j < 10000; j++) n++; return n; }"));
    }

    private static RewardFailure.Kind failure(String source) {
        RewardProgram program = compiled(SCHEMA, source);
        return assertThrows(RewardFailure.class, () -> program.total(ROW)).kind();
    }

    @Test
    void theSchemaIsReadAndWritten() {
        assertEquals(SCHEMA, RewardSchema.fromJson(SCHEMA.toJson()));
        assertTrue(SCHEMA.description()
                .contains("    /** The joint angles. Unit: rad. Shape: [3]. */\n    final double[] joints;\n"));
    }
}
