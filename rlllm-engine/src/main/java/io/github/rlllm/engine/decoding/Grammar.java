package io.github.rlllm.engine.decoding;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A small grammar: which texts are allowed, put together from texts, characters, alternatives, sequences and repetitions. It
 * is regular (nothing contains itself), so that an automaton with finitely many states reads it. Immutable and thread-safe.
 */
public final class Grammar {
    /** As many repetitions as one likes. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Adds what reads this part and leads to a state. */
    interface Part {
        int into(ByteAutomaton automaton, int end);
    }

    private final Part part;

    private Grammar(Part part) {
        this.part = part;
    }

    /**
     * One text.
     *
     * @param text may be empty
     * @return a grammar of that text alone
     */
    public static Grammar text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Grammar((automaton, end) -> {
            int at = end;
            for (int i = bytes.length - 1; i >= 0; i--) {
                at = automaton.before(bytes[i] & 0xff, bytes[i] & 0xff, at);
            }
            return at;
        });
    }

    /**
     * One character of a range.
     *
     * @param from the first code point
     * @param to the last, at least {@code from}; halves of surrogate pairs between them are left out
     * @return a grammar of one character
     * @throws IllegalArgumentException if the range is empty or not of Unicode
     */
    public static Grammar characters(int from, int to) {
        if (from < 0 || to > Character.MAX_CODE_POINT || from > to || from >= 0xd800 && to <= 0xdfff) {
            throw new IllegalArgumentException(
                    "characters: " + from + " to " + to + " (expected: a range of Unicode that holds a character)");
        }
        return new Grammar((automaton, end) -> {
            int start = automaton.state();
            Utf8Ranges.of(from, to).forEach(range -> {
                int at = end;
                for (int i = range.length - 1; i > 0; i--) {
                    at = automaton.before(range[i][0], range[i][1], at);
                }
                automaton.edge(start, range[0][0], range[0][1], at);
            });
            return start;
        });
    }

    /**
     * One of several.
     *
     * @param choices at least one
     * @return a grammar of what one of them allows
     * @throws IllegalArgumentException if there is none
     */
    public static Grammar anyOf(List<Grammar> choices) {
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("choices: none (expected: at least one)");
        }
        List<Grammar> all = List.copyOf(choices);
        return new Grammar((automaton, end) -> {
            int start = automaton.state();
            all.forEach(choice -> automaton.skip(start, choice.into(automaton, end)));
            return start;
        });
    }

    /**
     * One after the other.
     *
     * @param parts may be none, which is the empty text
     * @return a grammar of sequences
     */
    public static Grammar sequence(List<Grammar> parts) {
        List<Grammar> all = List.copyOf(parts);
        return new Grammar((automaton, end) -> {
            int at = end;
            for (int i = all.size() - 1; i >= 0; i--) {
                at = all.get(i).into(automaton, at);
            }
            return at;
        });
    }

    /**
     * Again and again.
     *
     * @param repeated what comes several times
     * @param least how often at least, at least 0
     * @param most how often at most, at least {@code least}; {@link #UNLIMITED} for no bound
     * @return a grammar of repetitions
     * @throws IllegalArgumentException if the numbers are out of their range
     */
    public static Grammar repeat(Grammar repeated, int least, int most) {
        if (least < 0 || most < least) {
            throw new IllegalArgumentException(
                    "least, most: " + least + ", " + most + " (expected: 0 <= least <= most)");
        }
        return new Grammar((automaton, end) -> {
            int at = automaton.state();
            automaton.skip(at, end);
            if (most == UNLIMITED) {
                automaton.skip(at, repeated.into(automaton, at));
            } else {
                for (int i = least; i < most; i++) {
                    int before = automaton.state();
                    automaton.skip(before, end);
                    automaton.skip(before, repeated.into(automaton, at));
                    at = before;
                }
            }
            for (int i = 0; i < least; i++) {
                at = repeated.into(automaton, at);
            }
            return at;
        });
    }

    /**
     * Perhaps.
     *
     * @param part what may come
     * @return a grammar of it or the empty text
     */
    public static Grammar optional(Grammar part) {
        return repeat(part, 0, 1);
    }

    /** A part that is not put together from others. */
    static Grammar of(Part part) {
        return new Grammar(part);
    }

    /** The state from which this leads to another; built once for each. */
    int into(ByteAutomaton automaton, int end) {
        return automaton.before(this, end);
    }

    int build(ByteAutomaton automaton, int end) {
        return part.into(automaton, end);
    }
}
