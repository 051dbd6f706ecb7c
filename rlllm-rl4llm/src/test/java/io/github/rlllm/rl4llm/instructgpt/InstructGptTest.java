package io.github.rlllm.rl4llm.instructgpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.Comparisons;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.LearnedReward;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.TunedPolicy;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructGptTest {
    private static final HotelReplies TASK = new HotelReplies();
    private static final InstructGptConfig SMALL =
            new InstructGptConfig(20, 40, 200, 4, new InstructGptConfig.Ppo(12, 32, 2, 16, 0.02, 1e-3));
    private static final GptWeights TUNED = tuned();

    private static InstructGpt study() {
        return new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), Control.none());
    }

    private static Comparisons comparisons() {
        return new Comparisons(TorchRuntime.start(), TASK, Progress.none(), Control.none());
    }

    private static GptWeights tuned() {
        return tuned(Stages.none(), Control.none());
    }

    private static GptWeights tuned(Stages kept, Control control) {
        InstructGpt study = new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), control);
        SeededRandom rng = SeededRandom.of(1, "shared");
        try {
            GptWeights start = study.pretrain(rng.split("corpus"), kept);
            return study.sft(start, SMALL.sftSteps(), rng.split("supervised"), kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double words(Reply reply) {
        return -reply.completion().length / 4.0;
    }

    @Test
    void ppoRaisesASimpleRewardAndTheKlTermHoldsItBack() throws IOException {
        SeededRandom rng = SeededRandom.of(2, "ppo");
        List<Rollout> free = study().ppo(
                        TUNED, TUNED, InstructGptTest::words, SMALL.ppo().withBeta(0), rng, Stages.none())
                .rollouts();
        List<Rollout> held = study().ppo(
                        TUNED, TUNED, InstructGptTest::words, SMALL.ppo().withBeta(10), rng, Stages.none())
                .rollouts();
        Rollout last = free.get(free.size() - 1);
        assertEquals(0, free.get(0).kl(), 1e-6, "the policy starts as the tuned model");
        assertTrue(last.proxy() > free.get(0).proxy() + 0.5, () -> "proxy " + free);
        assertTrue(last.kl() > 1, () -> "kl " + free);
        assertTrue(held.get(held.size() - 1).kl() < 0.3, () -> "kl " + held);
    }

    @Test
    void sameSeedSameBits() throws IOException {
        SeededRandom rng = SeededRandom.of(3, "ppo");
        InstructGptConfig.Ppo two = SMALL.ppo().withIterations(2);
        GptWeights a = study().ppo(TUNED, TUNED, TASK::trueScore, two, rng, Stages.none())
                .weights();
        GptWeights b = study().ppo(TUNED, TUNED, TASK::trueScore, two, rng, Stages.none())
                .weights();
        GptWeights c = study().ppo(TUNED, TUNED, TASK::trueScore, two, SeededRandom.of(4, "ppo"), Stages.none())
                .weights();
        assertEquals(a.sha256(), b.sha256());
        assertNotEquals(a.sha256(), c.sha256());
        assertEquals(TUNED.sha256(), tuned().sha256());
    }

    @Test
    void aRewardModelLearnsWhatIsPreferredAndNothingFromACoin() throws IOException {
        InstructGpt study = study();
        SeededRandom rng = SeededRandom.of(5, "reward");
        List<Preference> shorter = new ArrayList<>();
        for (Preference pair : comparisons()
                .collect(
                        TUNED,
                        200,
                        TASK::prompt,
                        Annotator.defaults(),
                        rng,
                        SeededRandom.of(6, "pairs"),
                        Stages.none())) {
            boolean first = pair.chosen().completion().length < pair.rejected().completion().length;
            if (pair.chosen().completion().length != pair.rejected().completion().length) {
                shorter.add(first ? pair : pair.swapped());
            }
        }
        List<Preference> held = shorter.subList(0, 40);
        List<Preference> learned = shorter.subList(40, shorter.size());
        LearnedReward reward = study.fitReward(TUNED, learned, rng.split("fit"), Stages.none());
        assertTrue(reward.accuracy(held) > 0.9, () -> "accuracy " + reward.accuracy(held));
        List<Preference> coin = learned.stream()
                .map(pair -> rng.nextBoolean() ? pair : pair.swapped())
                .toList();
        LearnedReward random = study.fitReward(TUNED, coin, rng.split("fit"), Stages.none());
        List<Reply> some = comparisons().sample(TUNED, Collections.nCopies(50, TASK.prompt(rng)), rng);
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
    void klOfTheTunedModelToItselfIsZeroAndToAnotherAboveIt() throws IOException {
        SeededRandom rng = SeededRandom.of(7, "kl");
        GptWeights other = GptWeights.draw(GptConfig.defaults(TASK.vocabulary().size()), rng);
        List<int[]> prompts = Collections.nCopies(20, TASK.prompt(rng));
        assertEquals(0, comparisons().kl(TUNED, TUNED, comparisons().sample(TUNED, prompts, rng)), 1e-9);
        assertTrue(comparisons().kl(other, TUNED, comparisons().sample(other, prompts, rng)) > 3);
    }

    @Test
    void aRewardThatIsNotFiniteStopsAndACancelAnswers() throws IOException {
        SeededRandom rng = SeededRandom.of(8, "ppo");
        NotFiniteException stopped = assertThrows(
                NotFiniteException.class,
                () -> study().ppo(TUNED, TUNED, reply -> Double.NaN, SMALL.ppo(), rng, Stages.none()));
        assertEquals("reward", stopped.quantity());
        InstructGpt cancelled = new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), () -> true);
        assertThrows(CancellationException.class, () -> cancelled.pretrain(rng, Stages.none()));
    }

    /** All stages at a tiny size: the hash of the policy, and what its rollouts saw. */
    private static String pipeline(Stages kept, Control control) throws IOException {
        InstructGptConfig tiny = new InstructGptConfig(4, 5, 24, 2, new InstructGptConfig.Ppo(5, 8, 1, 8, 0.1, 1e-3));
        TorchRuntime runtime = TorchRuntime.start();
        InstructGpt study = new InstructGpt(runtime, TASK, tiny, Progress.none(), control);
        SeededRandom rng = SeededRandom.of(9, "pipeline");
        GptWeights start = study.pretrain(rng.split("corpus"), kept);
        GptWeights tuned = study.sft(start, tiny.sftSteps(), rng.split("supervised"), kept);
        List<Preference> pairs = new Comparisons(runtime, TASK, Progress.none(), control)
                .collect(
                        tuned,
                        tiny.pairs(),
                        TASK::prompt,
                        Annotator.defaults(),
                        rng.split("prompts"),
                        rng.split("pairs"),
                        kept);
        LearnedReward reward = study.fitReward(tuned, pairs, rng.split("reward"), kept);
        TunedPolicy policy = study.ppo(tuned, reward.weights(), reward, tiny.ppo(), rng.split("ppo"), kept);
        return policy.weights().sha256() + " " + policy.rollouts();
    }

    @Test
    void brokenOffInEveryStageItEndsAsTheUnbrokenOne(@TempDir Path folder) throws IOException {
        String unbroken = pipeline(Stages.none(), Control.none());
        Provenance provenance = new Provenance("instructgpt", Map.of(), 9, "none", "here");
        int[] clock = new int[1];
        int sittings = 0;
        String resumed = null;
        while (resumed == null) {
            int until = clock[0] + 4; // each sitting gets one update further than it was saved, at least
            Control crash = () -> {
                if (clock[0] == until) {
                    throw new IllegalStateException("crash");
                }
                clock[0]++;
                return false;
            };
            Stages kept = Stages.in(folder.resolve("kept"), provenance, sittings > 0, Duration.ZERO, () -> clock[0]);
            try {
                resumed = pipeline(kept, crash);
            } catch (IllegalStateException e) {
                assertEquals("crash", e.getMessage());
                assertTrue(++sittings < 50, "no sitting gets further");
            }
        }
        assertEquals(unbroken, resumed);
        assertTrue(sittings >= 9, sittings + " crashes (expected: one every four updates)");
    }
}
