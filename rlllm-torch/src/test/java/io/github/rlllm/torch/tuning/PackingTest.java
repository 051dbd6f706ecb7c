package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PackingTest {
    @Test
    void theFullestRowWithRoomIsTaken() {
        List<int[]> rows = Packing.rows(new int[] {3, 7, 5, 2, 4}, 10);
        assertEquals(3, rows.size());
        assertArrayEquals(new int[] {1, 0}, rows.get(0)); // 7 + 3
        assertArrayEquals(new int[] {2, 4}, rows.get(1)); // 5 + 4, in which 2 has no room
        assertArrayEquals(new int[] {3}, rows.get(2));
    }

    @Property(tries = 200)
    void everyTextIsInOneRowAndNoRowOverflows(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 12) Integer> lengths) {
        int[] all = lengths.stream().mapToInt(Integer::intValue).toArray();
        List<int[]> rows = Packing.rows(all, 12);
        int[] found = rows.stream().flatMapToInt(Arrays::stream).sorted().toArray();
        assertArrayEquals(IntStream.range(0, all.length).toArray(), found);
        int halfFull = 0;
        for (int[] row : rows) {
            int sum = Arrays.stream(row).map(text -> all[text]).sum();
            assertTrue(sum <= 12, "row of " + sum);
            halfFull += sum <= 6 ? 1 : 0;
        }
        assertTrue(halfFull <= 1, halfFull + " rows that would fit into one");
    }

    @Test
    void aTextThatFitsNoRowIsRefused() {
        assertEquals(
                "length of text 1: 11 (expected: <= 10)",
                assertThrows(IllegalArgumentException.class, () -> Packing.rows(new int[] {3, 11}, 10))
                        .getMessage());
    }
}
