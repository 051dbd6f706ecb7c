package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.world.CartPole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten updates from recorded weights and a recorded rollout, against Stable-Baselines3 and a CleanRL loop in PyTorch. */
class PpoGoldenTest {
    private static final double RELATIVE = 1e-4;

    private static Path folder() {
        Path folder = Path.of(System.getProperty("rlllm.golden", "../../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no recordings at " + folder.normalize());
        return folder.resolve("mlp_ppo");
    }

    private static PpoConfig config(JsonNode hyper) {
        boolean cleanRl = hyper.get("style").asText().equals("cleanrl");
        boolean valueClip = !hyper.get("clip_range_vf").isNull();
        return PpoConfig.defaults()
                .withRollout(
                        new PpoConfig.Rollout(1, 320, 1_000_000),
                        new PpoConfig.Updates(2, 64, Double.POSITIVE_INFINITY))
                .withLoss(new PpoConfig.Loss(
                        hyper.get("clip_range").asDouble(),
                        hyper.get("ent_coef").asDouble(),
                        hyper.get("vf_coef").asDouble() * (cleanRl ? 0.5 : 1),
                        !valueClip
                                ? PpoConfig.ValueLoss.SQUARED
                                : cleanRl ? PpoConfig.ValueLoss.PESSIMISTIC : PpoConfig.ValueLoss.CLIPPED,
                        valueClip ? hyper.get("clip_range_vf").asDouble() : 1,
                        hyper.get("normalize_advantage").asBoolean()))
                .withAdam(AdamConfig.defaults()
                        .withLearningRate(hyper.get("learning_rate").asDouble())
                        .withEpsilon(hyper.get("adam_eps").asDouble())
                        .withMaxGradientNorm(hyper.get("max_grad_norm").asDouble()));
    }

    private static void load(Mlp net, SafeTensors tensors, String prefix) {
        float[] flat = new float[net.parameterCount()];
        int at = 0;
        for (int l : new int[] {0, 2, 4}) {
            for (String part : List.of("weight", "bias")) {
                float[] values = tensors.floats(prefix + "." + l + "." + part);
                System.arraycopy(values, 0, flat, at, values.length);
                at += values.length;
            }
        }
        assertEquals(flat.length, at);
        net.setParameters(flat);
    }

    @ParameterizedTest
    @CsvSource({
        "0, scalar",
        "1, scalar",
        "2, scalar",
        "3, scalar",
        "0, fastest",
        "1, fastest",
        "2, fastest",
        "3, fastest"
    })
    void updatesAsTheReferenceDoes(int run, String kind) throws IOException {
        Path folder = folder();
        JsonNode file = new ObjectMapper().readTree(folder.resolve("ppo.json").toFile());
        SafeTensors tensors = new SafeTensors(folder.resolve("weights.safetensors"));
        JsonNode recorded = file.get("runs").get(run);
        JsonNode hyper = recorded.get("hyper");
        PpoConfig config = config(hyper);
        Kernels kernels = kind.equals("scalar") ? Kernels.scalar() : Kernels.fastest();
        Ppo<Integer> ppo = Ppo.categorical(config, CartPole::new, 1, kernels);
        load(ppo.nets.actor, tensors, "initial/actor");
        load(ppo.nets.critic, tensors, "initial/critic");
        fill(ppo.rollout, file.get("buffer"));

        boolean cleanRl = hyper.get("style").asText().equals("cleanrl");
        assertEquals(10, recorded.get("updates").size());
        for (int u = 0; u < 10; u++) {
            String what = recorded.get("name").asText() + " update " + u;
            JsonNode expected = recorded.get("updates").get(u);
            ppo.nets.adam.learningRate(expected.get("learning_rate").asDouble());
            JsonNode rows = file.get("minibatch_indices").get(u);
            int[] order = new int[rows.size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = rows.get(i).asInt();
            }
            Ppo.Losses losses = ppo.minibatch(order, 0, config.loss().clip(), true);
            close(expected, "policy_loss", losses.policy(), what);
            close(expected, "value_loss", losses.value() * (cleanRl ? 0.5 : 1), what);
            close(expected, "entropy", losses.entropy(), what);
            close(expected, "loss", losses.total(), what);
            close(expected, "approx_kl_k3", losses.kl(), what);
            close(expected, "clip_fraction", losses.clipFraction(), what);
            close(expected, "grad_norm", losses.gradientNorm(), what);
            sums(expected.get("checksums"), "actor", ppo.nets.actor, what);
            sums(expected.get("checksums"), "critic", ppo.nets.critic, what);
        }
        String end = "final/" + recorded.get("name").asText();
        same(tensors, end + "/actor", ppo.nets.actor);
        same(tensors, end + "/critic", ppo.nets.critic);
    }

    private static void fill(Rollout rollout, JsonNode buffer) {
        for (int i = 0; i < 320; i++) {
            float[] seen = new float[4];
            for (int j = 0; j < 4; j++) {
                seen[j] = buffer.get("obs").get(i).get(j).floatValue();
            }
            rollout.observations[i] = seen;
            rollout.actions[i] = new float[] {buffer.get("actions").get(i).intValue()};
            rollout.logProbs[i] = buffer.get("old_log_prob").get(i).floatValue();
            rollout.values[i] = buffer.get("old_values").get(i).floatValue();
            rollout.advantages[i] = buffer.get("advantages").get(i).floatValue();
            // the recorded returns are advantage plus value, rounded
            assertEquals(buffer.get("returns").get(i).doubleValue(), rollout.advantages[i] + rollout.values[i], 1e-6);
        }
    }

    private static void close(JsonNode expected, String name, double actual, String what) {
        double value = expected.get(name).asDouble();
        assertEquals(value, actual, RELATIVE * Math.max(Math.abs(value), 1e-2), what + " " + name);
    }

    private static void sums(JsonNode checksums, String prefix, Mlp net, String what) {
        float[] flat = net.parameters();
        int at = 0;
        int[] sizes = net.sizes();
        for (int l = 0; l < 3; l++) {
            for (String part : List.of("weight", "bias")) {
                int n = part.equals("weight") ? sizes[l] * sizes[l + 1] : sizes[l + 1];
                double sum = 0;
                double absolute = 0;
                double squares = 0;
                for (int i = at; i < at + n; i++) {
                    sum += flat[i];
                    absolute += Math.abs(flat[i]);
                    squares += (double) flat[i] * flat[i];
                }
                String name = prefix + "." + 2 * l + "." + part;
                JsonNode expected = checksums.get(name);
                double scale = expected.get("abs_sum").asDouble();
                assertEquals(expected.get("sum").asDouble(), sum, RELATIVE * scale, what + " " + name);
                assertEquals(scale, absolute, RELATIVE * scale, what + " " + name);
                assertEquals(expected.get("l2").asDouble(), Math.sqrt(squares), RELATIVE * scale, what + " " + name);
                for (int i = 0; i < expected.get("first5").size(); i++) {
                    assertEquals(expected.get("first5").get(i).asDouble(), flat[at + i], 2e-5, what + " " + name);
                }
                at += n;
            }
        }
    }

    private static void same(SafeTensors tensors, String prefix, Mlp net) {
        Mlp expected = net.copy();
        load(expected, tensors, prefix);
        float[] want = expected.parameters();
        float[] have = net.parameters();
        for (int i = 0; i < want.length; i++) {
            assertEquals(want[i], have[i], 2e-5, prefix + " parameter " + i);
        }
    }
}
