package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.torch.GptConfig;
import org.junit.jupiter.api.Test;

class FlopCountTest {
    @Test
    void aTokenReadTakesTwiceTheWeightsAndATrainedOneSixTimes() {
        // 12 * 2 * 64^2 + 53 * 64 = 101,696 weights.
        FlopCount count = new FlopCount(GptConfig.defaults(53));
        count.read(10);
        assertEquals(2_033_920, count.total());
        count.trained(FlopCount.tokens(new int[][] {{1, 2, 3}, {4}}));
        assertEquals(2_033_920 + 4 * 610_176, count.total());
        FlopCount other = new FlopCount(GptConfig.defaults(53));
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
}
