package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Ten steps of AdamW as recorded from PyTorch in single precision; tolerance 2e-6 on weights of about 1. */
class AdamWGoldenTest {
    @Test
    void weightsAreThoseOfPyTorch() throws IOException {
        Path folder = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(folder), folder + " is not there");
        JsonNode file =
                new ObjectMapper().readTree(folder.resolve("rlmath/optim.json").toFile());
        compare(file, "adamw", 1e-2, new AdamW.Config(0.9, 0.999, 1e-8, 1e-2, Double.POSITIVE_INFINITY));
        compare(file, "adamw_clip", 5e-3, new AdamW.Config(0.9, 0.95, 1e-8, 0.1, 1));
    }

    private static void compare(JsonNode file, String name, double rate, AdamW.Config config) {
        for (JsonNode variant : file.get("variants")) {
            if (variant.get("name").textValue().equals(name)) {
                float[][] weights = tensors(file.get("initial"));
                float[][] zeros = new float[weights.length][];
                for (int i = 0; i < zeros.length; i++) {
                    zeros[i] = new float[weights[i].length];
                }
                AdamW optimiser = new AdamW(config, zeros, new boolean[] {true, true, true});
                for (int step = 0; step < 10; step++) {
                    optimiser.step(weights, tensors(file.get("gradients").get(step)), rate);
                    float[][] expected = tensors(variant.get("float32").get(step));
                    for (int i = 0; i < weights.length; i++) {
                        for (int j = 0; j < weights[i].length; j++) {
                            assertEquals(expected[i][j], weights[i][j], 2e-6, name + ", step " + step);
                        }
                    }
                }
                return;
            }
        }
        fail(name + " is not in the file");
    }

    private static float[][] tensors(JsonNode node) {
        return new float[][] {flat(node.get("w")), flat(node.get("b")), flat(node.get("s"))};
    }

    private static float[] flat(JsonNode node) {
        List<Float> values = new ArrayList<>();
        collect(node, values);
        float[] flat = new float[values.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values.get(i);
        }
        return flat;
    }

    private static void collect(JsonNode node, List<Float> values) {
        if (node.isNumber()) {
            values.add((float) node.doubleValue());
        }
        node.forEach(child -> collect(child, values));
    }
}
