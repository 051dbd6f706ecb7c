package io.github.rlllm.engine.alignment;

import static io.github.rlllm.engine.alignment.Recorded.DOUBLE;
import static io.github.rlllm.engine.alignment.Recorded.SINGLE;
import static io.github.rlllm.engine.alignment.Recorded.close;
import static io.github.rlllm.engine.alignment.Recorded.rows;
import static io.github.rlllm.engine.alignment.Recorded.zeros;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.matrix;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.engine.alignment.ClippedSurrogate.Level;
import io.github.rlllm.engine.returns.Golden;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Advantages, token rewards, losses and gradients of GRPO, RLOO and PPO, against TRL's own code. */
class PolicyTuningGoldenTest {
    private static final Map<String, Aggregation> AGGREGATIONS = Map.of(
            "grpo", Aggregation.SEQUENCE_MEAN,
            "bnpo", Aggregation.LOCAL_TOKEN_MEAN,
            "dr_grpo", Aggregation.CONSTANT,
            "dapo", Aggregation.TOKEN_MEAN);
    private static final Set<String> NOT_OFFERED = Set.of("cispo", "sapo", "luspo");

    @Test
    void grpoAdvantages() throws IOException {
        JsonNode cases = Golden.read("trl/grpo.json").get("advantages");
        assertEquals(6, cases.size());
        for (JsonNode entry : cases) {
            double[][] scores = matrix(entry.get("rewards_per_function"));
            boolean[][] scored = new boolean[scores.length][scores[0].length];
            for (boolean[] row : scored) {
                Arrays.fill(row, true);
            }
            RewardTable table = new RewardTable(scores, scored, doubles(entry.get("reward_weights")));
            int size = entry.get("num_generations").asInt();
            Advantages.Scale scale =
                    Advantages.Scale.valueOf(entry.get("scale_rewards").asText().toUpperCase(Locale.ROOT));
            double[] ours = entry.get("multi_objective_aggregation").asText().equals("normalize_then_sum")
                    ? table.normalisedThenSummed(size, 1e-4)
                    : Advantages.group(table.sums(), size, scale, 1e-4);
            close(doubles(entry.get("advantages")), ours, SINGLE, "advantages");
        }
    }

    @Test
    void grpoLosses() throws IOException {
        JsonNode golden = Golden.read("trl/grpo.json");
        JsonNode inputs = golden.get("inputs");
        JsonNode mask = inputs.get("mask");
        double[][] logProbs = rows(inputs.get("per_token_logps"), mask);
        double[][] old = rows(inputs.get("old_per_token_logps"), mask);
        double[][] reference = rows(inputs.get("ref_per_token_logps"), mask);
        double[][] advantages = Advantages.perToken(doubles(inputs.get("advantages")), logProbs);
        Aggregation.Batch whole = Aggregation.Batch.of(
                logProbs, golden.get("max_completion_length").asInt());
        int checked = 0;
        for (JsonNode entry : golden.get("losses")) {
            String type = entry.get("loss_type").asText();
            if (NOT_OFFERED.contains(type)) {
                continue;
            }
            ClippedSurrogate surrogate = new ClippedSurrogate(
                    AGGREGATIONS.get(type),
                    entry.get("importance_sampling_level").asText().equals("token") ? Level.TOKEN : Level.SEQUENCE_MEAN,
                    entry.get("epsilon_low").asDouble(),
                    entry.get("epsilon_high").asDouble(),
                    entry.get("delta").asDouble(Double.POSITIVE_INFINITY),
                    entry.get("beta").asDouble(),
                    KlEstimator.K3,
                    entry.get("use_bias_correction_kl").asBoolean());
            double[][] gradient = zeros(logProbs);
            double loss = surrogate.loss(logProbs, old, reference, advantages, whole, gradient);
            close(entry.get("loss").asDouble(), loss, DOUBLE, surrogate.toString());
            close(rows(entry.get("grad_per_token_logps"), mask), gradient, DOUBLE, surrogate.toString());
            assertEquals(
                    entry.at("/metrics/clip_ratio~1region_mean").asDouble(),
                    surrogate.clipFraction(logProbs, old, advantages),
                    1e-7,
                    surrogate.toString());
            checked++;
        }
        assertEquals(11, checked);
    }

    @Test
    void rlooAdvantages() throws IOException {
        JsonNode cases = Golden.read("trl/rloo.json").get("advantages");
        assertEquals(4, cases.size());
        for (JsonNode entry : cases) {
            JsonNode range = entry.get("reward_clip_range");
            double clip =
                    range.isNull() ? Double.POSITIVE_INFINITY : range.get(1).asDouble();
            double[][] policy = rows(entry.get("per_token_logps"), entry.get("mask"));
            double[][] reference = rows(entry.get("ref_per_token_logps"), entry.get("mask"));
            double[] rewards = new TokenRewards(
                            KlEstimator.K1, entry.get("beta").asDouble(), Double.POSITIVE_INFINITY, clip)
                    .completions(policy, reference, doubles(entry.get("rewards")));
            boolean normalised = entry.get("normalize_advantages").asBoolean();
            double[] ours =
                    Advantages.leaveOneOut(rewards, entry.get("num_generations").asInt());
            close(
                    doubles(entry.get("advantages")),
                    normalised ? Advantages.normalised(ours, 1e-4) : ours,
                    normalised ? SINGLE : DOUBLE,
                    "advantages");
        }
    }

