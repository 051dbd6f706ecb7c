package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FlopCountTest {
    private static final ModelConfig MODEL = ModelConfig.gpt2(
            new ModelConfig.Sizes(53, 48, 2, 64, 256),
            4,
            new ModelConfig.Tokens(OptionalInt.of(1), List.of(3), OptionalInt.of(0)));

    @Test
    void aTokenReadTakesTwiceTheWeightsAndATrainedOneSixTimes() {
        // 12 * 2 * 64^2 + 53 * 64 = 101,696 weights.
        FlopCount count = new FlopCount(MODEL);
        count.read(10);
        assertEquals(2_033_920, count.total());
        count.trained(FlopCount.tokens(new int[][] {{1, 2, 3}, {4}}));
        assertEquals(2_033_920 + 4 * 610_176, count.total());
        FlopCount other = new FlopCount(MODEL);
        other.restore(count.save());
        assertEquals(count.total(), other.total());
        assertThrows(IllegalArgumentException.class, () -> other.restore(new byte[7]));
    }

    @Test
    void anEffortEndsAtWhatComesFirst() {
        assertEquals(0.5, Effort.updates(4).done(2, 1e9));
        assertEquals(0.25, Effort.flops(4e9).done(2, 1e9));
        assertEquals(0.5, new Effort(4, 4e9).done(2, 1e9));
        assertEquals(
                "updates, flops: no bound (expected: one at least)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Effort(Integer.MAX_VALUE, Double.POSITIVE_INFINITY))
                        .getMessage());
    }

    @Test
    void aRateFallsToATenthOverTheUpdatesThatAnEffortPaysFor() {
        FlopCount count = new FlopCount(MODEL);
        double updates = Effort.flops(90 * 610_176.0).updates(count.ofTrained(10));
        assertEquals(9, updates, 1e-9);
        assertEquals(7, new Effort(7, 90 * 610_176.0).updates(count.ofTrained(10)));
        assertEquals(2e-3, Effort.falling(2e-3, updates).at(0));
        assertEquals(2e-4, Effort.falling(2e-3, updates).at(9), 1e-12);
        assertEquals(10 * 203_392, count.ofRead(10));
    }
}
