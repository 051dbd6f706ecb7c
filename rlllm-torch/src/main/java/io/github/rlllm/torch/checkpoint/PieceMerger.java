package io.github.rlllm.torch.checkpoint;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding: of all neighbours the pair of least cost is joined, the leftmost of equals, until none can be. In n
 * log n steps, so that a text without a blank is no attack.
 */
final class PieceMerger {
    /** What joining two pieces costs; negative infinity is least, NaN means that they cannot be joined. */
    @FunctionalInterface
    interface Cost {
        double of(String left, String right);
    }

    private record Join(int left, int right, int length, double cost) {}

    private PieceMerger() {}

    /**
     * Joins pieces.
     *
     * @param pieces in order; joined ones are stored at the left one's place, null at the right one's
     * @param cost of a join
     */
    static void merge(String[] pieces, Cost cost) {
        int n = pieces.length;
        int[] next = new int[n];
        int[] before = new int[n];
        PriorityQueue<Join> joins =
                new PriorityQueue<>(Comparator.comparingDouble(Join::cost).thenComparingInt(Join::left));
        for (int i = 0; i < n; i++) {
            next[i] = i + 1;
            before[i] = i - 1;
            offer(joins, pieces, i, i + 1, cost);
        }
        for (Join join = joins.poll(); join != null; join = joins.poll()) {
            int left = join.left();
            int right = join.right();
            boolean stale = pieces[left] == null
                    || pieces[right] == null
                    || next[left] != right
                    || pieces[left].length() + pieces[right].length() != join.length();
            if (stale) {
                continue;
            }
            pieces[left] = pieces[left] + pieces[right];
            pieces[right] = null;
            next[left] = next[right];
            if (next[left] < n) {
                before[next[left]] = left;
            }
            offer(joins, pieces, before[left], left, cost);
            offer(joins, pieces, left, next[left], cost);
        }
    }

    private static void offer(PriorityQueue<Join> joins, String[] pieces, int left, int right, Cost cost) {
        if (left < 0 || right >= pieces.length) {
            return;
        }
        double price = cost.of(pieces[left], pieces[right]);
        if (!Double.isNaN(price)) {
            joins.add(new Join(left, right, pieces[left].length() + pieces[right].length(), price));
        }
    }
}