    /** The recording has the old log-probability of a whole completion; it is put on its first token. */
    @Test
    void rlooLoss() throws IOException {
        JsonNode entry = Golden.read("trl/rloo.json").get("loss");
        double[][] logProbs = rows(entry.get("per_token_logps"), entry.get("mask"));
        double[][] old = zeros(logProbs);
        for (int i = 0; i < old.length; i++) {
            old[i][0] = entry.get("old_logps").get(i).asDouble();
        }
        double[][] gradient = zeros(logProbs);
        double loss = ClippedSurrogate.rloo()
                .loss(
                        logProbs,
                        old,
                        null,
                        Advantages.perToken(doubles(entry.get("advantages")), logProbs),
                        Aggregation.Batch.of(logProbs, 5),
                        gradient);
        close(entry.get("loss").asDouble(), loss, DOUBLE, "loss");
        close(rows(entry.get("grad_per_token_logps"), entry.get("mask")), gradient, DOUBLE, "gradient");
    }

    @Test
    void ppo() throws IOException {
        JsonNode cases = Golden.read("trl/ppo.json").get("trl_0_11");
        assertEquals(3, cases.size());
        for (JsonNode entry : cases) {
            JsonNode mask = entry.get("mask");
            double[][] old = rows(entry.get("logprobs"), mask);
            double[][] values = rows(entry.get("values"), mask);
            boolean white = entry.get("whiten_rewards").asBoolean();
            KlEstimator kl = Map.of("kl", KlEstimator.K1, "abs", KlEstimator.ABS, "mse", KlEstimator.K2)
                    .get(entry.get("kl_penalty").asText());
            double[][] rewards =
                    rewards(kl, entry).tokens(old, rows(entry.get("ref_logprobs"), mask), doubles(entry.get("scores")));
            // The recording lists the rewards before they are whitened.
            close(rows(entry.get("rewards"), mask), rewards, DOUBLE, "rewards");
            double[][] whitened = white ? leaked(Whitening.rewards().of(rewards), rewards, mask) : rewards;
            double[][] raw = head(
                    Advantages.gae(
                            whitened,
                            head(values, whitened),
                            entry.get("gamma").asDouble(),
                            entry.get("lam").asDouble()),
                    old);
            double[][] returns = plus(raw, values);
            double[][] advantages = Whitening.advantages().of(raw);
            close(rows(entry.get("returns"), mask), returns, white ? SINGLE : DOUBLE, "returns");
            close(rows(entry.get("advantages"), mask), advantages, SINGLE, "advantages");

            // The losses are exact given the recorded advantages.
            losses(entry, mask, old, values, rows(entry.get("returns"), mask), rows(entry.get("advantages"), mask));
        }
    }

    /**
     * TRL 1.12 scores a completion that stopped one position after its last token: its row is one longer, and that token
     * costs nothing.
     */
    @Test
    void ppoWithTheScoreOnePositionLate() throws IOException {
        JsonNode cases = Golden.read("trl/ppo.json").get("trl_1_12");
        assertEquals(3, cases.size());
        for (JsonNode entry : cases) {
            JsonNode mask = entry.get("mask");
            boolean white = entry.get("whiten_rewards").asBoolean();
            double[][] old = rows(entry.get("logprobs"), mask);
            double[][] late = late(old, entry.get("logprobs"), true);
            double[][] lateReference = late(rows(entry.get("ref_logprobs"), mask), entry.get("logprobs"), true);
            double[][] lateValues = late(rows(entry.get("values"), mask), entry.get("values"), false);
            KlEstimator kl =
                    KlEstimator.valueOf(entry.get("kl_estimator").asText().toUpperCase(Locale.ROOT));
            double[][] rewards = rewards(kl, entry).tokens(late, lateReference, doubles(entry.get("scores")));
            double[][] whitened = white ? Whitening.rewards().of(rewards) : rewards;
            close(head(matrix(entry.get("rewards")), late), whitened, white ? SINGLE : DOUBLE, "rewards");
            double[][] raw = Advantages.gae(
                    whitened,
                    lateValues,
                    entry.get("gamma").asDouble(),
                    entry.get("lam").asDouble());
            close(head(matrix(entry.get("returns")), late), plus(raw, lateValues), white ? SINGLE : DOUBLE, "returns");
            double[][] advantages = Whitening.advantages().of(head(raw, old));
            close(rows(entry.get("advantages"), mask), advantages, SINGLE, "advantages");
        }
    }

