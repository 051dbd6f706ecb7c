package io.github.rlllm.engine.returns;

import static io.github.rlllm.engine.returns.Golden.assertClose;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.ints;
import static io.github.rlllm.engine.returns.Golden.matrix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Losses and gradients against PyTorch's autograd in double precision, in the forms of SB3 and CleanRL. */
class PolicyLossesGoldenTest {
    private final JsonNode golden = Golden.read("rlmath/ppo_losses.json");

    PolicyLossesGoldenTest() throws IOException {}

    @Test
    void categorical() {
        assertTrue(golden.get("categorical").size() > 0);
        for (JsonNode entry : golden.get("categorical")) {
            double[][] logits = matrix(entry.get("logits"));
            int[] actions = ints(entry.get("actions"));
            int n = logits.length;
            double[][] logSoftmax = new double[n][];
            double[] logProbs = new double[n];
            double[] entropies = new double[n];
            for (int i = 0; i < n; i++) {
                logSoftmax[i] = ActionDistributions.logSoftmax(logits[i]);
                logProbs[i] = logSoftmax[i][actions[i]];
                entropies[i] = ActionDistributions.categoricalEntropy(logSoftmax[i]);
            }
            assertClose(doubles(entry.get("log_prob")), logProbs, "log_prob");
            assertClose(doubles(entry.get("per_sample_entropy")), entropies, "entropy");

            double[] byLogProb = commonLosses(entry, logProbs, entropies);
            double[][] policy = new double[n][logits[0].length];
            double[][] entropy = new double[n][logits[0].length];
            double[][] total = new double[n][logits[0].length];
            for (int i = 0; i < n; i++) {
                ActionDistributions.addCategoricalLogProbGradient(logSoftmax[i], actions[i], byLogProb[i], policy[i]);
                ActionDistributions.addCategoricalEntropyGradient(logSoftmax[i], 1.0 / n, entropy[i]);
                total[i] = policy[i].clone();
                ActionDistributions.addCategoricalEntropyGradient(
                        logSoftmax[i], -entry.get("ent_coef").asDouble() / n, total[i]);
            }
            JsonNode gradients = entry.get("gradients");
            assertRows(matrix(gradients.at("/policy_loss/logits")), policy, "policy");
            assertRows(matrix(gradients.at("/entropy/logits")), entropy, "entropy");
            for (String name : new String[] {"total_sb3", "total_sb3_clip_vf", "total_cleanrl_clip_vloss"}) {
                assertRows(matrix(gradients.get(name).get("logits")), total, name);
            }
        }
    }

    @Test
    void gaussian() {
        assertTrue(golden.get("gaussian").size() > 0);
        for (JsonNode entry : golden.get("gaussian")) {
            double[][] mean = matrix(entry.get("mean"));
            double[][] actions = matrix(entry.get("actions"));
            double[] logStd = doubles(entry.get("log_std"));
            int n = mean.length;
            double[] logProbs = new double[n];
            double[] entropies = new double[n];
            for (int i = 0; i < n; i++) {
                logProbs[i] = ActionDistributions.gaussianLogProb(mean[i], logStd, actions[i]);
                entropies[i] = ActionDistributions.gaussianEntropy(logStd);
            }
            assertClose(doubles(entry.get("log_prob")), logProbs, "log_prob");
            assertClose(doubles(entry.get("per_sample_entropy")), entropies, "entropy");

            double[] byLogProb = commonLosses(entry, logProbs, entropies);
            double[][] meanGradient = new double[n][logStd.length];
            double[] logStdGradient = new double[logStd.length];
            for (int i = 0; i < n; i++) {
                ActionDistributions.addGaussianLogProbGradient(
                        mean[i], logStd, actions[i], byLogProb[i], meanGradient[i], logStdGradient);
            }
            JsonNode gradients = entry.get("gradients");
            assertRows(matrix(gradients.at("/policy_loss/mean")), meanGradient, "mean");
            assertClose(doubles(gradients.at("/policy_loss/log_std")), logStdGradient, "log_std");
            double[] ones = new double[logStd.length];
            Arrays.fill(ones, 1);
            assertClose(doubles(gradients.at("/entropy/log_std")), ones, "entropy");
        }
    }

