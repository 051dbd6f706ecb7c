package io.github.rlllm.torch.tuning;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts texts behind each other into rows so that little of them is padding: longest first, each into the fullest row that
 * still has room (best fit decreasing; Ding et al. 2024, "Fewer Truncations Improve Language Modeling").
 */
final class Packing {
    private Packing() {}

    /**
     * The rows.
     *
     * @param lengths tokens of each text
     * @param most tokens of a row, at least the longest text's
     * @return for each row its texts, each text once; equal lengths in their order
     */
    static List<int[]> rows(int[] lengths, int most) {
        int[] order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer text) -> -lengths[text]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<List<Integer>> rows = new ArrayList<>();
        TreeMap<Integer, Deque<Integer>> byRoom = new TreeMap<>();
        for (int text : order) {
            if (lengths[text] > most) {
                throw new IllegalArgumentException(
                        "length of text " + text + ": " + lengths[text] + " (expected: <= " + most + ")");
            }
            Map.Entry<Integer, Deque<Integer>> fitting = byRoom.ceilingEntry(lengths[text]);
            int room = fitting == null ? most : fitting.getKey();
            int row = fitting == null ? rows.size() : fitting.getValue().pop();
            if (fitting == null) {
                rows.add(new ArrayList<>());
            } else if (fitting.getValue().isEmpty()) {
                byRoom.remove(room);
            }
            rows.get(row).add(text);
            byRoom.computeIfAbsent(room - lengths[text], left -> new ArrayDeque<>())
                    .add(row);
        }
        return rows.stream()
                .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    /** The texts of some rows in order, and the same rows with the texts' numbers in that order. */
    record Part(int[] texts, int[][] rows) {
        static Part of(List<int[]> packed) {
            int[] texts = packed.stream().flatMapToInt(Arrays::stream).toArray();
            int[][] rows = new int[packed.size()][];
            int from = 0;
            for (int i = 0; i < rows.length; i++) {
                rows[i] = IntStream.range(from, from + packed.get(i).length).toArray();
                from += rows[i].length;
            }
            return new Part(texts, rows);
        }
    }
}
