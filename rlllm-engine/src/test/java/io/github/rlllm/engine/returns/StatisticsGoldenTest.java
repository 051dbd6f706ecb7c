package io.github.rlllm.engine.returns;

import static io.github.rlllm.engine.returns.Golden.assertClose;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.matrix;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Running moments against Stable-Baselines3. */
class StatisticsGoldenTest {
    @Test
    void runningMeanAndVariance() throws IOException {
        JsonNode entry = Golden.read("rlmath/statistics.json").get("running_mean_std");
        RunningMoments moments = new RunningMoments(3, 1e-4);
        assertTrue(entry.get("batches").size() > 0);
        for (int i = 0; i < entry.get("batches").size(); i++) {
            moments.update(matrix(entry.get("batches").get(i)));
            JsonNode after = entry.get("after").get(i);
            assertClose(doubles(after.get("mean")), moments.mean(), "mean");
            assertClose(doubles(after.get("var")), moments.variance(), "variance");
            assertClose(after.get("count").asDouble(), moments.count(), "count");
        }
    }

    @Test
    void normalisedObservations() throws IOException {
        JsonNode entry = Golden.read("rlmath/statistics.json").get("vec_normalize");
        double clip = entry.get("clip_obs").asDouble();
        RunningMoments moments = new RunningMoments(2, 1e-4);
        for (int t = 0; t < entry.get("obs").size(); t++) {
            double[][] batch = matrix(entry.get("obs").get(t));
            moments.update(batch);
            // The recording takes the mean of each single-precision batch in single precision.
            assertArrayEquals(doubles(entry.get("obs_mean").get(t)), moments.mean(), 1e-6);
            assertArrayEquals(doubles(entry.get("obs_var").get(t)), moments.variance(), 1e-5);
            for (int n = 0; n < batch.length; n++) {
                double[] expected =
                        doubles(entry.get("normalized_obs_float32").get(t).get(n));
                double[] actual = moments.normalised(batch[n], clip);
                for (int d = 0; d < expected.length; d++) {
                    assertEquals(expected[d], actual[d], 1e-6 * Math.max(1, Math.abs(expected[d])));
                }
            }
        }
    }
}
