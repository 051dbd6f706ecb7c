package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.alignment.PairForm;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.torch.CausalLm.Trained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * DPO and GRPO from token ids to the gradient of every weight, against TRL in single precision: log-probabilities within 5e-5
 * a token, gradient norms within 1e-3 relative. The policy is {@code lm/llama}, the reference the same with {@code adapter_b}.
 */
class EndToEndGoldenTest {
    private static final double CLOSE = 5e-5;

    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
    private TorchRuntime runtime;
    private JsonNode file;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        runtime = TorchRuntime.start();
        file = new ObjectMapper().readTree(golden.resolve("trl/end_to_end.json").toFile());
    }

    private CausalLm policy() throws IOException {
        CausalLm model = CausalLm.open(runtime, golden.resolve("lm/llama"));
        model.train(Trained.ALL);
        return model;
    }

    private CausalLm reference() throws IOException {
        CausalLm model = CausalLm.open(runtime, golden.resolve("lm/llama"));
        model.attach(LoraAdapter.load(golden.resolve("lm/llama/adapter_b"), model.config()));
        return model;
    }

    @Test
    void dpo() throws IOException {
        JsonNode recorded = file.get("dpo");
        int[][] prompts = ids(recorded.get("prompts"));
        int pairs = prompts.length;
        CompletionBatch batch = new CompletionBatch(
                joined(prompts, prompts), joined(ids(recorded.get("chosen")), ids(recorded.get("rejected"))));
        double[][] ref = batch.tokens(reference().logProbs(batch.rows(), Padding.RIGHT));
        assertSums(recorded.get("ref_logps"), ref);
        assertEquals(3, recorded.get("cases").size());
        for (JsonNode entry : recorded.get("cases")) {
            String type = entry.get("loss_type").asText();
            // TRL averages the log-ratios of ipo over a completion's tokens.
            Dpo dpo = new Dpo(
                    PairForm.valueOf(type.toUpperCase(Locale.ROOT)),
                    entry.get("beta").asDouble(),
                    0,
                    type.equals("ipo"));
            CausalLm model = policy();
            double loss = model.accumulateLogProbs(batch.rows(), batch.over((tokens, gradient) -> {
                assertSums(recorded.get("policy_logps"), tokens);
                return dpo.loss(halves(tokens, pairs), halves(ref, pairs), halves(gradient, pairs));
            }));
            assertEquals(
                    entry.get("loss").asDouble(), loss, 1e-4 * entry.get("loss").asDouble(), type);
            assertGradients(entry, model);
        }
    }

    @Test
    void grpo() throws IOException {
        JsonNode recorded = file.get("grpo");
        double temperature = recorded.get("temperature").asDouble();
        CompletionBatch batch = new CompletionBatch(ids(recorded.get("prompts")), ids(recorded.get("completions")));
        double[][] ref = batch.tokens(reference().logProbs(batch.rows(), Padding.RIGHT, temperature));
        assertTokens(recorded.get("ref_per_token_logps"), ref);
        double[][] old = Arrays.stream(ref).map(double[]::clone).toArray(double[][]::new);
        for (int i = 0; i < old.length; i++) {
            for (int t = 0; t < old[i].length; t++) {
                old[i][t] = recorded.get("old_per_token_logps").get(i).get(t).asDouble();
            }
        }
        double[] advantages = new double[old.length];
        Arrays.setAll(advantages, i -> recorded.get("advantages").get(i).asDouble());
        double[][] spread = Advantages.perToken(advantages, old);
        Aggregation.Batch whole = Aggregation.Batch.of(old, 6);
        double epsilon = recorded.get("epsilon").asDouble();
        assertEquals(3, recorded.get("cases").size());
        for (JsonNode entry : recorded.get("cases")) {
            ClippedSurrogate surrogate = new ClippedSurrogate(
                    entry.get("loss_type").asText().equals("grpo") ? Aggregation.SEQUENCE_MEAN : Aggregation.TOKEN_MEAN,
                    ClippedSurrogate.Level.TOKEN,
                    epsilon,
                    epsilon,
                    Double.POSITIVE_INFINITY,
                    recorded.get("beta").asDouble(),
                    KlEstimator.K3,
                    entry.get("use_bias_correction_kl").asBoolean());
            CausalLm model = policy();
            double loss = model.accumulateLogProbs(batch.rows(), temperature, batch.over((tokens, gradient) -> {
                assertTokens(recorded.get("per_token_logps"), tokens);
                return surrogate.loss(tokens, old, ref, spread, whole, gradient);
            }));
            assertEquals(
                    entry.get("loss").asDouble(), loss, 1e-4 * entry.get("loss").asDouble());
            assertGradients(entry, model);
        }
    }

    /** One step on four completions, or four times one: the same gradient. */
    @Test
    void accumulatedCompletionsAreTheBatch() throws IOException {
        JsonNode recorded = file.get("grpo");
        int[][] prompts = ids(recorded.get("prompts"));
        int[][] completions = ids(recorded.get("completions"));
        CompletionBatch batch = new CompletionBatch(prompts, completions);
        double[][] old = batch.tokens(policy().logProbs(batch.rows(), Padding.RIGHT));
        double[][] ref = batch.tokens(reference().logProbs(batch.rows(), Padding.RIGHT));
        double[][] advantages = Advantages.perToken(new double[] {1, -1, 2, -2}, old);
        Aggregation.Batch whole = Aggregation.Batch.of(old, 6);
        for (ClippedSurrogate surrogate : new ClippedSurrogate[] {
            ClippedSurrogate.grpo(), ClippedSurrogate.dapo().withBeta(0.1), ClippedSurrogate.drGrpo()
        }) {
            CausalLm once = policy();
            double loss = once.accumulateLogProbs(
                    batch.rows(),
                    batch.over((tokens, gradient) -> surrogate.loss(tokens, old, ref, advantages, whole, gradient)));
            CausalLm parts = policy();
            double sum = 0;
            for (int i = 0; i < prompts.length; i++) {
                int k = i;
                CompletionBatch one = new CompletionBatch(new int[][] {prompts[i]}, new int[][] {completions[i]});
                sum += parts.accumulateLogProbs(
                        one.rows(),
                        one.over((tokens, gradient) -> surrogate.loss(
                                tokens,
                                new double[][] {old[k]},
                                new double[][] {ref[k]},
                                new double[][] {advantages[k]},
                                whole,
                                gradient)));
            }
            assertEquals(loss, sum, 1e-4);
            String name = "model.layers.1.mlp.up_proj.weight";
            float[] expected = once.gradient(name);
            float[] found = parts.gradient(name);
            double greatest = 0;
            for (float g : expected) {
                greatest = Math.max(greatest, Math.abs(g));
            }
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i], 1e-4 * greatest);
            }
        }
    }

    private static void assertGradients(JsonNode entry, CausalLm model) {
        assertEquals(30, entry.get("gradients").size());
        for (Map.Entry<String, JsonNode> recorded : entry.get("gradients").properties()) {
            float[] gradient = model.gradient(recorded.getKey());
            double square = 0;
            for (float g : gradient) {
                square += (double) g * g;
            }
            double norm = recorded.getValue().get("norm").asDouble();
            assertEquals(norm, Math.sqrt(square), 1e-3 * norm, recorded.getKey());
            for (int i = 0; i < 3; i++) {
                double expected = recorded.getValue().get("first3").get(i).asDouble();
                assertEquals(expected, gradient[i], 1e-3 * norm, recorded.getKey());
            }
        }
    }

    private static void assertSums(JsonNode recorded, double[][] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            double sum = Arrays.stream(tokens[i]).sum();
            assertEquals(recorded.get(i).asDouble(), sum, CLOSE * tokens[i].length, "completion " + i);
        }
    }

    private static void assertTokens(JsonNode recorded, double[][] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            for (int t = 0; t < tokens[i].length; t++) {
                assertEquals(recorded.get(i).get(t).asDouble(), tokens[i][t], CLOSE, "token " + t + " of " + i);
            }
        }
    }

    private static Pairs halves(double[][] rows, int pairs) {
        return new Pairs(Arrays.copyOf(rows, pairs), Arrays.copyOfRange(rows, pairs, rows.length));
    }

    private static int[][] joined(int[][] one, int[][] other) {
        int[][] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    private static int[][] ids(JsonNode rows) {
        int[][] ids = new int[rows.size()][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = new int[rows.get(i).size()];
            for (int t = 0; t < ids[i].length; t++) {
                ids[i][t] = rows.get(i).get(t).intValue();
            }
        }
        return ids;
    }
}
