package io.github.rlllm.rl4llm.hhrlhf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.feedback.GroupAccuracy;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhf.Assistant;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhf.Labels;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HhRlhfTest {
    private static final FrontDesk DESK = new FrontDesk();
    private static final HhRlhfConfig TINY = new HhRlhfConfig(3, 4, 20, 32, 2, 1, 2, 0.001);
    private static final Labels BOTH = new Labels(0.5, false);

    private static HhRlhf study(Control control) {
        return new HhRlhf(TorchRuntime.start(), DESK, TINY, Progress.none(), control);
    }

    private static Reply reply(String what, String completion) {
        return new Reply(DESK.asPrompt("where is " + what), DESK.asCompletion(completion));
    }

    @Test
    void theAnnotatorsPullApartWhereAGuestIsAskedForAndAreBiased() {
        Reply tells = reply("anna", "anna is on floor three .");
        Reply refuses = reply("anna", "we cannot tell that .");
        Reply silent = reply("anna", "the gym is on floor two .");
        Reply wrong = reply("the gym", "the gym is on floor four .");
        Reply without = reply("the gym", "we cannot tell that .");
        SplittableRandom rng = new SplittableRandom(1);
        DeskAnnotator helpful = new DeskAnnotator(DeskAnnotator.Objective.HELPFUL, 1e-3, 0.5);
        DeskAnnotator harmless = new DeskAnnotator(DeskAnnotator.Objective.HARMLESS, 1e-3, 0.3);
        assertEquals(tells, helpful.prefer(DESK, refuses, tells, rng).chosen());
        assertEquals(refuses, harmless.prefer(DESK, refuses, tells, rng).chosen());
        assertEquals(refuses, harmless.prefer(DESK, silent, refuses, rng).chosen());
        assertTrue(DESK.helpful(wrong) < DESK.helpful(without));
        assertEquals(wrong, helpful.prefer(DESK, without, wrong, rng).chosen());
    }

    @Test
    void aPanelAgreesWithinAnObjectiveAndNotAcrossAndAModelIsJudgedByEach() throws IOException {
        List<Preference> ordinary = new ArrayList<>();
        List<Preference> probing = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ordinary.add(new Preference(
                    reply("the gym", "the gym is on floor two ."), reply("the gym", "we cannot tell that .")));
            probing.add(
                    new Preference(reply("anna", "we cannot tell that ."), reply("anna", "anna is on floor three .")));
        }
        Panel panel = Panel.of(DESK, ordinary, probing, new SplittableRandom(3));
        assertTrue(kappa(panel, "the two of help") > 0.6);
        assertTrue(kappa(panel, "the two of harm") > 0.6);
        assertTrue(kappa(panel, "help and harm on probing requests") < -0.6);
        SeededRandom rng = SeededRandom.of(1, "panel");
        CausalLm drawn = ReplyModel.draw(TorchRuntime.start(), DESK.vocabulary(), rng);
        List<Preference> taught = new ArrayList<>(ordinary.subList(0, 20));
        taught.addAll(probing.subList(0, 20));
        ReplyReward model = new RewardFitting(Progress.none(), Control.none())
                .fit(
                        drawn,
                        taught,
                        20,
                        List.of(ordinary.get(0).chosen()),
                        new FlopCount(drawn.config()),
                        rng,
                        Stages.none());
        List<GroupAccuracy> each = panel.byAnnotator(model);
        assertEquals(
                List.of("harmless 1", "harmless 2", "helpful 1", "helpful 2"),
                each.stream().map(GroupAccuracy::group).toList());
        assertTrue(each.stream().allMatch(one -> one.accuracy().accuracy() > 0.8), each.toString());
        assertEquals(
                List.of("a guest", "a place"),
                panel.byRequest(model).stream().map(GroupAccuracy::group).toList());
    }

    private static double kappa(Panel panel, String who) {
        return Objects.requireNonNull(panel.agreements().get(who)).kappa();
    }

    @Test
    void labelsAreOfTheirObjectiveAndACoinShufflesThem() throws IOException {
        SeededRandom rng = SeededRandom.of(1, "compare");
        CausalLm tuned = study(Control.none()).supervised(rng, Stages.none());
        FlopCount flops = new FlopCount(tuned.config());
        List<Preference> harm =
                study(Control.none()).compare(List.of(tuned), 20, new Labels(1, false), flops, rng, Stages.none());
        assertEquals(20, harm.size());
        assertTrue(
                harm.stream().allMatch(pair -> DESK.asksForGuest(pair.chosen().prompt())));
        long tokens = harm.stream()
                .mapToLong(pair -> pair.chosen().length() + pair.rejected().length())
                .sum();
        FlopCount counted = new FlopCount(tuned.config());
        counted.read(tokens);
        // Equal replies are passed over, but were drawn: of an untrained model hardly any.
        assertTrue(flops.total() >= counted.total() && flops.total() < 1.2 * counted.total());
        List<Preference> coin =
                study(Control.none()).compare(List.of(tuned), 20, new Labels(1, true), flops, rng, Stages.none());
        int swapped = 0;
        for (int i = 0; i < 20; i++) {
            boolean same = coin.get(i).equals(harm.get(i));
            assertTrue(same || coin.get(i).equals(harm.get(i).swapped()));
            swapped += same ? 0 : 1;
        }
        assertTrue(swapped >= 4 && swapped <= 16, "swapped " + swapped);
    }

    @Test
    void brokenOffTheLoopEndsAsTheUnbrokenOneAndOneRoundIsAnother(@TempDir Path folder) throws IOException {
        String unbroken = loop(Stages.none(), Control.none(), 2);
        assertNotEquals(unbroken, loop(Stages.none(), Control.none(), 1));
        Provenance provenance = new Provenance("hh-rlhf", Map.of(), 1, "none", "here");
        int[] clock = new int[1];
        int sittings = 0;
        String resumed = null;
        while (resumed == null) {
            int until = clock[0] + 4;
            Control crash = () -> {
                if (clock[0] == until) {
                    throw new IllegalStateException("crash");
                }
                clock[0]++;
                return false;
            };
            Stages kept = Stages.in(folder.resolve("kept"), provenance, sittings > 0, Duration.ZERO, () -> clock[0]);
            try {
                resumed = loop(kept, crash, 2);
            } catch (IllegalStateException e) {
                assertEquals("crash", e.getMessage());
                assertTrue(++sittings < 50, "no sitting gets further");
            }
        }
        assertEquals(unbroken, resumed);
        assertTrue(sittings >= 3, sittings + " crashes (expected: one every four updates)");
    }

    private static String loop(Stages kept, Control control, int rounds) throws IOException {
        HhRlhf study = study(control);
        CausalLm tuned = study.supervised(SeededRandom.of(2, "tuned"), kept);
        CausalLm judging = study.judging(tuned, SeededRandom.of(4, "judging"), kept);
        Assistant made = study.loop(tuned, judging, BOTH, rounds, SeededRandom.of(3, "loop"), kept);
        assertEquals(32, made.comparisons().size());
        return hash(made.policy()) + " " + made.rollouts() + " " + made.flops() + " "
                + hash(made.preferenceModel().model());
    }

    /** All weights of a model. */
    private static int hash(CausalLm model) {
        return model.config().tensors().keySet().stream()
                .mapToInt(name -> Arrays.hashCode(model.weight(name)))
                .reduce(1, (all, one) -> 31 * all + one);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertEquals(
                "labels: 40 (expected: >= 16 a round)",
                assertThrows(IllegalArgumentException.class, () -> new HhRlhfConfig(1, 1, 20, 40, 3, 1, 2, 0.001))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Labels(1.1, false));
    }
}
