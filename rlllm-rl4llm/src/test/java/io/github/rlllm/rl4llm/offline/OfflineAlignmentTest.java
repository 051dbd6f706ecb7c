package io.github.rlllm.rl4llm.offline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Effort;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfflineAlignmentTest {
    private static final HotelReplies TASK = new HotelReplies(AskedScore.WORDS);

    @ParameterizedTest
    @CsvSource({
        "1.25, reward + 1 . 2 5",
        "-0.5, reward - 0 . 5 0",
        "0, reward + 0 . 0 0",
        "0.996, reward + 1 . 0 0",
        "-17, reward - 9 . 9 9",
    })
    void aScoreIsWrittenBeforeTheReply(double score, String words) {
        int[] prompt = TASK.asPrompt("the room was dirty");
        int[] asked = AskedScore.in(TASK, prompt, score);
        assertEquals("the room was dirty " + words, TASK.vocabulary().decode(asked));
        assertEquals(prompt.length + 6, asked.length);
        assertArrayEquals(asked, TASK.asPrompt("the room was dirty " + words));
    }

    @Test
    void aScoreThatIsNoNumberOrALanguageWithoutDigitsIsRefused() {
        int[] prompt = TASK.asPrompt("the room was dirty");
        assertThrows(IllegalArgumentException.class, () -> AskedScore.in(TASK, prompt, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> AskedScore.in(new HotelReplies(), prompt, 1));
    }

    @Test
    void allThreeLearnWhatScoresHighAndTheConditionalWhatIsAsked() throws IOException {
        SeededRandom rng = SeededRandom.of(1, "offline");
        CausalLm tuned = new TextTuning(Progress.none(), Control.none())
                .likelihood(
                        "tuning",
                        ReplyModel.draw(TorchRuntime.start(), TASK.vocabulary(), rng),
                        60,
                        Learned.COMPLETIONS,
                        rng.split("texts"),
                        texts -> {
                            Reply shown = TASK.demonstration(TASK.prompt(texts), texts);
                            return Text.of(shown.prompt(), shown.completion());
                        },
                        Stages.none());
        OfflineAlignment offline = new OfflineAlignment(
                TASK,
                OfflineAlignmentConfig.defaults().withAsked(1).withConditionalRate(4e-3),
                Progress.none(),
                Control.none());
        FlopCount flops = new FlopCount(tuned.config());
        List<ScoredReply> data = offline.collect(
                tuned,
                reply -> 5 - reply.completion().length,
                Effort.updates(5),
                flops,
                rng.split("data"),
                Stages.none());
        assertEquals(320, data.size());
        assertEquals(0, data.stream().mapToDouble(ScoredReply::score).sum(), 1e-9);
        assertEquals(
                320, data.stream().mapToDouble(one -> one.score() * one.score()).sum(), 1e-6);
        long tokens = data.stream().mapToLong(one -> one.reply().length()).sum();
        FlopCount counted = new FlopCount(tuned.config());
        counted.read(2 * tokens);
        assertEquals(counted.total(), flops.total(), 1);

        Effort effort = Effort.updates(30);
        List<int[]> prompts =
                IntStream.range(0, 100).mapToObj(i -> TASK.prompt(rng)).toList();
        double before = words(tuned, prompts);
        assertTrue(words(offline.filtering(tuned, data, effort, flops, rng, Stages.none()), prompts) < before - 1);
        assertTrue(words(offline.rewardWeighted(tuned, data, effort, flops, rng, Stages.none()), prompts) < before - 1);
        CausalLm conditional = offline.conditional(tuned, data, Effort.updates(200), flops, rng, Stages.none());
        double high = words(conditional, prompts.stream().map(offline::asking).toList());
        double low = words(
                conditional,
                prompts.stream().map(prompt -> AskedScore.in(TASK, prompt, -1)).toList());
        assertTrue(high < low - 1, "words asked high " + high + ", asked low " + low);
    }

    private static double words(CausalLm weights, List<int[]> prompts) {
        return ReplyModel.sample(weights, prompts, 1, SeededRandom.of(4, "words")).stream()
                .mapToInt(reply -> reply.completion().length)
                .average()
                .orElseThrow();
    }
}
