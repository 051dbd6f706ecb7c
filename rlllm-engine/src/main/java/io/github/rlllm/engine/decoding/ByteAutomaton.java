package io.github.rlllm.engine.decoding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The automaton of a {@link Grammar} over bytes. It is put together as a nondeterministic one (Thompson 1968); the subset
 * construction makes it deterministic as far as it is read: {@link #start()}, {@link #next} and {@link #accepts} speak of
 * sets of states by number. Confined to one thread.
 */
final class ByteAutomaton {
    /** No set. */
    static final int DEAD = -1;

    private static final int UNKNOWN = -2;
    private static final int MOST_STATES = 200_000;

    /** The state at the end of the grammar. */
    private static final int END = 0;

    private record Edge(int from, int to, int state) {}

    private record Part(Grammar grammar, int end) {}

    private record Members(int[] states) {
        @Override
        public boolean equals(@org.jspecify.annotations.Nullable Object other) {
            return other instanceof Members members && Arrays.equals(states, members.states);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(states);
        }
    }

    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Integer>> skips = new ArrayList<>();
    private final Map<Edge, Integer> single = new HashMap<>();
    private final Map<Part, Integer> parts = new HashMap<>();
    private final List<Members> sets = new ArrayList<>();
    private final Map<Members, Integer> numbers = new HashMap<>();
    private final List<int[]> nexts = new ArrayList<>();
    private final int[] distances;
    private final int start;

    /**
     * Reads a grammar.
     *
     * @throws IllegalArgumentException if it needs more than 200,000 states
     */
    ByteAutomaton(Grammar grammar) {
        state();
        int first = before(grammar, END);
        single.clear();
        parts.clear();
        distances = distances();
        BitSet members = new BitSet();
        members.set(first);
        start = number(members);
    }

    /** A new state, from which nothing leads on yet. */
    int state() {
        if (edges.size() == MOST_STATES) {
            throw new IllegalArgumentException("grammar: more than " + MOST_STATES
                    + " states (expected: at most as many; shorter texts, fewer repetitions)");
        }
        edges.add(new ArrayList<>());
        skips.add(new ArrayList<>());
        return edges.size() - 1;
    }

    /** The state from which a byte of a range alone leads to another; nothing may be added to it. */
    int before(int from, int to, int state) {
        return single.computeIfAbsent(new Edge(from, to, state), edge -> {
            int before = state();
            edge(before, from, to, state);
            return before;
        });
    }

    /** The state from which a grammar leads to another; nothing may be added to it. */
    int before(Grammar grammar, int state) {
        Part part = new Part(grammar, state);
        Integer known = parts.get(part);
        if (known == null) {
            known = grammar.build(this, state);
            parts.put(part, known);
        }
        return known;
    }

    /** Lets a byte of a range lead from one state to another. */
    void edge(int state, int from, int to, int next) {
        edges.get(state).add(new Edge(from, to, next));
    }

    /** Lets one state be another too. */
    void skip(int state, int next) {
        skips.get(state).add(next);
    }

    /** The number of states. */
    int size() {
        return edges.size();
    }

    /** The bytes that lead from any state to another. */
    BitSet bytes() {
        BitSet used = new BitSet(256);
        edges.forEach(of -> of.forEach(edge -> used.set(edge.from, edge.to + 1)));
        return used;
    }

    /** The set before the first byte. */
    int start() {
        return start;
    }

    /** The set after a byte, or {@link #DEAD}. */
    int next(int set, int value) {
        int known = nexts.get(set)[value];
        if (known != UNKNOWN) {
            return known;
        }
        BitSet members = new BitSet();
        for (int state : sets.get(set).states) {
            for (Edge edge : edges.get(state)) {
                if (edge.from <= value && value <= edge.to) {
                    members.set(edge.state);
                }
            }
        }
        int found = members.isEmpty() ? DEAD : number(members);
        nexts.get(set)[value] = found;
        return found;
    }

    /** Whether what was read up to a set is a whole text. */
    boolean accepts(int set) {
        return Arrays.binarySearch(sets.get(set).states, END) >= 0;
    }

    /** The least number of bytes from a set to a whole text. */
    int distance(int set) {
        return Arrays.stream(sets.get(set).states)
                .map(state -> distances[state])
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /** The bytes that lead on from a set, as characters where they are visible. */
    String expected(int set) {
        StringBuilder text = new StringBuilder();
        for (int value = 0; value < 256; value++) {
            if (next(set, value) != DEAD && text.length() < 80) {
                text.append(text.length() == 0 ? "" : " ")
                        .append(
                                value > ' ' && value < 0x7f
                                        ? String.valueOf((char) value)
                                        : String.format("0x%02X", value));
            }
        }
        return text.toString();
    }

    private int number(BitSet members) {
        Deque<Integer> open = new ArrayDeque<>();
        members.stream().forEach(open::add);
        while (!open.isEmpty()) {
            for (int next : skips.get(open.remove())) {
                if (!members.get(next)) {
                    members.set(next);
                    open.add(next);
                }
            }
        }
        // States that only skip say nothing more.
        Members set = new Members(members.stream()
                .filter(state -> state == END || !edges.get(state).isEmpty())
                .toArray());
        Integer known = numbers.get(set);
        if (known != null) {
            return known;
        }
        int[] none = new int[256];
        Arrays.fill(none, UNKNOWN);
        sets.add(set);
        nexts.add(none);
        numbers.put(set, sets.size() - 1);
        return sets.size() - 1;
    }

    /** Bytes from every state to the end at least, by the Bellman-Ford rule run backwards over a queue. */
    private int[] distances() {
        List<List<int[]>> back = new ArrayList<>();
        for (int state = 0; state < edges.size(); state++) {
            back.add(new ArrayList<>());
        }
        for (int state = 0; state < edges.size(); state++) {
            int from = state;
            edges.get(state).forEach(edge -> back.get(edge.state).add(new int[] {from, 1}));
            skips.get(state).forEach(next -> back.get(next).add(new int[] {from, 0}));
        }
        int[] found = new int[edges.size()];
        Arrays.fill(found, Integer.MAX_VALUE);
        found[END] = 0;
        Deque<Integer> open = new ArrayDeque<>(List.of(END));
        while (!open.isEmpty()) {
            int state = open.remove();
            for (int[] step : back.get(state)) {
                int distance = found[state] + step[1];
                if (distance < found[step[0]]) {
                    found[step[0]] = distance;
                    // A skip costs nothing, so what it reaches is as near as this and comes first.
                    if (step[1] == 0) {
                        open.addFirst(step[0]);
                    } else {
                        open.addLast(step[0]);
                    }
                }
            }
        }
        return found;
    }
}