    @Test
    void squashedGaussian() {
        JsonNode entry = golden.get("squashed_gaussian");
        double[][] mean = matrix(entry.get("mean"));
        double[][] before = matrix(entry.get("pre_tanh"));
        double[] logStd = doubles(entry.get("log_std"));
        double[] logProbs = new double[mean.length];
        double[][] meanGradient = new double[mean.length][logStd.length];
        double[] logStdGradient = new double[logStd.length];
        for (int i = 0; i < mean.length; i++) {
            logProbs[i] = ActionDistributions.squashedLogProb(mean[i], logStd, before[i]);
            ActionDistributions.addGaussianLogProbGradient(
                    mean[i], logStd, before[i], 1, meanGradient[i], logStdGradient);
        }
        assertClose(doubles(entry.get("log_prob")), logProbs, "log_prob");
        JsonNode gradients = entry.get("grad_sum_log_prob_fixed_pre_tanh");
        assertRows(matrix(gradients.get("mean")), meanGradient, "mean");
        assertClose(doubles(gradients.get("log_std")), logStdGradient, "log_std");
    }

    /** Everything that does not depend on the kind of distribution; returns d policy loss / d log-prob. */
    private static double[] commonLosses(JsonNode entry, double[] logProbs, double[] entropies) {
        double[] old = doubles(entry.get("old_log_prob"));
        double[] raw = doubles(entry.get("advantages"));
        double[] advantages = entry.get("normalize_advantage").asBoolean() ? PolicyLosses.normalised(raw) : raw;
        double clip = entry.get("clip_range").asDouble();
        double clipValue = entry.get("clip_range_vf").asDouble();
        int n = old.length;
        assertClose(entry.get("approx_kl_k1").asDouble(), PolicyLosses.kl1(logProbs, old), "k1");
        assertClose(entry.get("approx_kl_k2").asDouble(), PolicyLosses.kl2(logProbs, old), "k2");
        assertClose(entry.get("approx_kl_k3").asDouble(), PolicyLosses.kl3(logProbs, old), "k3");
        assertEquals(entry.get("clip_fraction").asDouble(), PolicyLosses.clipFraction(logProbs, old, clip));

        JsonNode losses = entry.get("losses");
        JsonNode gradients = entry.get("gradients");
        double[] byLogProb = new double[n];
        double policy = PolicyLosses.clipped(logProbs, old, advantages, clip, byLogProb);
        double entropy = Arrays.stream(entropies).average().orElseThrow();
        assertClose(losses.get("policy_loss").asDouble(), policy, "policy_loss");
        assertClose(losses.get("entropy").asDouble(), entropy, "entropy");

        double[] values = doubles(entry.get("values"));
        double[] oldValues = doubles(entry.get("old_values"));
        double[] returns = doubles(entry.get("returns"));
        double[] mse = new double[n];
        double[] clipped = new double[n];
        double[] pessimistic = new double[n];
        double mseLoss = PolicyLosses.value(values, returns, mse);
        double clippedLoss = PolicyLosses.clippedValue(values, oldValues, returns, clipValue, clipped);
        double pessimisticLoss = PolicyLosses.pessimisticValue(values, oldValues, returns, clipValue, pessimistic);
        assertClose(losses.get("value_mse").asDouble(), mseLoss, "value_mse");
        assertClose(losses.get("value_sb3_clipped").asDouble(), clippedLoss, "value_sb3_clipped");
        assertClose(losses.get("value_cleanrl").asDouble(), mseLoss / 2, "value_cleanrl");
        assertClose(losses.get("value_cleanrl_clipped").asDouble(), pessimisticLoss / 2, "value_cleanrl_clipped");
        assertClose(doubles(gradients.at("/value_mse/values")), mse, "d value_mse");
        assertClose(doubles(gradients.at("/value_sb3_clipped/values")), clipped, "d value_sb3_clipped");
        assertClose(doubles(gradients.at("/value_cleanrl/values")), scaled(mse, 0.5), "d value_cleanrl");
        assertClose(doubles(gradients.at("/value_cleanrl_clipped/values")), scaled(pessimistic, 0.5), "d clipped");

        double valueWeight = entry.get("vf_coef").asDouble();
        double rest = policy - entry.get("ent_coef").asDouble() * entropy;
        assertClose(losses.get("total_sb3").asDouble(), rest + valueWeight * mseLoss, "total_sb3");
        assertClose(losses.get("total_sb3_clip_vf").asDouble(), rest + valueWeight * clippedLoss, "total clipped");
        assertClose(
                losses.get("total_cleanrl_clip_vloss").asDouble(),
                rest + valueWeight * pessimisticLoss / 2,
                "total_cleanrl");
        assertClose(doubles(gradients.at("/total_sb3/values")), scaled(mse, valueWeight), "d total_sb3");
        return byLogProb;
    }

    private static double[] scaled(double[] values, double scale) {
        return Arrays.stream(values).map(v -> scale * v).toArray();
    }

    private static void assertRows(double[][] expected, double[][] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertClose(expected[i], actual[i], what + " row " + i);
        }
    }
}
