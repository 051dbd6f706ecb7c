package io.github.rlllm.engine.decoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion.Finish;
import io.github.rlllm.api.NothingLeftException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GrammarConstraintTest {
    private static final Grammar AB = Grammar.anyOf(List.of(Grammar.text("a"), Grammar.text("b")));

    private static GrammarConstraint of(Grammar grammar, String... tokens) {
        return new GrammarConstraint("letters", grammar, TokenBytes.of(List.of(tokens)));
    }

    private static int[] range(int from, int to) {
        return IntStream.rangeClosed(from, to).toArray();
    }

    @Test
    void tokensLeadOnOrAreNotAllowed() {
        GrammarConstraint only = of(Grammar.text("abc"), "a", "b", "c", "ab", "bc", "abc", "abcd", "", "ac");
        assertArrayEquals(new int[] {0, 3, 5}, only.allowed(only.start()));
        int a = only.after(only.start(), 0);
        assertArrayEquals(new int[] {1, 4}, only.allowed(a));
        assertEquals(-1, only.after(a, 2));
        int end = only.after(a, 4);
        assertTrue(only.complete(end));
        assertEquals(0, only.allowed(end).length);
        assertEquals(only.after(only.start(), 5), end);
    }

    /** "ad" begins the text and no token goes on from "a" but "b", which leads to "abx" for which there is no "x". */
    @Test
    void whatLeadsIntoADeadEndIsNotAllowed() {
        Grammar either = Grammar.anyOf(List.of(Grammar.text("abx"), Grammar.text("acd")));
        GrammarConstraint only = of(either, "a", "b", "c", "d", "ab");
        assertArrayEquals(new int[] {0}, only.allowed(only.start()));
        assertArrayEquals(new int[] {2}, only.allowed(only.after(only.start(), 0)));
    }

    @Test
    void aVocabularyThatSpellsNoTextIsRefusedByName() {
        assertEquals(
                "constraint letters: no text of it can be spelled with the 3 tokens (expected: after 'ab' a token that"
                        + " begins with one of c d and leads on)",
                assertThrows(
                                NothingLeftException.class,
                                () -> of(
                                        Grammar.sequence(List.of(Grammar.text("ab"), Grammar.characters('c', 'd'))),
                                        "a",
                                        "b",
                                        "x"))
                        .getMessage());
        // A loop that never ends is searched to its end.
        Grammar loop = Grammar.sequence(List.of(Grammar.repeat(AB, 0, Grammar.UNLIMITED), Grammar.text("!")));
        assertThrows(NothingLeftException.class, () -> of(loop, "a", "b"));
    }

    @Test
    void repetitionsAreCounted() {
        GrammarConstraint only = of(Grammar.repeat(AB, 2, 3), "a", "b", "aaa", "aaaa");
        assertArrayEquals(range(0, 2), only.allowed(only.start()));
        int one = only.after(only.start(), 0);
        assertArrayEquals(range(0, 1), only.allowed(one));
        assertTrue(!only.complete(one));
        int two = only.after(one, 1);
        assertTrue(only.complete(two));
        int three = only.after(two, 1);
        assertTrue(only.complete(three));
        assertEquals(0, only.allowed(three).length);
        assertEquals(three, only.after(only.start(), 2));
        assertThrows(IllegalArgumentException.class, () -> Grammar.repeat(AB, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> Grammar.anyOf(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Grammar.characters(0xd800, 0xdfff));
    }

    @Test
    void aGrammarThatIsTooLargeIsRefused() {
        Grammar many = Grammar.repeat(Grammar.repeat(AB, 0, 1_000), 0, 1_000);
        assertEquals(
                "grammar: more than 200000 states (expected: at most as many; shorter texts, fewer repetitions)",
                assertThrows(IllegalArgumentException.class, () -> of(many, "a"))
                        .getMessage());
    }

    /** Every sequence of bytes of up to 4 that begins at the border of a range, against the JDK's strict decoder. */
    @Property(tries = 200)
    void charactersAreExactlyThoseOfTheRange(
            @ForAll @IntRange(max = 0x10ffff) int one, @ForAll @IntRange(max = 0x10ffff) int other) {
        int from = Math.min(one, other);
        int to = Math.max(one, other);
        if (from >= 0xd800 && to <= 0xdfff) {
            return;
        }
        ByteAutomaton automaton = new ByteAutomaton(Grammar.characters(from, to));
        SplittableRandom rng = new SplittableRandom(from * 31L + to);
        for (int i = 0; i < 300; i++) {
            int near = (i % 2 == 0 ? from : to) + rng.nextInt(5) - 2;
            int code = i < 100 ? near : rng.nextInt(0x110000);
            if (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) {
                byte[] bytes = Character.toString(code).getBytes(StandardCharsets.UTF_8);
                assertEquals(from <= code && code <= to, accepts(automaton, bytes), "character " + code);
            }
            byte[] any = new byte[1 + rng.nextInt(4)];
            rng.nextBytes(any);
            assertTrue(!accepts(automaton, any) || valid(any));
        }
    }

    private static boolean accepts(ByteAutomaton automaton, byte[] bytes) {
        int at = automaton.start();
        for (byte value : bytes) {
            at = at == ByteAutomaton.DEAD ? at : automaton.next(at, value & 0xff);
        }
        return at != ByteAutomaton.DEAD && automaton.accepts(at);
    }

    private static boolean valid(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .codePoints()
                            .count()
                    == 1;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Against every way of putting tokens together, for small sets of texts and vocabularies that often cannot spell them. */
    @Property(tries = 400)
    void exactlyTheTokensThatLeadToAWholeTextAreAllowed(@ForAll long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<String> texts = words(rng, 1 + rng.nextInt(5), 6);
        List<String> tokens = words(rng, 1 + rng.nextInt(9), 3);
        Grammar grammar = Grammar.anyOf(texts.stream().map(Grammar::text).toList());
        if (!finishes("", texts, tokens)) {
            assertThrows(NothingLeftException.class, () -> of(grammar, tokens.toArray(String[]::new)));
            return;
        }
        GrammarConstraint only = of(grammar, tokens.toArray(String[]::new));
        compare(only, only.start(), "", texts, tokens);
    }

    private static List<String> words(SplittableRandom rng, int count, int longest) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder word = new StringBuilder();
            for (int n = 1 + rng.nextInt(longest); n > 0; n--) {
                word.append("ab\u00e4".charAt(rng.nextInt(3)));
            }
            words.add(word.toString());
        }
        return words;
    }

    private static boolean finishes(String said, List<String> texts, List<String> tokens) {
        return texts.contains(said)
                || texts.stream().anyMatch(text -> text.startsWith(said))
                        && tokens.stream().anyMatch(token -> finishes(said + token, texts, tokens));
    }

    private static void compare(
            GrammarConstraint only, int state, String said, List<String> texts, List<String> tokens) {
        assertEquals(texts.contains(said), only.complete(state), said);
        int[] expected = IntStream.range(0, tokens.size())
                .filter(token -> finishes(said + tokens.get(token), texts, tokens))
                .toArray();
        assertArrayEquals(expected, only.allowed(state), "after '" + said + "'");
        for (int token : expected) {
            compare(only, only.after(state, token), said + tokens.get(token), texts, tokens);
        }
    }

    /** All texts of (a|b){1,3} with tokens of one and two letters: every path's probability is the product of renormalised ones. */
    @Test
    void samplesHaveTheModelsProbabilitiesRenormalised() {
        String[] tokens = {"a", "b", "ab", "x", ""};
        GrammarConstraint only = of(Grammar.repeat(AB, 1, 3), tokens);
        Sampler.NextLogits model = before -> {
            float[] logits = {0, 1, -1, 3, .5f};
            logits[before.length % 3] += 1;
            return logits;
        };
        Map<String, Double> expected = new TreeMap<>();
        walk(only, model, new ArrayList<>(), only.start(), 1, expected);
        assertEquals(1, expected.values().stream().mapToDouble(p -> p).sum(), 1e-12);
        SampleLimits limits =
                SampleLimits.of(9).withStop(List.of(new int[] {4})).withOnly(only);
        Map<String, Integer> counts = new TreeMap<>();
        SplittableRandom rng = new SplittableRandom(11);
        int n = 40_000;
        for (int i = 0; i < n; i++) {
            TokenSample sample = new Sampler(SamplingConfig.defaults()).sample(model, new int[0], limits, rng);
            assertEquals(Finish.STOP, sample.finish());
            counts.merge(java.util.Arrays.toString(sample.tokens()), 1, Integer::sum);
        }
        double chi = 0;
        for (Map.Entry<String, Double> one : expected.entrySet()) {
            double mean = n * one.getValue();
            chi += Math.pow(counts.getOrDefault(one.getKey(), 0) - mean, 2) / mean;
        }
        assertEquals(expected.keySet(), new TreeMap<>(counts).keySet());
        // 4.3 standard deviations above the mean of chi-squared.
        double degrees = expected.size() - 1;
        assertTrue(chi < degrees + 4.3 * Math.sqrt(2 * degrees), chi + " with " + degrees + " degrees of freedom");
    }

    private static void walk(
            GrammarConstraint only,
            Sampler.NextLogits model,
            List<Integer> said,
            int state,
            double p,
            Map<String, Double> into) {
        int[] next = only.allowed(state);
        if (next.length == 0) {
            into.put(said.toString(), p);
            return;
        }
        float[] logits = model.after(said.stream().mapToInt(t -> t).toArray());
        double sum = only.complete(state) ? Math.exp(logits[4]) : 0;
        for (int token : next) {
            sum += Math.exp(logits[token]);
        }
        for (int token : next) {
            List<Integer> longer = new ArrayList<>(said);
            longer.add(token);
            walk(only, model, longer, only.after(state, token), p * Math.exp(logits[token]) / sum, into);
        }
        if (only.complete(state)) {
            List<Integer> ended = new ArrayList<>(said);
            ended.add(4);
            into.put(ended.toString(), p * Math.exp(logits[4]) / sum);
        }
    }
}
