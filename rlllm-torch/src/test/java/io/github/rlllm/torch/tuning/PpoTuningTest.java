package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.alignment.AdaptiveKl;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Penalties;
import io.github.rlllm.engine.alignment.ValueLoss;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Padding;
import io.github.rlllm.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PpoTuningTest {
    private static final int[][] PROMPTS = {{1, 2}, {3, 4, 5}, {6}};
    private static final int[][] DRAWN = {{6, 7, 8, 9}, {6, 0}, {12, 1, 0}};
    private static final boolean[] ENDED = {false, true, true};
    private static final double[] SCORES = {1, -2, 0.5};
    private static final int[][] TEXTS = {{3, 1, 4, 1, 5, 9, 2, 6}, {2, 7, 1, 8, 2, 8}, {1, 4, 1, 4}};
    private static final RewardModel<TokenCompletion> LISTED = completion -> {
        for (int i = 0; i < DRAWN.length; i++) {
            if (completion.equals(new TokenCompletion(PROMPTS[i], DRAWN[i], ENDED[i]))) {
                return SCORES[i];
            }
        }
        throw new AssertionError(completion);
    };

    private final TorchRuntime runtime = TorchRuntime.start();
    private final SeededRandom rng = SeededRandom.of(3, "test");

    private CausalLm model(long seed) {
        return TinyTask.draw(runtime, SeededRandom.of(seed, "weights"));
    }

    private CausalLm policy() {
        CausalLm policy = model(1);
        policy.train(Trained.ALL);
        return policy;
    }

    private CausalLm value() {
        CausalLm value = model(4);
        SeededRandom head = SeededRandom.of(4, "head");
        float[] numbers = new float[16];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (0.3 * head.nextGaussian());
        }
        value.addScore(numbers);
        value.train(Trained.ALL);
        return value;
    }

    private static PpoTuning scripted(CausalLm policy, CausalLm reference, CausalLm value, PpoTuningConfig config) {
        return new PpoTuning(policy, reference::logProbs, value, TinyTask.scripted(policy, DRAWN, 0), LISTED, config);
    }

    private static PpoTuningConfig config(Optimisation optimisation) {
        return new PpoTuningConfig(
                new Generation(5, 1),
                PpoReward.fixed(0.3).withPenalties(Penalties.missingEnd(0.7)),
                new PpoAdvantage(0.9, 0.8, true),
                new PpoLoss(ClippedSurrogate.ppo(), ValueLoss.defaults(), 0.5, 0),
                Passes.of(1),
                optimisation,
                optimisation);
    }

    /** Rewards, advantages and both gradients, written out. */
    @Test
    void aStepIsThatOfTheFormula() {
        CausalLm reference = model(2);
        CausalLm policy = policy();
        CausalLm value = value();
        PpoUpdate seen = scripted(policy, reference, value, config(TinyTask.descent(0.5, 8)))
                .update(PROMPTS, rng);

        CausalLm byHand = policy();
        CausalLm valueByHand = value();
        CompletionBatch batch = new CompletionBatch(PROMPTS, DRAWN);
        double[][] pi = byHand.logProbs(batch, 1);
        double[][] ref = reference.logProbs(batch, 1);
        double[][] v = batch.tokens(valueByHand.scalars(batch.rows(), Padding.RIGHT));
        double[][] advantages = new double[3][];
        double[][] returns = new double[3][];
        List<Double> all = new ArrayList<>();
        double kl = 0;
        for (int i = 0; i < 3; i++) {
            int n = DRAWN[i].length;
            advantages[i] = new double[n];
            returns[i] = new double[n];
            double trace = 0;
            for (int t = n - 1; t >= 0; t--) {
                double reward = -0.3 * (pi[i][t] - ref[i][t]);
                reward += t == n - 1 ? SCORES[i] - (ENDED[i] ? 0 : 0.7) : 0;
                double next = t == n - 1 ? 0 : v[i][t + 1];
                trace = reward + 0.9 * next - v[i][t] + 0.9 * 0.8 * trace;
                advantages[i][t] = trace;
                returns[i][t] = trace + v[i][t];
                all.add(trace);
                kl += (pi[i][t] - ref[i][t]) / 3;
            }
        }
        double mean = all.stream().mapToDouble(a -> a).sum() / 9;
        double variance = all.stream().mapToDouble(a -> (a - mean) * (a - mean)).sum() / 8;
        byHand.accumulateLogProbs(batch, 1, (logProbs, gradient) -> {
            for (int i = 0; i < 3; i++) {
                for (int t = 0; t < DRAWN[i].length; t++) {
                    gradient[i][t] = -(advantages[i][t] - mean) / Math.sqrt(variance + 1e-8) / 9;
                }
            }
            return 0;
        });
        byHand.step(byHand.optimiser(TinyTask.descent(0.5, 8).adam()), 0.5);
        valueByHand.accumulateScalars(batch.rows(), batch.over((now, gradient) -> {
            for (int i = 0; i < 3; i++) {
                for (int t = 0; t < DRAWN[i].length; t++) {
                    gradient[i][t] = 0.5 * (now[i][t] - returns[i][t]) / 9;
                }
            }
            return 0;
        }));
        valueByHand.step(valueByHand.optimiser(TinyTask.descent(0.5, 8).adam()), 0.5);

        assertEquals(0, TinyTask.apart(byHand, policy), 2e-6);
        assertEquals(0, TinyTask.apart(valueByHand, value), 2e-6);
        assertArrayEquals(valueByHand.weight("score.weight"), value.weight("score.weight"), 2e-6f);
        assertTrue(TinyTask.apart(policy, policy()) > 1e-3 && TinyTask.apart(value, value()) > 1e-3);
        assertEquals(kl, seen.kl(), 1e-6);
        assertEquals((1 - 0.7 - 2 + 0.5) / 3, seen.reward(), 1e-12);
        assertEquals(0.3, seen.beta());
        assertEquals(3, seen.length());
        assertEquals(2 / 3.0, seen.ended());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 2"})
    void partsAddUpToTheWhole(int part, int minibatches) {
        CausalLm reference = model(2);
        CausalLm[][] tuned = new CausalLm[2][];
        for (int k = 0; k < 2; k++) {
            tuned[k] = new CausalLm[] {policy(), value()};
            PpoTuningConfig config = config(TinyTask.descent(0.5, k == 0 ? 8 : part))
                    .withPasses(new Passes(3, minibatches, Double.POSITIVE_INFINITY))
                    .withLoss(PpoLoss.defaults().withPretraining(0.5));
            scripted(tuned[k][0], reference, tuned[k][1], config).update(PROMPTS, TEXTS, SeededRandom.of(1, "order"));
        }
        assertEquals(0, TinyTask.apart(tuned[0][0], tuned[1][0]), 2e-6);
        assertEquals(0, TinyTask.apart(tuned[0][1], tuned[1][1]), 2e-6);
        assertTrue(TinyTask.apart(tuned[0][0], policy()) > 1e-3);
    }

    /** The step with texts is the step without, and the gradient of their mean likelihood at its weight. */
    @Test
    void preTrainingTextsAddTheirLikelihood() {
        CausalLm reference = model(2);
        Optimisation optimisation = TinyTask.descent(0.5, 8);
        CausalLm policy = policy();
        PpoUpdate seen = scripted(
                        policy,
                        reference,
                        value(),
                        config(optimisation)
                                .withLoss(new PpoLoss(ClippedSurrogate.ppo(), ValueLoss.defaults(), 0.5, 27.8)))
                .update(PROMPTS, TEXTS, rng);
        CausalLm byHand = policy();
        double[] likelihood = new double[1];
        PpoTuning without = scripted(byHand, reference, value(), config(optimisation));
        byHand.accumulateLogProbs(TEXTS, (logProbs, gradients) -> {
            for (int i = 0; i < 3; i++) {
                for (float logProb : logProbs[i]) {
                    likelihood[0] -= logProb / 15;
                }
                Arrays.fill(gradients[i], -27.8f / 15);
            }
            return 0;
        });
        without.update(PROMPTS, rng);
        assertEquals(0, TinyTask.apart(byHand, policy), 2e-6);
        assertEquals(likelihood[0], seen.pretrainingLoss(), 1e-6);
        assertTrue(TinyTask.apart(policy, policy()) > 1e-3);
    }

    /** With one trunk both losses make one step. */
    @Test
    void aValueHeadCanShareThePolicysTrunk() {
        CausalLm shared = value();
        CausalLm reference = model(2);
        // An epsilon so large that steps are the rate over it times the gradient, and so add up.
        Optimisation optimisation = new Optimisation(
                8, LearningRate.constant(5e4), new AdamW.Config(0.9, 0.999, 1e5, 0, Double.POSITIVE_INFINITY));
        scripted(shared, reference, shared, config(optimisation)).update(PROMPTS, rng);
        CausalLm first = value();
        CausalLm second = value();
        scripted(first, reference, second, config(optimisation)).update(PROMPTS, rng);
        for (String name : List.of("transformer.h.1.mlp.c_fc.weight", "transformer.wpe.weight")) {
            float[] start = value().weight(name);
            float[] both = shared.weight(name);
            float[] a = first.weight(name);
            float[] b = second.weight(name);
            for (int i = 0; i < start.length; i++) {
                assertEquals(a[i] + b[i] - 2 * start[i], both[i] - start[i], 2e-5, name + " " + i);
            }
        }
        assertTrue(TinyTask.apart(shared, value()) > 1e-3);
    }

    /** A policy that learns from its own samples, with prompts drawn at every update. */
    private PpoUpdate[] learn(long seed, int updates, PpoTuningConfig config, RewardModel<TokenCompletion> reward) {
        SeededRandom draws = SeededRandom.of(seed, "draws");
        CausalLm policy = model(seed);
        CausalLm reference = policy.copy();
        CausalLm value = policy.copy();
        policy.train(Trained.ALL);
        value.addScore(new float[16]);
        value.train(Trained.ALL);
        PpoTuning tuning = new PpoTuning(policy, reference::logProbs, value, new CausalSampler(policy), reward, config);
        PpoUpdate[] seen = new PpoUpdate[updates];
        for (int update = 0; update < updates; update++) {
            seen[update] = tuning.update(TinyTask.prompts(16, draws), draws);
        }
        return seen;
    }

    private static PpoTuningConfig learning(PpoReward reward) {
        return PpoTuningConfig.defaults(6, TinyTask.adam(0.01))
                .withReward(reward)
                .withPasses(Passes.of(2));
    }

    @Test
    void theRewardRisesInFiveSeedsAndByAShuffledOneItDoesNot() {
        for (int seed = 0; seed < 5; seed++) {
            PpoUpdate[] seen = learn(seed, 25, learning(PpoReward.fixed(0.05)), TinyTask.shareOfGood());
            assertTrue(seen[0].reward() < 0.4, "seed " + seed + " begins at " + seen[0].reward());
            assertTrue(seen[24].reward() > 0.7, "seed " + seed + " ends at " + seen[24].reward());
        }
        // The same scores, each given to another completion.
        List<Double> truth = new ArrayList<>();
        SplittableRandom order = new SplittableRandom(1);
        RewardModel<TokenCompletion> shuffled = new RewardModel<>() {
            @Override
            public double score(TokenCompletion completion) {
                throw new AssertionError("one alone cannot be shuffled");
            }

            @Override
            public double[] scoreAll(List<? extends TokenCompletion> batch) {
                double[] scores = TinyTask.shareOfGood().scoreAll(List.copyOf(batch));
                truth.add(Arrays.stream(scores).average().orElseThrow());
                for (int i = scores.length - 1; i > 0; i--) {
                    int j = order.nextInt(i + 1);
                    double swapped = scores[i];
                    scores[i] = scores[j];
                    scores[j] = swapped;
                }
                return scores;
            }
        };
        learn(0, 25, learning(PpoReward.fixed(0.05)), shuffled);
        assertTrue(truth.get(24) < 0.5, "ends at " + truth.get(24));
    }

    @Test
    void withoutTheTermTheKlRisesAndAnAdaptiveOneHoldsItsTarget() {
        PpoUpdate[] free = learn(1, 30, learning(PpoReward.fixed(0)), TinyTask.shareOfGood());
        PpoUpdate[] held =
                learn(1, 60, learning(PpoReward.adaptive(new AdaptiveKl(0.05, 1, 60))), TinyTask.shareOfGood());
        assertEquals(0, free[0].kl(), 1e-5);
        assertTrue(free[29].kl() > 3, "free: " + free[29].kl());
        double late = Arrays.stream(held)
                .skip(40)
                .mapToDouble(PpoUpdate::kl)
                .average()
                .orElseThrow();
        assertEquals(1, late, 0.5, "mean KL of the last 20 updates");
        assertTrue(held[59].beta() > 0.06, "beta " + held[59].beta());
    }

    @Test
    void aSavedTrainerGoesOnBitForBit() {
        PpoTuning[] trainers = new PpoTuning[2];
        PpoTuningConfig config = learning(PpoReward.adaptive(new AdaptiveKl(0.05, 1, 100)))
                .withPasses(new Passes(2, 2, Double.POSITIVE_INFINITY));
        for (int k = 0; k < 2; k++) {
            CausalLm policy = model(1 + k);
            policy.train(Trained.ALL);
            CausalLm value = model(3 + k);
            value.addScore(new float[16]);
            value.train(Trained.ALL);
            trainers[k] = new PpoTuning(
                    policy, model(8)::logProbs, value, new CausalSampler(policy), TinyTask.shareOfGood(), config);
        }
        trainers[0].update(PROMPTS, rng);
        byte[] at = rng.save();
        trainers[1].restore(trainers[0].save());
        PpoUpdate next = trainers[0].update(PROMPTS, rng);
        SeededRandom same = SeededRandom.of(9, "other");
        same.restore(at);
        assertEquals(next, trainers[1].update(PROMPTS, same));
        assertArrayEquals(trainers[0].save(), trainers[1].save());
        assertTrue(trainers[1].beta() != 0.05);
        assertEquals(2, trainers[1].updates());
    }

    @Test
    void misuseIsAnError() {
        CausalLm policy = policy();
        PpoTuning tuning = scripted(policy, model(2), value(), config(TinyTask.adam(1)));
        refused("pretraining: 3 (expected: 0 rows where their weight is 0)", () -> tuning.update(PROMPTS, TEXTS, rng));
        PpoTuning mixed = scripted(
                policy,
                model(2),
                value(),
                config(TinyTask.adam(1)).withLoss(PpoLoss.defaults().withPretraining(1)));
        refused("pretraining: 0 (expected: rows >= minibatches = 1)", () -> mixed.update(PROMPTS, rng));
        refused(
                "valueWeight: 0.0 (expected: > 0)",
                () -> new PpoLoss(ClippedSurrogate.ppo(), ValueLoss.defaults(), 0, 0));
        refused("lambda: 1.5 (expected: in [0, 1])", () -> new PpoAdvantage(1, 1.5, true));
        PpoTuning stale = new PpoTuning(
                policy,
                model(2)::logProbs,
                value(),
                TinyTask.scripted(policy, DRAWN, -0.5),
                LISTED,
                config(TinyTask.adam(1)));
        assertTrue(assertThrows(IllegalStateException.class, () -> stale.update(PROMPTS, rng))
                .getMessage()
                .contains("(expected: at most 1.0E-4 apart"));
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
