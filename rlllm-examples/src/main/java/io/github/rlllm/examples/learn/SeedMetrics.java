package io.github.rlllm.examples.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The metrics of all seeds of a run in one file. */
final class SeedMetrics {
    private SeedMetrics() {}

    /** Writes {@code metrics.jsonl} from those of {@code seed-1} and so on, each line with its seed. */
    static void join(Path folder, int seeds) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int seed = 1; seed <= seeds; seed++) {
            for (String line : Files.readAllLines(file(folder, seed))) {
                lines.append("{\"seed\":")
                        .append(seed)
                        .append(',')
                        .append(line, 1, line.length())
                        .append('\n');
            }
        }
        Files.writeString(folder.resolve("metrics.jsonl"), lines);
    }

    /** The first step at which a figure is at least a bound, or -1 where it never is. */
    static long first(Path folder, int seed, String name, double bound) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String line : Files.readAllLines(file(folder, seed))) {
            JsonNode figures = mapper.readTree(line);
            if (figures.path(name).asDouble(Double.NEGATIVE_INFINITY) >= bound) {
                return figures.get("step").asLong();
            }
        }
        return -1;
    }

    private static Path file(Path folder, int seed) {
        return folder.resolve("seed-" + seed).resolve("metrics.jsonl");
    }
}
