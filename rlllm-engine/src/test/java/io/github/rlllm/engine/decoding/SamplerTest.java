package io.github.rlllm.engine.decoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion.Finish;
import io.github.rlllm.api.NothingLeftException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final SamplingConfig PLAIN = SamplingConfig.defaults();
    private static final int[] NOTHING = {};

    /** Logits of probabilities .1, .2, .3, .4. */
    private static final float[] FOUR = {
        (float) Math.log(1), (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)
    };

    private static double[] p(SamplingConfig config, float... logits) {
        return new Sampler(config).probabilities(logits, NOTHING);
    }

    @Test
    void theModelAsItIs() {
        assertArrayEquals(new double[] {.1, .2, .3, .4}, p(PLAIN, FOUR), 1e-7);
    }

    @Test
    void temperatureZeroTakesTheMostProbableAndTheFirstOfEquals() {
        assertArrayEquals(new double[] {0, 0, 0, 1}, p(SamplingConfig.greedy(), FOUR));
        assertArrayEquals(new double[] {0, 1, 0}, p(SamplingConfig.greedy(), 0, 5, 5));
        assertArrayEquals(new double[] {0, 0, 1}, p(PLAIN.withTemperature(1e-300), 1, 2, 3));
    }

    @Test
    void equalLogitsAtTheEdge() {
        assertArrayEquals(new double[] {.25, .25, .25, .25}, p(PLAIN.withTopK(2), 1, 1, 1, 1), 1e-15);
        assertArrayEquals(new double[] {.5, .5, 0, 0}, p(PLAIN.withTopP(.5), 1, 1, 1, 1), 1e-15);
    }

    @Test
    void nucleusTakesTheTokenThatReachesTheMass() {
        assertArrayEquals(new double[] {0, 2 / 9.0, 3 / 9.0, 4 / 9.0}, p(PLAIN.withTopP(.85), FOUR), 1e-7);
        assertArrayEquals(new double[] {0, 0, 0, 1}, p(PLAIN.withTopP(.3), FOUR), 1e-7);
    }

    @Test
    void minimumIsRelativeToTheMostProbable() {
        assertArrayEquals(new double[] {0, 0, 3 / 7.0, 4 / 7.0}, p(PLAIN.withMinP(.6), FOUR), 1e-7);
        assertArrayEquals(
                new double[] {0, 2 / 9.0, 3 / 9.0, 4 / 9.0}, p(PLAIN.withMinP(1).withKeep(3), FOUR), 1e-7);
    }

    @Test
    void repetitionCountsOnce() {
        double[] p =
                new Sampler(PLAIN.withRepetitionPenalty(2)).probabilities(new float[] {2, -1, 1}, new int[] {0, 1, 0});
        double sum = Math.exp(1) + Math.exp(-2) + Math.exp(1);
        assertArrayEquals(new double[] {Math.exp(1) / sum, Math.exp(-2) / sum, Math.exp(1) / sum}, p, 1e-15);
    }

    @Test
    void noPairComesTwice() {
        double[] p = new Sampler(PLAIN.withNoRepeat(2)).probabilities(FOUR, new int[] {0, 1, 0, 3, 0});
        assertArrayEquals(new double[] {.25, 0, .75, 0}, p, 1e-7);
    }

    @Test
    void otherTokensAreImpossibleFromTheStart() {
        double[] p = new Sampler(PLAIN.withTopK(1)).probabilities(FOUR, NOTHING, new int[] {0, 1});
        assertArrayEquals(new double[] {0, 1, 0, 0}, p);
    }

    @Test
    void whatCannotBeDrawnFromIsRefused() {
        Sampler sampler = new Sampler(PLAIN.withNoRepeat(1));
        assertThrows(NothingLeftException.class, () -> sampler.probabilities(FOUR, new int[] {0, 1, 2, 3}));
        assertThrows(ArithmeticException.class, () -> sampler.probabilities(new float[] {0, Float.NaN}, NOTHING));
        float[] none = {Float.NEGATIVE_INFINITY};
        assertThrows(ArithmeticException.class, () -> sampler.probabilities(none, NOTHING));
        assertEquals(
                "previous: token 4 (expected: 0 to 3, as there are logits)",
                assertThrows(IllegalArgumentException.class, () -> sampler.probabilities(FOUR, new int[] {4}))
                        .getMessage());
        assertEquals(
                "topP: 0.0 (expected: in (0, 1])",
                assertThrows(IllegalArgumentException.class, () -> PLAIN.withTopP(0))
                        .getMessage());
    }

    @Test
    void drawsHaveTheirFrequencies() {
        SplittableRandom rng = new SplittableRandom(3);
        int[] counts = new int[4];
        double[] p = p(PLAIN.withTopK(3), FOUR);
        for (int i = 0; i < 90_000; i++) {
            counts[Sampler.draw(p, rng)]++;
        }
        assertEquals(0, counts[0]);
        assertEquals(20_000, counts[1], 600);
        assertEquals(30_000, counts[2], 600);
        assertEquals(40_000, counts[3], 600);
    }

    @Test
    void aStopSequenceEndsASampleAndIsNoPartOfTheAnswer() {
        // 0, 1, 2, 3, 0, 1, ... by length.
        Sampler.NextLogits counting = tokens -> {
            float[] logits = new float[4];
            logits[tokens.length % 4] = 50;
            return logits;
        };
        SampleLimits limits = SampleLimits.of(20).withStop(List.of(new int[] {3, 0}, new int[] {0}));
        Sampler greedy = new Sampler(SamplingConfig.greedy());
        TokenSample sample = greedy.sample(counting, new int[] {0}, limits, new SplittableRandom(1));
        assertArrayEquals(new int[] {1, 2, 3, 0}, sample.tokens());
        assertArrayEquals(new int[] {1, 2}, sample.answer());
        assertEquals(Finish.STOP, sample.finish());
        assertEquals(0, sample.logProbs()[0], 1e-12);
        TokenSample cut = greedy.sample(counting, new int[] {0}, SampleLimits.of(6), new SplittableRandom(1));
        assertArrayEquals(new int[] {1, 2, 3, 0, 1, 2}, cut.answer());
        assertEquals(Finish.LENGTH, cut.finish());
    }

    @Test
    void aPromptDoesNotStop() {
        SampleLimits limits = SampleLimits.of(3).withStop(List.of(new int[] {1, 1}));
        TokenSample sample = new Sampler(SamplingConfig.greedy())
                .sample(tokens -> new float[] {0, 1}, new int[] {1}, limits, new SplittableRandom(1));
        assertArrayEquals(new int[] {1, 1}, sample.tokens());
    }

    @Test
    void aConstrainedSampleIsOneOfTheSequencesAndEachComes() {
        List<int[]> may = List.of(new int[] {0, 1}, new int[] {0, 2, 2}, new int[] {3});
        SampleLimits limits = SampleLimits.of(9).withOnly(new TokenTrie(may));
        SplittableRandom rng = new SplittableRandom(5);
        int[] counts = new int[3];
        for (int i = 0; i < 500; i++) {
            TokenSample sample = new Sampler(PLAIN).sample(tokens -> FOUR, new int[] {2}, limits, rng);
            assertEquals(Finish.STOP, sample.finish());
            counts[
                    IntStream.range(0, 3)
                            .filter(k -> java.util.Arrays.equals(may.get(k), sample.tokens()))
                            .findFirst()
                            .orElseThrow()]++;
        }
        // p(0) = 1/5 at first; then p(1) = 2/5.
        assertEquals(40, counts[0], 20);
        assertEquals(60, counts[1], 24);
        assertEquals(400, counts[2], 30);
    }

    @Test
    void aSequenceThatBeginsAnotherNeedsATokenThatEnds() {
        TokenTrie open = new TokenTrie(List.of(new int[] {1}, new int[] {1, 2}));
        Sampler sampler = new Sampler(PLAIN);
        SampleLimits limits = SampleLimits.of(3).withOnly(open);
        assertEquals(
                "constraint one of 2 token sequences: complete, and more may follow (expected: a token that ends a text"
                        + " among the stop sequences)",
                assertThrows(
                                IllegalStateException.class,
                                () -> sampler.sample(tokens -> FOUR, NOTHING, limits, new SplittableRandom(1)))
                        .getMessage());
        SampleLimits ended = limits.withStop(List.of(new int[] {0}));
        SplittableRandom rng = new SplittableRandom(1);
        int longer = 0;
        for (int i = 0; i < 3_000; i++) {
            TokenSample sample = sampler.sample(tokens -> FOUR, NOTHING, ended, rng);
            int[] answer = sample.answer();
            assertEquals(1, answer[0]);
            assertEquals(Finish.STOP, sample.finish());
            assertEquals(answer.length == 1 ? 1 : 0, sample.stop());
            longer += answer.length == 2 ? 1 : 0;
        }
        // p(2) = .3 against p(end) = .1.
        assertEquals(2_250, longer, 120);
    }

    /** p(0 1) = .02, p(0 2) = .03, p(3) = .4. */
    @Test
    void amongIsTheModelsOwnDistributionOverTheSet() {
        TokenTrie set = new TokenTrie(List.of(new int[] {0, 1}, new int[] {0, 2}, new int[] {3}));
        assertArrayEquals(
                new double[] {2 / 45.0, 3 / 45.0, 40 / 45.0}, Sampler.among(tokens -> FOUR, NOTHING, set), 1e-7);
        TokenTrie open = new TokenTrie(List.of(new int[] {1}, new int[] {1, 2}));
        assertThrows(IllegalArgumentException.class, () -> Sampler.among(tokens -> FOUR, NOTHING, open));
        float none = Float.NEGATIVE_INFINITY;
        TokenTrie never = new TokenTrie(List.of(new int[] {1}));
        assertThrows(NothingLeftException.class, () -> Sampler.among(tokens -> new float[] {0, none}, NOTHING, never));
    }

    @Test
    void aConstraintRefusesWhatWouldCutItsSamples() {
        SampleLimits only = SampleLimits.of(9).withOnly(new TokenTrie(List.of(new int[] {1})));
        assertThrows(IllegalArgumentException.class, () -> only.withStop(List.of(new int[] {1, 2})));
        StopTexts texts = new StopTexts(TokenBytes.of(List.of("a")), List.of("a"));
        assertEquals(
                "stop: texts or several tokens beside one of 1 token sequences (expected: single tokens, since a constraint"
                        + " says itself where a sample may end)",
                assertThrows(IllegalArgumentException.class, () -> only.withStopTexts(texts))
                        .getMessage());
    }

    @Test
    void theTreeHoldsCommonBeginningsOnce() {
        TokenTrie trie =
                new TokenTrie(List.of(new int[] {5, 6, 7}, new int[] {5, 6, 8}, new int[] {5, 6, 7}, new int[] {9}));
        assertEquals(6, trie.size());
        assertEquals(4, trie.sequences());
        assertEquals(trie.end(0), trie.end(2));
        assertArrayEquals(new int[] {5, 9}, trie.next(TokenTrie.ROOT));
        assertEquals(8, trie.token(trie.end(1)));
        assertEquals(trie.parent(trie.end(0)), trie.parent(trie.end(1)));
        assertEquals(-1, trie.child(TokenTrie.ROOT, 6));
        assertTrue(trie.prefixFree());
    }

    @Property(tries = 300)
    void whatIsLeftIsADistributionThatKeepsTheOrder(
            @ForAll @Size(min = 1, max = 12) List<@FloatRange(min = -9, max = 9) Float> drawn,
            @ForAll @DoubleRange(min = .1, max = 3) double temperature,
            @ForAll @IntRange(max = 12) int topK,
            @ForAll @DoubleRange(min = .01, max = 1) double topP,
            @ForAll @DoubleRange(max = 1) double minP) {
        float[] logits = new float[drawn.size()];
        for (int v = 0; v < logits.length; v++) {
            logits[v] = drawn.get(v);
        }
        double[] p = p(
                PLAIN.withTemperature(temperature).withTopK(topK).withTopP(topP).withMinP(minP), logits);
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            sum += p[v];
            for (int w = 0; w < p.length; w++) {
                assertTrue(
                        logits[v] <= logits[w] || p[v] >= p[w], "a more probable token has at least the probability");
            }
        }
        assertEquals(1, sum, 1e-12);
    }
}
