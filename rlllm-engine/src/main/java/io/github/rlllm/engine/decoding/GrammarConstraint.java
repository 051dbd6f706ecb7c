package io.github.rlllm.engine.decoding;

import io.github.rlllm.api.NothingLeftException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Keeps a sample to the texts of a {@link Grammar} (Willard and Louf 2023). A token is allowed where its bytes lead on
 * <em>and</em> some sequence of tokens of this vocabulary leads from there to a whole text, so that a vocabulary that cannot
 * spell every text of the grammar leads into no dead end. Which tokens those are is worked out when a state is first met,
 * and the last 256 answers are kept. Thread-safe.
 */
public final class GrammarConstraint implements Constraint {
    private static final int KEPT = 256;

    private final String name;
    private final TokenBytes vocabulary;
    private final ByteAutomaton automaton;
    private final int[] order;
    /** The tokens' bytes in that order, one after the other: a walk over all of them reads memory once through. */
    private final byte[] sorted;

    private final int[] ends;
    private final int[] shared;
    private final int longest;
    private final boolean spelled;
    private final Map<Integer, Boolean> alive = new HashMap<>();
    private final Map<Integer, BitSet> masks = new LinkedHashMap<>(16, .75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, BitSet> eldest) {
            return size() > KEPT;
        }
    };

    /** A token and the state that it leads to. */
    private interface Reached {
        void at(int token, int next);
    }

    /** How a search came to a state. */
    private record Step(int from, int token) {}

    /**
     * A constraint.
     *
     * @param name as messages call it
     * @param grammar which texts are allowed
     * @param vocabulary what the tokens spell; those that spell nothing are never allowed
     * @throws NothingLeftException if no sequence of tokens spells a text of the grammar; the message names the constraint
     *     and what is missing
     * @throws IllegalArgumentException if the grammar needs more than 200,000 states
     */
    public GrammarConstraint(String name, Grammar grammar, TokenBytes vocabulary) {
        this.name = Objects.requireNonNull(name, "name");
        this.vocabulary = vocabulary;
        automaton = new ByteAutomaton(grammar);
        List<Integer> tokens = new ArrayList<>();
        BitSet alone = new BitSet(256);
        for (int token = 0; token < vocabulary.size(); token++) {
            byte[] bytes = vocabulary.bytes(token);
            if (bytes.length > 0) {
                tokens.add(token);
            }
            if (bytes.length == 1) {
                alone.set(bytes[0] & 0xff);
            }
        }
        tokens.sort((a, b) -> Arrays.compareUnsigned(vocabulary.bytes(a), vocabulary.bytes(b)));
        order = tokens.stream().mapToInt(token -> token).toArray();
        sorted = vocabulary.bytes(order, 0, order.length);
        ends = new int[order.length];
        shared = new int[order.length];
        int longest = 0;
        for (int i = 0; i < order.length; i++) {
            byte[] bytes = vocabulary.bytes(order[i]);
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + bytes.length;
            longest = Math.max(longest, bytes.length);
            if (i > 0) {
                byte[] before = vocabulary.bytes(order[i - 1]);
                int differ = Arrays.mismatch(before, bytes);
                shared[i] = differ < 0 ? before.length : differ;
            }
        }
        this.longest = longest;
        BitSet missing = automaton.bytes();
        missing.andNot(alone);
        spelled = missing.isEmpty();
        if (!alive(automaton.start())) {
            throw new NothingLeftException(dead());
        }
    }

    @Override
    public int start() {
        return automaton.start();
    }

    @Override
    public synchronized int[] allowed(int state) {
        return mask(state).stream().toArray();
    }

    @Override
    public synchronized int after(int state, int token) {
        return mask(state).get(token) ? read(state, token) : -1;
    }

    @Override
    public synchronized boolean complete(int state) {
        return automaton.accepts(state);
    }

    @Override
    public String toString() {
        return name;
    }

    private BitSet mask(int state) {
        BitSet known = masks.get(state);
        if (known != null) {
            return known;
        }
        BitSet mask = new BitSet(vocabulary.size());
        each(state, (token, next) -> {
            if (alive(next)) {
                mask.set(token);
            }
        });
        masks.put(state, mask);
        return mask;
    }

    private int read(int state, int token) {
        int at = state;
        for (byte value : vocabulary.bytes(token)) {
            at = automaton.next(at, value & 0xff);
        }
        return at;
    }

    /** Every token whose bytes lead on, with the state they lead to; what tokens begin with in common is read once. */
    private void each(int state, Reached reached) {
        int[] path = new int[longest + 1];
        path[0] = state;
        // How many bytes of the token before have been read, and led on.
        int read = 0;
        int begin = 0;
        for (int i = 0; i < order.length; i++) {
            int length = ends[i] - begin;
            if (shared[i] <= read) {
                read = shared[i];
                int next = path[read];
                while (next != ByteAutomaton.DEAD && read < length) {
                    next = automaton.next(next, sorted[begin + read] & 0xff);
                    if (next != ByteAutomaton.DEAD) {
                        path[++read] = next;
                    }
                }
                if (read == length) {
                    reached.at(order[i], path[read]);
                }
            }
            begin = ends[i];
        }
    }

    /** Whether tokens lead from a state to a whole text. */
    private boolean alive(int state) {
        if (spelled || automaton.accepts(state)) {
            return true;
        }
        Boolean known = alive.get(state);
        if (known != null) {
            return known;
        }
        Map<Integer, Step> seen = new HashMap<>();
        int found = search(state, seen, at -> automaton.accepts(at) || Boolean.TRUE.equals(alive.get(at)));
        if (found == ByteAutomaton.DEAD) {
            // All that can be reached from here was seen, and none of it is a whole text.
            seen.keySet().forEach(dead -> alive.put(dead, false));
            return false;
        }
        for (int at = found; at != ByteAutomaton.DEAD; at = Objects.requireNonNull(seen.get(at)).from) {
            alive.put(at, true);
        }
        return true;
    }

    /** The state at which the search ends, nearest to the end of the grammar first; all that it saw is in {@code seen}. */
    private int search(int state, Map<Integer, Step> seen, IntPredicate goal) {
        PriorityQueue<Integer> open = new PriorityQueue<>(Comparator.comparingInt(automaton::distance));
        seen.put(state, new Step(ByteAutomaton.DEAD, -1));
        open.add(state);
        while (!open.isEmpty()) {
            int at = open.remove();
            if (goal.test(at)) {
                return at;
            }
            each(at, (token, next) -> {
                if (!Boolean.FALSE.equals(alive.get(next)) && seen.putIfAbsent(next, new Step(at, token)) == null) {
                    open.add(next);
                }
            });
        }
        return ByteAutomaton.DEAD;
    }

    /** Where the tokens come nearest to a whole text. */
    private String dead() {
        alive.clear();
        Map<Integer, Step> seen = new HashMap<>();
        search(automaton.start(), seen, at -> false);
        Set<Integer> reached = new HashSet<>(seen.keySet());
        int nearest = reached.stream()
                .min(Comparator.comparingInt(automaton::distance))
                .orElse(automaton.start());
        StringBuilder text = new StringBuilder();
        for (int at = nearest; at != automaton.start(); at = Objects.requireNonNull(seen.get(at)).from) {
            text.insert(0, vocabulary.text(Objects.requireNonNull(seen.get(at)).token));
        }
        return "constraint " + name + ": no text of it can be spelled with the " + vocabulary.size()
                + " tokens (expected: after '" + text + "' a token that begins with one of "
                + automaton.expected(nearest) + " and leads on)";
    }
}
