package io.github.rlllm.engine.alignment;

import static io.github.rlllm.engine.alignment.Recorded.DOUBLE;
import static io.github.rlllm.engine.alignment.Recorded.close;
import static io.github.rlllm.engine.alignment.Recorded.firstHalf;
import static io.github.rlllm.engine.alignment.Recorded.rows;
import static io.github.rlllm.engine.alignment.Recorded.secondHalf;
import static io.github.rlllm.engine.alignment.Recorded.zeros;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.engine.returns.Golden;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Losses on preferences and their gradients in every token, against what TRL's own code computed in double precision. */
class PreferenceGoldenTest {
    /** TRL's other forms, of which nothing here speaks. */
    private static final Set<String> NOT_OFFERED = Set.of(
            "exo_pair", "nca_pair", "bco_pair", "sppo_hard", "aot", "aot_unpaired", "apo_zero", "apo_down", "discopop");

    @Test
    void dpo() throws IOException {
        JsonNode golden = Golden.read("trl/dpo.json");
        JsonNode inputs = golden.get("inputs");
        Pairs policy = pairs(rows(inputs.get("policy_per_token_logps"), inputs.get("mask")));
        Pairs reference = pairs(rows(inputs.get("ref_per_token_logps"), inputs.get("mask")));
        int checked = 0;
        for (JsonNode entry : golden.get("cases")) {
            String type = entry.get("loss_type").asText();
            boolean plain = !entry.has("f_divergence_type") && !entry.has("ld_alpha");
            if (NOT_OFFERED.contains(type) || !plain) {
                continue;
            }
            double[][] expected = rows(entry.get("grad_per_token_logps"), inputs.get("mask"));
            Pairs gradient = policy.zeros();
            if (type.equals("sft")) {
                Aggregation.Batch batch = Aggregation.Batch.of(policy.chosen(), 7);
                double loss = Likelihood.loss(
                        policy.chosen(), Rows.ones(policy.size()), Aggregation.TOKEN_MEAN, batch, gradient.chosen());
                close(entry.get("loss").asDouble(), loss, DOUBLE, type);
                close(firstHalf(expected), gradient.chosen(), DOUBLE, type);
            } else {
                PairForm form = List.of("sigmoid", "sigmoid_norm").contains(type)
                        ? PairForm.SIGMOID
                        : PairForm.valueOf(type.toUpperCase(java.util.Locale.ROOT));
                double smoothing = entry.path("label_smoothing").asDouble(0);
                Dpo dpo = new Dpo(
                        form,
                        entry.get("beta").asDouble(),
                        smoothing,
                        type.equals("ipo") || type.equals("sigmoid_norm"));
                double loss = dpo.loss(policy, reference, gradient);
                close(entry.get("loss").asDouble(), loss, DOUBLE, type);
                close(firstHalf(expected), gradient.chosen(), DOUBLE, type);
                close(secondHalf(expected), gradient.rejected(), DOUBLE, type);
                double[] chosen = dpo.implicitRewards(policy.chosen(), reference.chosen());
                close(
                        entry.at("/metrics/rewards~1chosen").asDouble(),
                        Arrays.stream(chosen).average().orElseThrow(),
                        1e-11,
                        type);
            }
            checked++;
        }
        assertEquals(9, checked);
    }

    @Test
    void kto() throws IOException {
        JsonNode cases = Golden.read("trl/kto.json").get("cases");
        assertEquals(5, cases.size());
        for (JsonNode entry : cases) {
            double[][] policy = rows(entry.get("policy_per_token_logps"), entry.get("mask"));
            double[][] reference = rows(entry.get("ref_per_token_logps"), entry.get("mask"));
            boolean[] desirable = new boolean[policy.length];
            for (int i = 0; i < desirable.length; i++) {
                desirable[i] = entry.get("labels").get(i).asInt() == 1;
            }
            double kl = entry.get("kl").asDouble();
            if (entry.get("loss_type").asText().equals("kto")) {
                double ours = Kto.referencePoint(
                        rows(entry.get("kl_policy_per_token_logps"), entry.get("kl_mask")),
                        rows(entry.get("kl_ref_per_token_logps"), entry.get("kl_mask")));
                close(kl, ours, DOUBLE, "kl");
            }
            Kto kto = new Kto(
                    entry.get("beta").asDouble(),
                    entry.get("desirable_weight").asDouble(),
                    entry.get("undesirable_weight").asDouble());
            double[][] gradient = zeros(policy);
            double loss = kto.loss(policy, reference, desirable, kl, gradient);
            close(entry.get("loss").asDouble(), loss, DOUBLE, "loss");
            close(rows(entry.get("grad_per_token_logps"), entry.get("mask")), gradient, DOUBLE, "gradient");
        }
    }

