package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Reads the recordings of the folder {@code env}. */
public final class GoldenEnv {
    private GoldenEnv() {}

    /** One file; a folder that is not there skips the test, a missing file in a folder that is there fails it. */
    public static JsonNode read(String file) throws IOException {
        Path folder = Path.of(System.getProperty("rlllm.golden", "../../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(folder), "no recordings at " + folder);
        Path path = folder.resolve("env").resolve(file);
        assertTrue(Files.isRegularFile(path), path + " is missing");
        return new ObjectMapper().readTree(path.toFile());
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).doubleValue();
        }
        return values;
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).intValue();
        }
        return values;
    }

    /** How a recorded step ends by our rule: termination wins. */
    public static Ending ending(JsonNode episode, int step) {
        if (episode.get("terminated").get(step).booleanValue()) {
            return Ending.TERMINATED;
        }
        return episode.get("truncated").get(step).booleanValue() ? Ending.TRUNCATED : Ending.NONE;
    }
}
