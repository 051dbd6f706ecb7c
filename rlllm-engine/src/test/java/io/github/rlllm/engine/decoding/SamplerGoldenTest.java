package io.github.rlllm.engine.decoding;

import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.engine.returns.Golden;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every recorded setting, against the logits processors of transformers in double precision. */
class SamplerGoldenTest {
    @Test
    void distributionsAreThoseOfTransformers() throws IOException {
        int checked = 0;
        for (JsonNode entry : Golden.read("lm/sampling.json").get("cases")) {
            String name = entry.get("name").asText();
            double[] wide = doubles(entry.get("logits"));
            float[] logits = new float[wide.length];
            for (int v = 0; v < logits.length; v++) {
                logits[v] = (float) wide[v];
                assertEquals(wide[v], logits[v], 0, "logits are recorded in single precision");
            }
            int[] previous = ints(entry.get("previous_ids"));
            double[] p = new Sampler(config(name)).probabilities(logits, previous);
            int[] kept = IntStream.range(0, p.length).filter(v -> p[v] > 0).toArray();
            assertArrayEquals(ints(entry.get("kept")), kept, name);
            assertArrayEquals(doubles(entry.get("probabilities")), p, 1e-12, name);
            checked++;
        }
        assertEquals(18, checked);
    }

    private static SamplingConfig config(String name) {
        SamplingConfig config = SamplingConfig.defaults();
        for (String part : name.split(", ")) {
            int blank = part.indexOf(' ');
            double value = Double.parseDouble(part.substring(blank));
            config = switch (part.substring(0, blank)) {
                case "temperature" -> config.withTemperature(value);
                case "top_k" -> config.withTopK((int) value);
                case "top_p" -> config.withTopP(value);
                case "min_p" -> config.withMinP(value);
                case "typical_p" -> config.withTypicalP(value);
                case "repetition_penalty" -> config.withRepetitionPenalty(value);
                case "no_repeat_ngram_size" -> config.withNoRepeat((int) value);
                case "min_tokens_to_keep" -> config.withKeep((int) value);
                default -> throw new AssertionError(part);
            };
        }
        return config;
    }
}
