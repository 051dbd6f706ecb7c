package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Penalties;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.LoraAdapter;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTuningTest {
    private static final int LONGEST = 5;
    private static final int[][] PROMPTS = {{1, 2}, {3, 4, 5}};
    private static final int[][] REPEATED = {{1, 2}, {1, 2}, {3, 4, 5}, {3, 4, 5}};
    private static final int[][] DRAWN = {{6, 7, 8, 9}, {6, 0}, {12, 1, 0}, {2}};
    private static final boolean[] ENDED = {false, true, true, false};
    /** Mean 2.5 and 6 of the groups; unbiased deviations 2.1213203 and 2.8284271. */
    private static final double[] REWARDS = {4, 1, 4, 8};

    private static final double[] BY_DEVIATION = {0.70707345, -0.70707345, -0.70708178, 0.70708178};
    private static final RewardModel<TokenCompletion> LISTED = completion -> {
        for (int i = 0; i < DRAWN.length; i++) {
            if (completion.equals(new TokenCompletion(REPEATED[i], DRAWN[i], ENDED[i]))) {
                return REWARDS[i];
            }
        }
        throw new AssertionError(completion);
    };

    private final TorchRuntime runtime = TorchRuntime.start();
    private final SeededRandom rng = SeededRandom.of(3, "test");

    private CausalLm model() {
        CausalLm model = TinyTask.draw(runtime, SeededRandom.of(1, "weights"));
        model.train(Trained.ALL);
        return model;
    }

    private static GroupTuning trainer(CausalLm policy, @Nullable Reference reference, GroupTuningConfig config) {
        return new GroupTuning(
                policy,
                reference,
                TinyTask.scripted(policy, DRAWN, 0),
                List.of(LISTED),
                new double[] {1},
                config.withGroupSize(2));
    }

    private static GroupTuningConfig config(String kind, Optimisation optimisation) {
        return switch (kind) {
            case "trl" -> GroupTuningConfig.defaults(LONGEST, optimisation);
            case "grpo" -> GroupTuningConfig.grpo(LONGEST, optimisation);
            case "bnpo" -> GroupTuningConfig.bnpo(LONGEST, optimisation);
            case "dapo" -> GroupTuningConfig.dapo(LONGEST, optimisation);
            case "drGrpo" -> GroupTuningConfig.drGrpo(LONGEST, optimisation);
            case "rloo" -> GroupTuningConfig.rloo(LONGEST, optimisation);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** The loss at ratio 1 has the gradient -w A + beta w (1 - ref / pi); the weight w of a token is written out for each kind. */
    @ParameterizedTest
    @ValueSource(strings = {"trl", "grpo", "bnpo", "dapo", "drGrpo", "rloo"})
    void aStepIsThatOfTheFormula(String kind) {
        CausalLm reference = TinyTask.draw(runtime, SeededRandom.of(2, "weights"));
        CausalLm policy = model();
        trainer(policy, reference::logProbs, config(kind, TinyTask.descent(0.5, 8)))
                .update(PROMPTS, rng);

        CausalLm byHand = model();
        CompletionBatch batch = new CompletionBatch(REPEATED, DRAWN);
        double[][] ref = reference.logProbs(batch, 1);
        byHand.accumulateLogProbs(batch, 1, (logProbs, gradient) -> {
            double[] less = REWARDS.clone();
            for (int i = 0; i < 4; i++) {
                for (int t = 0; t < DRAWN[i].length; t++) {
                    less[i] -= 0.05 * (logProbs[i][t] - ref[i][t]);
                }
            }
            for (int i = 0; i < 4; i++) {
                double weight = switch (kind) {
                    case "grpo" -> 0.25 / DRAWN[i].length;
                    case "drGrpo" -> 0.25 / LONGEST;
                    case "rloo" -> 0.25;
                    default -> 0.1;
                };
                double advantage = switch (kind) {
                    case "drGrpo" -> new double[] {1.5, -1.5, -2, 2}[i];
                    case "rloo" -> less[i] - less[i ^ 1];
                    default -> BY_DEVIATION[i];
                };
                double beta = kind.equals("grpo") ? 0.04 : 0;
                for (int t = 0; t < DRAWN[i].length; t++) {
                    gradient[i][t] = weight * (-advantage + beta * (1 - Math.exp(ref[i][t] - logProbs[i][t])));
                }
            }
            return 0;
        });
        AdamW optimiser = byHand.optimiser(TinyTask.descent(0.5, 8).adam());
        double norm = byHand.step(optimiser, 0.5);
        assertTrue(norm > 0.05, "gradient norm " + norm);
        assertEquals(0, TinyTask.apart(byHand, policy), 2e-6);
        assertTrue(TinyTask.apart(byHand, model()) > 1e-3);
    }

    @Test
    void laterPassesCompareWithTheFirst() {
        CausalLm policy = model();
        Optimisation optimisation = TinyTask.descent(4, 8);
        GroupUpdate seen = trainer(policy, null, config("dapo", optimisation).withPasses(Passes.of(3)))
                .update(PROMPTS, rng);

        CausalLm byHand = model();
        AdamW optimiser = byHand.optimiser(optimisation.adam());
        CompletionBatch batch = new CompletionBatch(REPEATED, DRAWN);
        double[][] old = byHand.logProbs(batch, 1);
        int[] clipped = new int[1];
        for (int pass = 0; pass < 3; pass++) {
            clipped[0] = 0;
            byHand.accumulateLogProbs(batch, 1, (logProbs, gradient) -> {
                for (int i = 0; i < 4; i++) {
                    for (int t = 0; t < DRAWN[i].length; t++) {
                        double ratio = Math.exp(logProbs[i][t] - old[i][t]);
                        boolean stopped = BY_DEVIATION[i] > 0 ? ratio > 1.28 : ratio < 0.8;
                        clipped[0] += stopped ? 1 : 0;
                        gradient[i][t] = stopped ? 0 : -0.1 * ratio * BY_DEVIATION[i];
                    }
                }
                return 0;
            });
            byHand.step(optimiser, 4);
        }
        assertTrue(clipped[0] > 0 && clipped[0] < 10, clipped[0] + " of 10 tokens clipped");
        assertEquals(clipped[0] / 10.0, seen.clipped(), 1e-12);
        assertEquals(0, TinyTask.apart(byHand, policy), 1e-5);
    }

    @Test
    void aPassWithMuchKlIsTheLast() {
        CausalLm policy = model();
        Optimisation optimisation = TinyTask.descent(4, 8);
        trainer(policy, null, config("dapo", optimisation).withPasses(new Passes(9, 1, 1e-9)))
                .update(PROMPTS, rng);
        CausalLm twice = model();
        trainer(twice, null, config("dapo", optimisation).withPasses(Passes.of(2)))
                .update(PROMPTS, rng);
        assertEquals(0, TinyTask.apart(policy, twice));
    }

    @ParameterizedTest
    @CsvSource({"trl, 1", "grpo, 3", "dapo, 2", "drGrpo, 1", "rloo, 1", "rloo, 3"})
    void partsAddUpToTheWhole(String kind, int part) {
        CausalLm reference = TinyTask.draw(runtime, SeededRandom.of(2, "weights"));
        CausalLm whole = model();
        CausalLm parts = model();
        Passes passes = Passes.of(2);
        trainer(
                        whole,
                        reference::logProbs,
                        config(kind, TinyTask.descent(0.5, 4)).withPasses(passes))
                .update(PROMPTS, rng);
        trainer(
                        parts,
                        reference::logProbs,
                        config(kind, TinyTask.descent(0.5, part)).withPasses(passes))
                .update(PROMPTS, rng);
        assertEquals(0, TinyTask.apart(whole, parts), 1e-6);
    }

    /** Each forward pass has a mean of its own: two of 6 and 4 tokens count by their completions. */
    @Test
    void theLocalMeanIsOfAForwardPass() {
        CausalLm policy = model();
        trainer(policy, null, config("bnpo", TinyTask.descent(0.5, 2))).update(PROMPTS, rng);
        CausalLm byHand = model();
        byHand.accumulateLogProbs(new CompletionBatch(REPEATED, DRAWN), 1, (logProbs, gradient) -> {
            for (int i = 0; i < 4; i++) {
                for (int t = 0; t < DRAWN[i].length; t++) {
                    gradient[i][t] = -BY_DEVIATION[i] * (i < 2 ? 0.5 / 6 : 0.5 / 4);
                }
            }
            return 0;
        });
        byHand.step(byHand.optimiser(TinyTask.descent(0.5, 8).adam()), 0.5);
        assertEquals(0, TinyTask.apart(byHand, policy), 2e-6);
    }

    @Test
    void figuresAreThoseOfTheBatch() {
        CausalLm reference = TinyTask.draw(runtime, SeededRandom.of(2, "weights"));
        CausalLm policy = model();
        CompletionBatch batch = new CompletionBatch(REPEATED, DRAWN);
        double[][] p = policy.logProbs(batch, 1);
        double[][] q = reference.logProbs(batch, 1);
        double kl = 0;
        for (int i = 0; i < 4; i++) {
            for (int t = 0; t < DRAWN[i].length; t++) {
                kl += (p[i][t] - q[i][t]) / 4;
            }
        }
        GroupUpdate seen = trainer(policy, reference::logProbs, config("trl", TinyTask.descent(1, 8)))
                .update(PROMPTS, rng);
        assertEquals(4.25, seen.reward(), 1e-12);
        assertEquals(0, seen.flat());
        assertEquals(kl, seen.kl().orElseThrow(), 1e-6);
        assertEquals(2.5, seen.length());
        assertEquals(0.5, seen.ended());
        assertEquals(0, seen.difference(), 1e-6);
        assertEquals(0, seen.clipped());
        // -(.70707345 * (4 - 2) + .70708178 * (1 - 3)) / 10
        assertEquals(1.6660e-6, seen.loss(), 1e-8);
    }

    @Test
    void penaltiesAreTakenFromTheReward() {
        CausalLm policy = model();
        GroupTuningConfig config =
                config("drGrpo", TinyTask.descent(0.5, 8)).withPenalties(new Penalties(1, 0.5, 0, LONGEST, 1));
        GroupUpdate seen = trainer(policy, null, config).update(PROMPTS, rng);
        // 4 - 1 - 2, 1 - 1, 4 - 1.5, 8 - 1 - .5
        assertEquals((1 + 0 + 2.5 + 6.5) / 4, seen.reward(), 1e-12);
    }

    @Test
    void severalRewardsSomeOfWhichDoNotScore() {
        RewardModel<TokenCompletion> odd = new RewardModel<>() {
            @Override
            public double score(TokenCompletion completion) {
                return 100;
            }

            @Override
            public boolean scores(TokenCompletion completion) {
                return completion.length() == 4;
            }
        };
        CausalLm policy = model();
        GroupTuning both = new GroupTuning(
                policy,
                null,
                TinyTask.scripted(policy, DRAWN, 0),
                List.of(LISTED, odd),
                new double[] {1, 0.5},
                config("trl", TinyTask.descent(1, 8)).withGroupSize(2));
        assertEquals((54 + 1 + 4 + 8) / 4.0, both.update(PROMPTS, rng).reward());

        CausalLm other = model();
        GroupTuning none = new GroupTuning(
                other,
                null,
                TinyTask.scripted(other, DRAWN, 0),
                List.of(odd),
                new double[] {1},
                config("trl", TinyTask.descent(1, 8)).withGroupSize(2));
        assertEquals(
                "completion 1: no reward function scores it",
                assertThrows(NothingLeftException.class, () -> none.update(PROMPTS, rng))
                        .getMessage());
    }

    /** A function of a thousand times the scale counts no more: both rank the first group alike and the second against each other. */
    @Test
    void rewardsCanBeNormalisedBeforeTheyAreSummed() {
        RewardModel<TokenCompletion> wide = completion -> 1000 * completion.length();
        CausalLm policy = model();
        GroupTuningConfig config = config("trl", TinyTask.descent(0.5, 8))
                .withGroupSize(2)
                .withAdvantage(GroupAdvantage.grpo().withCombination(GroupAdvantage.Combination.NORMALISE_THEN_SUM));
        new GroupTuning(
                        policy,
                        null,
                        TinyTask.scripted(policy, DRAWN, 0),
                        List.of(LISTED, wide),
                        new double[] {1, 1},
                        config)
                .update(PROMPTS, rng);
        CausalLm byHand = model();
        // Sums 1.41418, -1.41418, 0, 0 but for epsilon; their deviation 1.15467.
        double[] advantages = {1.2247, -1.2247, 0, 0};
        byHand.accumulateLogProbs(new CompletionBatch(REPEATED, DRAWN), 1, (logProbs, gradient) -> {
            for (int i = 0; i < 4; i++) {
                for (int t = 0; t < DRAWN[i].length; t++) {
                    gradient[i][t] = -0.1 * advantages[i];
                }
            }
            return 0;
        });
        byHand.step(byHand.optimiser(TinyTask.descent(0.5, 8).adam()), 0.5);
        assertEquals(0, TinyTask.apart(byHand, policy), 2e-5);
    }

    @Test
    void aSamplerOfAnotherModelStopsTheRun() {
        CausalLm policy = model();
        GroupTuning tuning = new GroupTuning(
                policy,
                null,
                TinyTask.scripted(policy, DRAWN, 2e-4),
                List.of(LISTED),
                new double[] {1},
                config("trl", TinyTask.descent(1, 8)).withGroupSize(2));
        String message = assertThrows(IllegalStateException.class, () -> tuning.update(PROMPTS, rng))
                .getMessage();
        assertTrue(message.startsWith("log-probability of token 0 of sample 0: -2."), message);
        assertTrue(message.contains("at most 1.0E-4 apart"), message);
        assertEquals(0, TinyTask.apart(policy, model()));
    }

    @Test
    void anAdapterIsHeldToTheModelBelowIt() {
        CausalLm policy = TinyTask.draw(runtime, SeededRandom.of(1, "weights"));
        policy.attach(LoraAdapter.draw(policy.config(), new Settings(4, 8, false, List.of("c_attn", "c_fc")), rng));
        policy.train(Trained.ADAPTER);
        GroupTuning tuning = trainer(policy, policy::baseLogProbs, config("grpo", TinyTask.adam(0.05)));
        assertEquals(0, tuning.update(PROMPTS, rng).kl().orElseThrow(), 1e-6);
        for (int update = 0; update < 9; update++) {
            tuning.update(PROMPTS, rng);
        }
        assertTrue(tuning.update(PROMPTS, rng).kl().orElseThrow() != 0);
        CompletionBatch batch = new CompletionBatch(REPEATED, DRAWN);
        double gain = policy.logProbs(batch, 1)[0][1] - policy.baseLogProbs(batch, 1)[0][1];
        assertTrue(gain > 0.01, "gain of a token of the better completion: " + gain);
        assertArrayEquals(model().logProbs(batch, 1)[2], policy.baseLogProbs(batch, 1)[2]);
    }

    @Test
    void aSavedTrainerGoesOnBitForBit() {
        CausalLm policy = model();
        SeededRandom draws = SeededRandom.of(5, "draws");
        GroupTuning tuning = learning(policy, TinyTask.shareOfGood(), 2);
        tuning.update(PROMPTS, draws);
        byte[] state = tuning.save();
        byte[] at = draws.save();
        GroupUpdate next = tuning.update(PROMPTS, draws);

        CausalLm again = TinyTask.draw(runtime, SeededRandom.of(9, "other weights"));
        again.train(Trained.ALL);
        GroupTuning resumed = learning(again, TinyTask.shareOfGood(), 2);
        resumed.restore(state);
        SeededRandom same = SeededRandom.of(6, "other draws");
        same.restore(at);
        assertEquals(next, resumed.update(PROMPTS, same));
        assertArrayEquals(tuning.save(), resumed.save());
        assertEquals(2, resumed.updates());
        assertThrows(IllegalArgumentException.class, () -> resumed.restore(new byte[3]));
    }

    private static GroupTuning learning(CausalLm policy, RewardModel<TokenCompletion> reward, int minibatches) {
        return new GroupTuning(
                policy,
                null,
                new CausalSampler(policy),
                List.of(reward),
                new double[] {1},
                GroupTuningConfig.defaults(6, TinyTask.adam(0.01))
                        .withPasses(new Passes(1, minibatches, Double.POSITIVE_INFINITY)));
    }

    @Test
    void theRewardRisesAndByAMeaninglessOneItDoesNot() {
        double[] ends = new double[2];
        for (int k = 0; k < 2; k++) {
            SplittableRandom noise = new SplittableRandom(1);
            double[] good = new double[1];
            int meaningless = k;
            GroupTuning tuning = learning(
                    model(),
                    completion -> {
                        double share = TinyTask.shareOfGood().score(completion);
                        good[0] += share / 32;
                        return meaningless == 1 ? noise.nextDouble() : share;
                    },
                    1);
            for (int update = 0; update < 30; update++) {
                good[0] = 0;
                tuning.update(TinyTask.prompts(4, rng), rng);
            }
            ends[k] = good[0];
        }
        assertTrue(ends[0] > 0.8, "share of good tokens: " + ends[0]);
        assertTrue(ends[1] < 0.5, "share of good tokens: " + ends[1]);
    }

    @Test
    void settingsThatDoNotGoTogetherAreRefused() {
        Optimisation any = TinyTask.adam(1);
        CausalLm policy = model();
        refused(
                "reference: null (expected: one where a KL term has a beta above 0)",
                () -> trainer(policy, null, config("rloo", any)));
        refused("groupSize: 1 (expected: >= 2)", () -> config("trl", any).withGroupSize(1));
        refused("temperature: 0.0 (expected: > 0)", () -> new Generation(4, 0));
        refused(
                "scale: GROUP (expected: NONE or BATCH where baseline is OTHERS)",
                () -> GroupAdvantage.rloo().withScale(io.github.rlllm.engine.alignment.Advantages.Scale.GROUP));
        refused(
                "minibatches: 5 (expected: <= completions = 4)",
                () -> trainer(policy, null, config("trl", any).withPasses(new Passes(1, 5, 1)))
                        .update(PROMPTS, rng));
        refused(
                "rewardKl.beta: 0.05 (expected: 0 where each reward function is normalised first)",
                () -> config("rloo", any)
                        .withAdvantage(
                                GroupAdvantage.grpo().withCombination(GroupAdvantage.Combination.NORMALISE_THEN_SUM)));
        refused("klStop: 0.0 (expected: > 0)", () -> new Passes(1, 1, 0));
        refused(
                "weights: 2 (expected: 1, one a reward)",
                () -> new GroupTuning(
                        policy,
                        null,
                        TinyTask.scripted(policy, DRAWN, 0),
                        List.of(LISTED),
                        new double[2],
                        config("trl", any).withSurrogate(ClippedSurrogate.ppo())));
        refused(
                "prompt and completion: 1 and 0 tokens (expected: >= 1 each)",
                () -> new TokenCompletion(new int[1], new int[0], true));
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
