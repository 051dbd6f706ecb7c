package io.github.rlllm.rl4llm.instructgpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Hashes;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
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
            new InstructGptConfig(20, 40, 200, 8, new InstructGptConfig.Ppo(12, 32, 2, 16, 0.02, 1e-3, 0));
    private static final CausalLm TUNED = tuned();
    private static final CausalLm VALUE = value();

    private static InstructGpt study() {
        return new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), Control.none());
    }

    private static String sha256(CausalLm model) {
        CausalLm copy = model.copy();
        copy.train(CausalLm.Trained.ALL);
        return Hashes.sha256(copy.save());
    }

    private static CausalLm value() {
        CausalLm value = TUNED.copy();
        value.addScore(new float[value.config().sizes().width()]);
        return value;
    }

    private static CausalLm tuned() {
        return tuned(Stages.none(), Control.none());
    }

    private static CausalLm tuned(Stages kept, Control control) {
        InstructGpt study = new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), control);
        SeededRandom rng = SeededRandom.of(1, "shared");
        try {
            CausalLm start = study.pretrain(rng.split("corpus"), kept);
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
                        TUNED, VALUE, InstructGptTest::words, SMALL.ppo().withBeta(0), rng, Stages.none())
                .rollouts();
        List<Rollout> held = study().ppo(
                        TUNED, VALUE, InstructGptTest::words, SMALL.ppo().withBeta(10), rng, Stages.none())
                .rollouts();
        Rollout last = free.get(free.size() - 1);
        assertEquals(0, free.get(0).kl(), 1e-6, "the policy starts as the tuned model");
        assertTrue(last.proxy() > free.get(0).proxy() + 0.5, () -> "proxy " + free);
        assertTrue(last.kl() > 1, () -> "kl " + free);
        assertTrue(held.get(held.size() - 1).kl() < 0.5, () -> "kl " + held);
    }

    @Test
    void sameSeedSameBits() throws IOException {
        SeededRandom rng = SeededRandom.of(3, "ppo");
        InstructGptConfig.Ppo two = SMALL.ppo().withIterations(2);
        CausalLm a = study().ppo(TUNED, VALUE, TASK::trueScore, two, rng, Stages.none())
                .model();
        CausalLm b = study().ppo(TUNED, VALUE, TASK::trueScore, two, rng, Stages.none())
                .model();
        CausalLm c = study().ppo(TUNED, VALUE, TASK::trueScore, two, SeededRandom.of(4, "ppo"), Stages.none())
                .model();
        assertEquals(sha256(a), sha256(b));
        assertNotEquals(sha256(a), sha256(c));
        assertEquals(sha256(TUNED), sha256(tuned()));
    }

    @Test
    void aRewardModelLearnsWhatIsPreferredAndNothingFromACoin() throws IOException {
        InstructGpt study = study();
        SeededRandom rng = SeededRandom.of(5, "reward");
        List<Preference> shorter = new ArrayList<>();
        for (Preference pair :
                study.compare(TUNED, TASK::prompt, Annotator.defaults(), SeededRandom.of(6, "pairs"), Stages.none())) {
            boolean first = pair.chosen().completion().length < pair.rejected().completion().length;
            if (pair.chosen().completion().length != pair.rejected().completion().length) {
                shorter.add(first ? pair : pair.swapped());
            }
        }
        List<Preference> held = shorter.subList(0, 40);
        List<Preference> learned = shorter.subList(40, shorter.size());
        ReplyReward reward = study.fitReward(TUNED, learned, rng.split("fit"), Stages.none());
        assertTrue(reward.accuracy(held) > 0.8, () -> "accuracy " + reward.accuracy(held));
        List<Preference> coin = learned.stream()
                .map(pair -> rng.nextBoolean() ? pair : pair.swapped())
                .toList();
        ReplyReward random = study.fitReward(TUNED, coin, rng.split("fit"), Stages.none());
        List<Reply> some = ReplyModel.sample(TUNED, Collections.nCopies(50, TASK.prompt(rng)), 1, rng);
        double noise = spread(random.scoreAll(some));
        double signal = spread(reward.scoreAll(some));
        assertTrue(noise < signal / 2, () -> "spread " + noise + " of " + signal);
    }

    private static double spread(double[] values) {
        double mean = java.util.Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(java.util.Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    private static double kl(CausalLm policy, List<int[]> prompts, SeededRandom rng) {
        List<Reply> replies = ReplyModel.sample(policy, prompts, 1, rng);
        return ReplyModel.kl(policy, replies, TUNED, replies);
    }

    @Test
    void klOfTheTunedModelToItselfIsZeroAndToAnotherAboveIt() throws IOException {
        SeededRandom rng = SeededRandom.of(7, "kl");
        CausalLm other = CausalLm.draw(TorchRuntime.start(), TUNED.config(), rng);
        List<int[]> prompts = Collections.nCopies(20, TASK.prompt(rng));
        assertEquals(0, kl(TUNED, prompts, rng), 1e-9);
        assertTrue(kl(other, prompts, rng) > 3);
    }

    @Test
    void aRewardThatIsNotFiniteStopsAndACancelAnswers() throws IOException {
        SeededRandom rng = SeededRandom.of(8, "ppo");
        NotFiniteException stopped = assertThrows(
                NotFiniteException.class,
                () -> study().ppo(TUNED, VALUE, reply -> Double.NaN, SMALL.ppo(), rng, Stages.none()));
        assertEquals("reward", stopped.quantity());
        InstructGpt cancelled = new InstructGpt(TorchRuntime.start(), TASK, SMALL, Progress.none(), () -> true);
        assertThrows(CancellationException.class, () -> cancelled.pretrain(rng, Stages.none()));
    }

    /** All stages at a tiny size: the hash of the policy, and what its rollouts saw. */
    private static String pipeline(Stages kept, Control control) throws IOException {
        InstructGptConfig tiny =
                new InstructGptConfig(4, 5, 24, 2, new InstructGptConfig.Ppo(5, 8, 1, 8, 0.1, 1e-3, 0));
        TorchRuntime runtime = TorchRuntime.start();
        InstructGpt study = new InstructGpt(runtime, TASK, tiny, Progress.none(), control);
        SeededRandom rng = SeededRandom.of(9, "pipeline");
        CausalLm start = study.pretrain(rng.split("corpus"), kept);
        CausalLm tuned = study.sft(start, tiny.sftSteps(), rng.split("supervised"), kept);
        List<Preference> pairs = study.compare(tuned, TASK::prompt, Annotator.defaults(), rng.split("pairs"), kept);
        ReplyReward reward = study.fitReward(tuned, pairs, rng.split("reward"), kept);
        TunedModel policy = study.ppo(tuned, reward.model(), reward, tiny.ppo(), rng.split("ppo"), kept);
        return sha256(policy.model()) + " " + policy.rollouts();
    }

    @Test
    void brokenOffInEveryStageItEndsAsTheUnbrokenOne(@TempDir Path folder) throws IOException {
        String unbroken = pipeline(Stages.none(), Control.none());
        Provenance provenance = new Provenance("instructgpt", Map.of(), 9, "none", "here");
        int[] clock = new int[1];
        int sittings = 0;
        String resumed = null;
        while (resumed == null) {
            int until = clock[0] + 2; // each sitting gets one update further than it was saved, at least
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
        assertTrue(sittings >= 7, sittings + " crashes (expected: one every two updates)");
    }
}