    /** TRL 0.11 whitens the zeros of the padding too, which GAE then reads as rewards. Ours has no padding. */
    private static double[][] leaked(double[][] white, double[][] rewards, JsonNode mask) {
        double scale = (white[0][0] - white[0][1]) / (rewards[0][0] - rewards[0][1]);
        double zero = white[0][0] - scale * rewards[0][0];
        double[][] leaked = new double[white.length][mask.get(0).size()];
        for (int i = 0; i < leaked.length; i++) {
            Arrays.fill(leaked[i], zero);
            System.arraycopy(white[i], 0, leaked[i], 0, white[i].length);
        }
        return leaked;
    }

    private static TokenRewards rewards(KlEstimator kl, JsonNode entry) {
        return new TokenRewards(
                kl, entry.get("kl_coef").asDouble(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    private static void losses(
            JsonNode entry,
            JsonNode mask,
            double[][] old,
            double[][] values,
            double[][] returns,
            double[][] advantages) {
        double[][] logProbs = rows(entry.get("new_logprobs"), mask);
        double[][] gradient = zeros(logProbs);
        Aggregation.Batch batch = Aggregation.Batch.of(logProbs, 8);
        double clip = entry.get("cliprange").asDouble();
        double policy =
                ClippedSurrogate.ppo().withClip(clip, clip).loss(logProbs, old, null, advantages, batch, gradient);
        close(entry.get("pg_loss").asDouble(), policy, 1e-11, "policy loss");
        close(rows(entry.get("grad_new_logprobs"), mask), gradient, DOUBLE, "policy gradient");

        double coefficient = entry.get("vf_coef").asDouble();
        double value = new ValueLoss(entry.get("cliprange_value").asDouble())
                .loss(rows(entry.get("vpred"), mask), values, returns, batch, gradient);
        for (double[] row : gradient) {
            for (int t = 0; t < row.length; t++) {
                row[t] *= coefficient;
            }
        }
        close(entry.get("vf_loss_times_coef").asDouble(), coefficient * value, DOUBLE, "value loss");
        close(rows(entry.get("grad_vpred"), mask), gradient, DOUBLE, "value gradient");
    }

    @Test
    void whitening() throws IOException {
        JsonNode entry = Golden.read("trl/ppo.json").get("whiten");
        double[][] all = matrix(entry.get("values"));
        close(matrix(entry.get("whiten")), Whitening.advantages().of(all), SINGLE, "whiten");
        close(matrix(entry.get("whiten_no_shift")), Whitening.rewards().of(all), SINGLE, "whiten_no_shift");
        JsonNode mask = entry.get("mask");
        double[][] some = rows(entry.get("values"), mask);
        close(rows(entry.get("masked_whiten"), mask), Whitening.advantages().of(some), SINGLE, "masked");
        close(
                rows(entry.get("masked_whiten_no_shift"), mask),
                Whitening.rewards().of(some),
                SINGLE,
                "masked no shift");
    }

    @Test
    void klControllers() throws IOException {
        JsonNode entry = Golden.read("trl/ppo.json").get("kl_controllers");
        double[] observed = doubles(entry.get("observed_kl"));
        JsonNode first = entry.get("lm_human_preferences");
        int steps = first.get("n_steps").asInt();
        controller(first, first.get("horizon").asDouble(), steps, observed);
        controller(entry.get("rl4lms"), 10.0 * steps, steps, observed);
    }

    private static void controller(JsonNode entry, double horizon, int steps, double[] observed) {
        AdaptiveKl kl =
                new AdaptiveKl(entry.get("init").asDouble(), entry.get("target").asDouble(), horizon);
        double[] after = new double[observed.length];
        for (int i = 0; i < after.length; i++) {
            kl = kl.after(observed[i], steps);
            after[i] = kl.beta();
        }
        close(doubles(entry.get("coef_after")), after, DOUBLE, "coefficient");
    }

    private static double[][] plus(double[][] one, double[][] other) {
        double[][] sum = zeros(one);
        for (int i = 0; i < sum.length; i++) {
            for (int t = 0; t < sum[i].length; t++) {
                sum[i][t] = one[i][t] + other[i][t];
            }
        }
        return sum;
    }

    /** Rows that are one longer where the buffer has room: with 0, or with what was recorded there. */
    private static double[][] late(double[][] rows, JsonNode padded, boolean zero) {
        double[][] late = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            int n = rows[i].length;
            late[i] = Arrays.copyOf(rows[i], Math.min(n + 1, padded.get(i).size()));
            if (late[i].length > n && !zero) {
                late[i][n] = padded.get(i).get(n).asDouble();
            }
        }
        return late;
    }

    /** The first numbers of each row, as many as the shape has; zeros where a row is shorter. */
    private static double[][] head(double[][] rows, double[][] shape) {
        double[][] head = new double[rows.length][];
        for (int i = 0; i < head.length; i++) {
            head[i] = Arrays.copyOf(rows[i], shape[i].length);
        }
        return head;
    }
}
