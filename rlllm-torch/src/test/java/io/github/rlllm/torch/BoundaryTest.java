package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BoundaryTest {
    private static final ModelConfig.Tokens NONE =
            new ModelConfig.Tokens(OptionalInt.empty(), List.of(), OptionalInt.empty());

    /** The longest word first; token = place in the list. */
    private record Longest(List<String> words, int[] before, int[] after) implements Tokenizer {
        @Override
        public int size() {
            return words.size();
        }

        @Override
        public int[] encode(String text, boolean special) {
            List<Integer> found = new ArrayList<>();
            for (int at = 0; at < text.length(); ) {
                int best = -1;
                for (int w = 0; w < words.size(); w++) {
                    boolean fits = text.startsWith(words.get(w), at);
                    if (fits
                            && (best < 0
                                    || words.get(w).length() > words.get(best).length())) {
                        best = w;
                    }
                }
                if (best < 0) {
                    at++;
                    continue;
                }
                found.add(best);
                at += words.get(best).length();
            }
            if (special) {
                for (int i = before.length - 1; i >= 0; i--) {
                    found.add(0, before[i]);
                }
                for (int token : after) {
                    found.add(token);
                }
            }
            return found.stream().mapToInt(t -> t).toArray();
        }

        @Override
        public String decode(int[] tokens, boolean special) {
            throw new AssertionError("not needed");
        }

        @Override
        public TokenBytes spelled() {
            throw new AssertionError("not needed");
        }

        @Override
        public void close() {}
    }

    //                                                0    1    2    3     4     5
    private static final List<String> WORDS = List.of("a", "b", "c", "bc", "<s>", "</s>");
    private static final Tokenizer PLAIN = new Longest(WORDS, new int[] {}, new int[] {});
    private static final Tokenizer FRAMED = new Longest(WORDS, new int[] {4}, new int[] {5});

    private static void split(
            Tokenizer tokenizer, String context, String continuation, boolean forced, int[] before, int[] after) {
        Boundary boundary = new Boundary(tokenizer, NONE);
        int[] found = boundary.context(context);
        assertArrayEquals(before, found);
        Boundary.Split split = boundary.continuation(context, found, continuation);
        assertArrayEquals(after, split.tokens());
        assertEquals(forced, split.forced());
    }

    @Test
    void aContinuationIsWhatTheWholeTextHasAfterTheContext() {
        split(PLAIN, "ab", "ac", false, new int[] {0, 1}, new int[] {0, 2});
        split(PLAIN, "a", "bc", false, new int[] {0}, new int[] {3});
    }

    @Test
    void whatBeginsATextIsTheContextsAndWhatEndsItNobodys() {
        split(FRAMED, "ab", "ac", false, new int[] {4, 0, 1}, new int[] {0, 2});
        split(FRAMED, "", "bca", false, new int[] {4}, new int[] {3, 0});
    }

    @Test
    void aTokenDoesNotReachOverTheBoundary() {
        // The whole text "abc" is a, bc; after the context a, b there is c alone.
        split(PLAIN, "ab", "ca", true, new int[] {0, 1}, new int[] {2, 0});
        split(FRAMED, "ab", "c", true, new int[] {4, 0, 1}, new int[] {2});
    }

    @Test
    void anEmptyContextIsWhatBeginsATextOrStandsBetweenTexts() {
        assertArrayEquals(
                new int[] {5},
                new Boundary(PLAIN, new ModelConfig.Tokens(OptionalInt.empty(), List.of(5, 3), OptionalInt.empty()))
                        .context(""));
        Boundary begun =
                new Boundary(PLAIN, new ModelConfig.Tokens(OptionalInt.of(4), List.of(5), OptionalInt.empty()));
        assertArrayEquals(new int[] {4}, begun.context(""));
        assertArrayEquals(new int[] {0}, begun.context("a"));
        Boundary.Split split = begun.continuation("", new int[] {4}, "bc");
        assertArrayEquals(new int[] {3}, split.tokens());
        assertFalse(split.forced());
        assertThrows(IllegalArgumentException.class, () -> new Boundary(PLAIN, NONE).context(""));
    }

    @Test
    void whatHasNoTokenIsRefused() {
        Boundary boundary = new Boundary(PLAIN, NONE);
        int[] a = boundary.context("a");
        String empty = assertThrows(IllegalArgumentException.class, () -> boundary.continuation("a", a, ""))
                .getMessage();
        assertEquals("continuation: empty (expected: at least one character)", empty);
        String unknown = assertThrows(IllegalArgumentException.class, () -> boundary.continuation("a", a, "??"))
                .getMessage();
        assertTrue(unknown.startsWith("continuation: no token"), unknown);
    }
}
