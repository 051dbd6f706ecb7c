package io.github.rlllm.rl4llm.instructgpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class InstructGptTest {
    private static final HotelReplies TASK = new HotelReplies();
    private static final InstructGptConfig SMALL =
            new InstructGptConfig(20, 40, 200, 4, new InstructGptConfig.Ppo(12, 32, 2, 16, 0.02, 1e-3));
    private static final GptWeights TUNED = tuned();

    private static InstructGpt study() {
        return new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), Control.none());
    }

    private static GptWeights tuned() {
        InstructGpt study = study();
        SeededRandom rng = SeededRandom.of(1, "shared");
        return study.sft(study.pretrain(rng.split("corpus")), SMALL.sftSteps(), rng.split("supervised"));
    }

    private static double words(Reply reply) {
        return -reply.completion().length / 4.0;
    }

    @Test
    void bradleyTerryLossAndSlopesAreThoseOfTheEquation() {
        int[][] rows = {{1, 2, 3}, {1, 2}};
        float[][] scalars = {{9, 9, 0.5f}, {9, 1.5f}};
        float[][] slopes = {new float[3], new float[2]};
        double loss = InstructGpt.bradleyTerry(rows).at(scalars, slopes);
        assertEquals(1.3132616875182228, loss, 1e-12); // log(1 + exp(1))
        assertEquals(-0.7310585786300049, slopes[0][2], 1e-7);
        assertEquals(0.7310585786300049, slopes[1][1], 1e-7);
        assertEquals(0, slopes[0][0]);
    }

    @Test
    void ppoRaisesASimpleRewardAndTheKlTermHoldsItBack() {
        List<InstructGpt.Rollout> free = new ArrayList<>();
        List<InstructGpt.Rollout> held = new ArrayList<>();
        SeededRandom rng = SeededRandom.of(2, "ppo");
        study().ppo(TUNED, TUNED, InstructGptTest::words, SMALL.ppo().withBeta(0), rng, free::add);
        study().ppo(TUNED, TUNED, InstructGptTest::words, SMALL.ppo().withBeta(10), rng, held::add);
        InstructGpt.Rollout last = free.get(free.size() - 1);
        assertEquals(0, free.get(0).kl(), 1e-6, "the policy starts as the tuned model");
        assertTrue(last.proxy() > free.get(0).proxy() + 0.5, () -> "proxy " + free);
        assertTrue(last.kl() > 1, () -> "kl " + free);
        assertTrue(held.get(held.size() - 1).kl() < 0.3, () -> "kl " + held);
    }

    @Test
    void sameSeedSameBits() {
        SeededRandom rng = SeededRandom.of(3, "ppo");
        InstructGptConfig.Ppo two = SMALL.ppo().withIterations(2);
        GptWeights a = study().ppo(TUNED, TUNED, TASK::trueScore, two, rng, rollout -> {});
        GptWeights b = study().ppo(TUNED, TUNED, TASK::trueScore, two, rng, rollout -> {});
        GptWeights c = study().ppo(TUNED, TUNED, TASK::trueScore, two, SeededRandom.of(4, "ppo"), rollout -> {});
        assertEquals(a.sha256(), b.sha256());
        assertNotEquals(a.sha256(), c.sha256());
        assertEquals(TUNED.sha256(), tuned().sha256());
    }

    @Test
    void aRewardModelLearnsWhatIsPreferredAndNothingFromACoin() {
        InstructGpt study = study();
        SeededRandom rng = SeededRandom.of(5, "reward");
        List<Preference> shorter = new ArrayList<>();
        for (Preference pair :
                study.collect(TUNED, () -> TASK.prompt(rng), Annotator.defaults(), SeededRandom.of(6, "pairs"))) {
            boolean first = pair.chosen().completion().length < pair.rejected().completion().length;
            if (pair.chosen().completion().length != pair.rejected().completion().length) {
                shorter.add(first ? pair : pair.swapped());
            }
        }
        List<Preference> held = shorter.subList(0, 40);
        List<Preference> learned = shorter.subList(40, shorter.size());
        LearnedReward reward = study.fitReward(TUNED, learned, rng.split("fit"));
        assertTrue(reward.accuracy(held) > 0.9, () -> "accuracy " + reward.accuracy(held));
        List<Preference> coin = learned.stream()
                .map(pair -> rng.nextBoolean() ? pair : pair.swapped())
                .toList();
        LearnedReward random = study.fitReward(TUNED, coin, rng.split("fit"));
        List<Reply> some = study.sample(TUNED, Collections.nCopies(50, TASK.prompt(rng)), rng);
        assertTrue(spread(random.scoreAll(some)) < spread(reward.scoreAll(some)) / 4);
    }

    private static double spread(double[] values) {
        double mean = java.util.Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(java.util.Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    @Test
    void klOfTheTunedModelToItselfIsZeroAndToAnotherAboveIt() {
        InstructGpt study = study();
        SeededRandom rng = SeededRandom.of(7, "kl");
        GptWeights other = GptWeights.draw(GptConfig.defaults(TASK.vocabulary().size()), rng);
        List<int[]> prompts = Collections.nCopies(20, TASK.prompt(rng));
        assertEquals(0, study.kl(TUNED, TUNED, study.sample(TUNED, prompts, rng)), 1e-9);
        assertTrue(study.kl(other, TUNED, study.sample(other, prompts, rng)) > 3);
    }

    @Test
    void aRewardThatIsNotFiniteStopsAndACancelAnswers() {
        SeededRandom rng = SeededRandom.of(8, "ppo");
        NotFiniteException stopped = assertThrows(
                NotFiniteException.class,
                () -> study().ppo(TUNED, TUNED, reply -> Double.NaN, SMALL.ppo(), rng, rollout -> {}));
        assertEquals("reward", stopped.quantity());
        InstructGpt cancelled = new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), () -> true);
        assertThrows(CancellationException.class, () -> cancelled.pretrain(rng));
    }
}
