package io.github.rlllm.engine.returns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Reads the recordings of other implementations. */
public final class Golden {
    private static final double RELATIVE = 1e-12;

    private Golden() {}

    /** A recording; the test is skipped where the whole folder is absent, and fails where only the file is. */
    public static JsonNode read(String file) throws IOException {
        Path folder = Path.of(System.getProperty("rlllm.golden", "../../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no recordings at " + folder.normalize());
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    public static double[][] matrix(JsonNode rows) {
        double[][] values = new double[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = doubles(rows.get(i));
        }
        return values;
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    public static double[] column(JsonNode rows, int column) {
        double[] values = new double[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.get(i).get(column).asDouble();
        }
        return values;
    }

    public static Ending[] terminatedWhere(JsonNode done) {
        Ending[] endings = new Ending[done.size()];
        for (int i = 0; i < endings.length; i++) {
            endings[i] = done.get(i).asBoolean() ? Ending.TERMINATED : Ending.NONE;
        }
        return endings;
    }

    public static Ending ending(boolean terminated, boolean truncated) {
        return terminated ? Ending.TERMINATED : truncated ? Ending.TRUNCATED : Ending.NONE;
    }

    public static void assertClose(double[] expected, double[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        assertTrue(expected.length > 0, what);
        for (int i = 0; i < expected.length; i++) {
            assertClose(expected[i], actual[i], what + "[" + i + "]");
        }
    }

    /** Relative to the value, and to 1 where the value is smaller: a difference of terms of size 1 keeps their error. */
    public static void assertClose(double expected, double actual, String what) {
        assertEquals(expected, actual, RELATIVE * Math.max(1, Math.abs(expected)), what);
    }
}
