package io.github.rlllm.engine.decoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Completion.Finish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StopTextsTest {
    private static final List<String> PIECES =
            List.of("", "a", "b", "ab", "ba", "aab", "\u00e4", "\n\nHu", "man:", "b\n\nHuman: a");

    private static TokenSample greedy(SampleLimits limits, int... tokens) {
        return new Sampler(SamplingConfig.greedy())
                .sample(
                        before -> {
                            float[] logits = new float[PIECES.size()];
                            logits[tokens[before.length]] = 9;
                            return logits;
                        },
                        new int[0],
                        limits,
                        new SplittableRandom(1));
    }

    private static StopTexts stops(String... texts) {
        return new StopTexts(TokenBytes.of(PIECES), List.of(texts));
    }

    @Test
    void aStopTextMaySpanTokens() {
        StopTexts stops = stops("\n\nHuman:");
        TokenSample sample = greedy(SampleLimits.of(9).withStopTexts(stops), 1, 2, 7, 8, 1);
        assertArrayEquals(new int[] {1, 2, 7, 8}, sample.tokens());
        assertArrayEquals(new int[] {1, 2}, sample.answer());
        assertEquals(2, sample.stop());
        assertEquals("ab", stops.before(sample.tokens()));
        assertEquals(Finish.STOP, sample.finish());
    }

    @Test
    void aStopTextMayLieWithinAToken() {
        StopTexts stops = stops("Human", "zzz");
        TokenSample sample = greedy(SampleLimits.of(9).withStopTexts(stops), 1, 9, 1);
        assertArrayEquals(new int[] {1, 9}, sample.tokens());
        assertEquals(1, sample.stop());
        assertEquals("ab\n\n", stops.before(sample.tokens()));
    }

    @Test
    void withoutTheStopTextAllIsAnswered() {
        StopTexts stops = stops("zzz");
        TokenSample sample = greedy(SampleLimits.of(3).withStopTexts(stops), 1, 6, 2);
        assertEquals("a\u00e4b", stops.before(sample.tokens()));
        assertEquals(Finish.LENGTH, sample.finish());
        assertEquals(0, sample.stop());
    }

    @Test
    void nothingToStopAtIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> stops());
        assertThrows(IllegalArgumentException.class, () -> stops("a", ""));
    }

    @Test
    void halfACharacterIsShownAsSuch() {
        byte[] umlaut = "\u00e4".getBytes(StandardCharsets.UTF_8);
        TokenBytes halves = new TokenBytes(List.of(new byte[] {umlaut[0]}, new byte[] {umlaut[1]}));
        assertEquals("\u00e4\ufffd", halves.text(0, 1, 0));
        StopTexts stops = new StopTexts(halves, List.of("\u00e4"));
        assertEquals(2, stops.stopped(new int[] {0, 1}, 2));
        assertEquals(0, stops.stopped(new int[] {0, 1}, 1));
    }

    /** Against the whole text, searched by the JDK after every token. */
    @Property(tries = 500)
    void itStopsAtTheFirstTokenThatEndsAStopText(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 6) Integer> drawn,
            @ForAll @IntRange(max = 5) int which) {
        String stop = List.of("ab", "aab", "bb", "\u00e4a", "b", "baab").get(which);
        int[] tokens = drawn.stream().mapToInt(t -> t).toArray();
        StopTexts stops = stops(stop);
        int length = 0;
        String text = "";
        List<Integer> ends = new ArrayList<>();
        while (length < tokens.length && !text.contains(stop)) {
            text += PIECES.get(tokens[length++]);
            ends.add(text.length());
        }
        boolean met = text.contains(stop);
        for (int i = 1; i < length; i++) {
            assertEquals(0, stops.stopped(tokens, i));
        }
        int held = stops.stopped(tokens, length);
        String before = stops.before(Arrays.copyOf(tokens, length));
        assertEquals(met ? text.substring(0, text.indexOf(stop)) : text, before);
        int whole = (int) ends.stream().filter(end -> end <= before.length()).count();
        // A token that spells nothing at the border belongs to what is before it.
        assertEquals(met ? length - whole : 0, held);
    }
}
