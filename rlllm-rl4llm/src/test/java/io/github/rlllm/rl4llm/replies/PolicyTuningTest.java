package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method on a reward that is easily raised: the fewer words, the better. */
class PolicyTuningTest {
    private static final HotelReplies TASK = new HotelReplies();
    private static final CausalLm TUNED = tuned();
    private static final PolicySettings GROUPS = new PolicySettings(4, 8, 2, 16, 0.02, 1e-3);
    private static final ReplyGoal SHORT =
            new ReplyGoal(TASK::prompt, reply -> -reply.completion().length / 4.0, reply -> reply.completion().length);

    /** A method of reinforcement learning. */
    private interface Method {
        TunedModel train(PolicyTuning training, Effort effort, FlopCount flops, Stages kept) throws IOException;
    }

    private static CausalLm tuned() {
        SeededRandom rng = SeededRandom.of(1, "tuned");
        CausalLm drawn = ReplyModel.draw(TorchRuntime.start(), TASK.vocabulary(), rng);
        try {
            return new TextTuning(Progress.none(), Control.none())
                    .likelihood(
                            "tuning",
                            drawn,
                            60,
                            Learned.COMPLETIONS,
                            rng.split("texts"),
                            texts -> {
                                Reply shown = TASK.demonstration(TASK.prompt(texts), texts);
                                return Text.of(shown.prompt(), shown.completion());
                            },
                            Stages.none());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CausalLm value() {
        CausalLm value = TUNED.copy();
        value.addScore(new float[64]);
        return value;
    }

    /** All weights of a model. */
    private static int hash(CausalLm model) {
        return model.config().tensors().keySet().stream()
                .mapToInt(name -> Arrays.hashCode(model.weight(name)))
                .reduce(1, (all, one) -> 31 * all + one);
    }

    private static PolicyTuning training(Control control) {
        return new PolicyTuning(Progress.none(), control);
    }

    private static FlopCount count() {
        return new FlopCount(TUNED.config());
    }

    private static final Map<String, Method> METHODS = Map.of(
            "PPO",
                    (training, effort, flops, kept) -> training.ppo(
                            TUNED,
                            value(),
                            SHORT,
                            new PolicySettings(32, 1, 2, 16, 0.02, 1e-3),
                            effort,
                            flops,
                            SeededRandom.of(2, "ppo"),
                            kept),
            "RLOO",
                    (training, effort, flops, kept) ->
                            training.rloo(TUNED, SHORT, GROUPS, effort, flops, SeededRandom.of(2, "rloo"), kept),
            "GRPO",
                    (training, effort, flops, kept) ->
                            training.grpo(TUNED, SHORT, GROUPS, effort, flops, SeededRandom.of(2, "grpo"), kept));

    @Test
    void everyOnlineMethodRaisesTheReward() throws IOException {
        for (Map.Entry<String, Method> method : METHODS.entrySet()) {
            List<Rollout> seen = method.getValue()
                    .train(training(Control.none()), Effort.updates(12), count(), Stages.none())
                    .rollouts();
            assertEquals(12, seen.size());
            assertEquals(0, seen.get(0).kl(), 1e-6, "the policy starts as the tuned model");
            Rollout last = seen.get(11);
            assertTrue(last.proxy() > seen.get(0).proxy() + 0.3, () -> method.getKey() + " " + seen);
            assertEquals(-last.truth() / 4, last.proxy(), 1e-9);
        }
    }

    @Test
    void anEffortInOperationsEndsWithTheUpdateThatSpendsIt() throws IOException {
        for (Map.Entry<String, Method> method : METHODS.entrySet()) {
            FlopCount two = count();
            method.getValue().train(training(Control.none()), Effort.updates(2), two, Stages.none());
            FlopCount bounded = count();
            Effort effort = Effort.flops(0.9 * two.total());
            List<Rollout> seen = method.getValue()
                    .train(training(Control.none()), effort, bounded, Stages.none())
                    .rollouts();
            assertEquals(2, seen.size(), method.getKey());
            assertTrue(bounded.total() >= 0.9 * two.total());
        }
    }

    @Test
    void brokenOffItEndsAsTheUnbrokenOne(@TempDir Path folder) throws IOException {
        Provenance provenance = new Provenance("replies", Map.of(), 1, "none", "here");
        for (Map.Entry<String, Method> method : METHODS.entrySet()) {
            FlopCount flops = count();
            TunedModel unbroken =
                    method.getValue().train(training(Control.none()), Effort.updates(4), flops, Stages.none());
            Path kept = folder.resolve(method.getKey());
            int[] left = {2};
            Control crash = () -> {
                if (left[0]-- == 0) {
                    throw new IllegalStateException("crash");
                }
                return false;
            };
            Stages first = Stages.in(kept, provenance, false, Duration.ZERO, () -> 0);
            assertThrows(
                    IllegalStateException.class,
                    () -> method.getValue().train(training(crash), Effort.updates(4), count(), first));
            Stages second = Stages.in(kept, provenance, true, Duration.ZERO, () -> 0);
            FlopCount resumed = count();
            TunedModel gone = method.getValue().train(training(Control.none()), Effort.updates(4), resumed, second);
            assertEquals(hash(unbroken.model()), hash(gone.model()), method.getKey());
            assertEquals(unbroken.rollouts(), gone.rollouts());
            assertEquals(flops.total(), resumed.total());
            assertNotEquals(hash(TUNED), hash(gone.model()));
        }
    }

    @Test
    void dpoAndWeightsLearnWhatIsPreferred() throws IOException {
        SeededRandom rng = SeededRandom.of(3, "pairs");
        List<Preference> pairs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<Reply> two = ReplyModel.sample(TUNED, Collections.nCopies(2, TASK.prompt(rng)), 1, rng);
            int lead = two.get(1).completion().length - two.get(0).completion().length;
            if (lead != 0) {
                pairs.add(new Preference(two.get(lead > 0 ? 0 : 1), two.get(lead > 0 ? 1 : 0)));
            }
        }
        FlopCount flops = count();
        CausalLm dpo = training(Control.none())
                .dpo(TUNED, pairs, Dpo.defaults(), Effort.updates(30), 1e-3, flops, rng.split("dpo"), Stages.none());
        List<Reply> replies = pairs.stream()
                .flatMap(pair -> List.of(pair.chosen(), pair.rejected()).stream())
                .toList();
        double[] weights = replies.stream()
                .mapToDouble(reply -> Math.exp(-reply.completion().length / 2.0))
                .toArray();
        CausalLm weighted = new TextTuning(Progress.none(), Control.none())
                .weighted(
                        "weighted",
                        TUNED,
                        replies,
                        weights,
                        Effort.updates(30),
                        1e-3,
                        flops,
                        rng.split("weighted"),
                        Stages.none());
        List<int[]> prompts = Collections.nCopies(100, TASK.prompt(rng));
        double before = words(TUNED, prompts);
        assertTrue(words(dpo, prompts) < before - 1, () -> "DPO, before " + before);
        assertTrue(words(weighted, prompts) < before - 1, () -> "weighted, before " + before);
    }

    private static double words(CausalLm model, List<int[]> prompts) {
        return ReplyModel.sample(model, prompts, 1, SeededRandom.of(4, "words")).stream()
                .mapToInt(reply -> reply.completion().length)
                .average()
                .orElseThrow();
    }

    @Test
    void aRewardThatIsNotFiniteStops() {
        ReplyGoal broken = new ReplyGoal(TASK::prompt, reply -> Double.NaN, reply -> 0);
        NotFiniteException stopped = assertThrows(
                NotFiniteException.class,
                () -> training(Control.none())
                        .rloo(
                                TUNED,
                                broken,
                                GROUPS,
                                Effort.updates(2),
                                count(),
                                SeededRandom.of(5, "broken"),
                                Stages.none()));
        assertEquals("reward", stopped.quantity());
    }
}