    /** The recording gives mean log-probabilities: completions of one token. TRL computes this loss in single precision. */
    @Test
    void orpo() throws IOException {
        JsonNode cases = Golden.read("trl/orpo_cpo.json").get("orpo");
        assertEquals(2, cases.size());
        for (JsonNode entry : cases) {
            Pairs policy = new Pairs(
                    single(doubles(entry.get("chosen_mean_logps"))), single(doubles(entry.get("rejected_mean_logps"))));
            int n = policy.size();
            Pairs gradient = policy.zeros();
            double likelihood = 0;
            double[][] expected = single(doubles(entry.get("grad_chosen")));
            for (int i = 0; i < n; i++) {
                likelihood -= policy.chosen()[i][0] / n;
                expected[i][0] -= 1.0 / n;
            }
            double loss = new Orpo(entry.get("beta").asDouble()).loss(policy, gradient);
            close(entry.get("odds_term").asDouble() + likelihood, loss, 1e-7, "loss");
            close(expected, gradient.chosen(), 1e-7, "chosen");
            close(single(doubles(entry.get("grad_rejected"))), gradient.rejected(), 1e-7, "rejected");
        }
    }

    @Test
    void cpoAndSimPo() throws IOException {
        int checked = 0;
        for (JsonNode entry : Golden.read("trl/orpo_cpo.json").get("cpo")) {
            if (entry.get("alpha").asDouble() != 0) {
                continue; // AlphaPO, which is not offered
            }
            String type = entry.get("loss_type").asText();
            double beta = entry.get("beta").asDouble();
            Cpo cpo = type.equals("simpo")
                    ? Cpo.simpo(beta, entry.get("simpo_gamma").asDouble())
                    : new Cpo(
                            PairForm.valueOf(type.toUpperCase(java.util.Locale.ROOT)),
                            beta,
                            entry.get("label_smoothing").asDouble(),
                            false,
                            0,
                            0);
            Pairs policy =
                    new Pairs(single(doubles(entry.get("chosen_logps"))), single(doubles(entry.get("rejected_logps"))));
            Pairs gradient = policy.zeros();
            close(entry.get("preference_loss").asDouble(), cpo.loss(policy, gradient), DOUBLE, type);
            close(single(doubles(entry.get("grad_chosen"))), gradient.chosen(), DOUBLE, type);
            close(single(doubles(entry.get("grad_rejected"))), gradient.rejected(), DOUBLE, type);
            checked++;
        }
        assertEquals(5, checked);
    }

    @Test
    void rewardModel() throws IOException {
        JsonNode cases = Golden.read("trl/reward.json").get("cases");
        assertTrue(cases.size() > 0);
        for (JsonNode entry : cases) {
            double[] chosen = doubles(entry.get("chosen"));
            double[] margins = entry.get("margin").isNull() ? new double[chosen.length] : doubles(entry.get("margin"));
            double[] chosenGradient = new double[chosen.length];
            double[] rejectedGradient = new double[chosen.length];
            double loss = new RewardLoss(entry.get("center_rewards_coefficient").asDouble(0))
                    .loss(chosen, doubles(entry.get("rejected")), margins, chosenGradient, rejectedGradient);
            close(entry.get("loss").asDouble(), loss, DOUBLE, "loss");
            close(doubles(entry.get("grad_chosen")), chosenGradient, DOUBLE, "chosen");
            close(doubles(entry.get("grad_rejected")), rejectedGradient, DOUBLE, "rejected");
        }
    }

    private static Pairs pairs(double[][] rows) {
        return new Pairs(firstHalf(rows), secondHalf(rows));
    }

    private static double[][] single(double[] values) {
        return Arrays.stream(values).mapToObj(value -> new double[] {value}).toArray(double[][]::new);
    }
}
