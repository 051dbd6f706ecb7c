package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Adam, AdamW and clipping against PyTorch; orthogonal weights against their properties. What the recordings hold besides
 * (AMSGrad, L2 added to the gradient, SGD, momentum, RMSprop) is not shipped.
 */
class OptimiserGoldenTest {
    /** The recordings are in single precision too; ten steps gather a few roundings of parameters of size 2. */
    private static final double TOLERANCE = 2e-6;

    private static JsonNode golden(String file) throws IOException {
        Path folder = Path.of(System.getProperty("rlllm.golden", "../../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no recordings at " + folder.normalize());
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }

    private static AdamConfig config(String variant) {
        AdamConfig adam = AdamConfig.defaults();
        return switch (variant) {
            case "adam", "adam_linear_lr" -> adam;
            case "adam_sb3" -> adam.withLearningRate(3e-4).withEpsilon(1e-5).withMaxGradientNorm(0.5);
            case "adamw" -> adam.withLearningRate(1e-2).withWeightDecay(1e-2);
            case "adamw_clip" ->
                adam.withLearningRate(5e-3)
                        .withBetas(0.9, 0.95)
                        .withWeightDecay(0.1)
                        .withMaxGradientNorm(1.0);
            default -> throw new IllegalArgumentException(variant);
        };
    }

    private static float[] flat(JsonNode tensors, int length) {
        float[] values = new float[length];
        int at = 0;
        for (String name : List.of("w", "b", "s")) {
            for (JsonNode row : tensors.get(name)) {
                if (row.isArray()) {
                    for (JsonNode value : row) {
                        values[at++] = value.floatValue();
                    }
                } else {
                    values[at++] = row.floatValue();
                }
            }
        }
        assertEquals(16, at);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adam_sb3", "adamw", "adamw_clip", "adam_linear_lr"})
    void stepsAsPyTorchDoes(String variant) throws IOException {
        JsonNode file = golden("rlmath/optim.json");
        JsonNode recorded = null;
        for (JsonNode node : file.get("variants")) {
            if (node.get("name").asText().equals(variant)) {
                recorded = node;
            }
        }
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.fastest())) {
            float[] parameters = flat(file.get("initial"), 16);
            float[] gradient = new float[16];
            Adam adam = new Adam(config(variant), kernels, new float[][] {parameters}, new float[][] {gradient});
            for (int step = 0; step < 10; step++) {
                if (variant.equals("adam_linear_lr")) {
                    adam.learningRate(1e-3 * (1 - step / 10.0));
                }
                System.arraycopy(flat(file.get("gradients").get(step), 16), 0, gradient, 0, 16);
                adam.step();
                float[] expected = flat(recorded.get("float64").get(step), 16);
                for (int i = 0; i < 16; i++) {
                    assertEquals(expected[i], parameters[i], TOLERANCE, variant + " step " + step + " [" + i + "]");
                }
            }
            assertEquals(10, adam.steps());
        }
    }

    @Test
    void clipsTheGlobalNormAsPyTorchDoes() throws IOException {
        JsonNode file = golden("rlmath/optim.json");
        assertTrue(file.get("clip_on_gradients_0").size() > 0);
        for (JsonNode recorded : file.get("clip_on_gradients_0")) {
            float[] gradient = flat(file.get("gradients").get(0), 16);
            float[][] parameters = {new float[16]};
            // beta1 = 0 and a huge epsilon: the parameter moves by rate / epsilon times the clipped gradient
            AdamConfig config = AdamConfig.defaults()
                    .withBetas(0, 0)
                    .withEpsilon(0.999)
                    .withLearningRate(1)
                    .withMaxGradientNorm(recorded.get("max_norm").asDouble());
            Adam adam = new Adam(config, Kernels.scalar(), parameters, new float[][] {gradient});
            assertEquals(recorded.get("total_norm").asDouble(), adam.step(), 1e-6);
            float[] clipped = flat(recorded.get("clipped"), 16);
            for (int i = 0; i < 16; i++) {
                double expected = -clipped[i] / (Math.abs(clipped[i]) + 0.999);
                assertEquals(expected, parameters[0][i], 1e-6);
            }
        }
    }

    @Test
    void orthogonalWeightsHaveTheRecordedProperties() throws IOException {
        JsonNode entries = golden("rlmath/statistics.json").get("orthogonal");
        assertTrue(entries.size() > 0);
        for (JsonNode entry : entries) {
            int rows = entry.get("shape").get(0).asInt();
            int columns = entry.get("shape").get(1).asInt();
            double gain = entry.get("gain").asDouble();
            double[][] w = Orthogonal.matrix(new SplittableRandom(1), rows, columns, gain);
            double squares = 0;
            for (double[] row : w) {
                for (double value : row) {
                    squares += value * value;
                }
            }
            assertEquals(entry.get("frobenius_norm").asDouble(), Math.sqrt(squares), 1e-12);
            boolean byRow = rows <= columns;
            int few = Math.min(rows, columns);
            for (int i = 0; i < few; i++) {
                for (int j = 0; j < few; j++) {
                    double product = 0;
                    for (int k = 0; k < Math.max(rows, columns); k++) {
                        product += byRow ? w[i][k] * w[j][k] : w[k][i] * w[k][j];
                    }
                    assertEquals(i == j ? gain * gain : 0, product, 1e-12);
                }
            }
        }
    }
}
