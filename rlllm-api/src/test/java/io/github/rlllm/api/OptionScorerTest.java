package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionScorerTest {
    /** One nat less for every letter. */
    private static final ScoringModel LETTERS = new ScoringModel() {
        @Override
        public double[] logProbs(String context, List<String> continuations) {
            return continuations.stream().mapToDouble(text -> -text.length()).toArray();
        }

        @Override
        public int tokens(String context, String continuation) {
            return continuation.length();
        }

        @Override
        public String model() {
            return "letters";
        }
    };

    /** Texts as angles in degrees. */
    private static final Encoder ANGLES = new Encoder() {
        @Override
        public float[] encode(String text) {
            double angle = Math.toRadians(Double.parseDouble(text));
            return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public String model() {
            return "angles";
        }
    };

    @Test
    void likelihoodIsSummedOverTokens() {
        Finite<Integer> p =
                OptionScorer.<Integer>likelihood(LETTERS, n -> "x".repeat(n)).score("context", List.of(1, 2, 4));
        double z = Math.exp(-1) + Math.exp(-2) + Math.exp(-4);
        assertEquals(Math.exp(-1) / z, p.probability(1), 1e-15);
        assertEquals(Math.exp(-4) / z, p.probability(4), 1e-15);
        assertEquals(List.of(1, 2, 4), p.support());
    }

    @Test
    void cosineOverTemperature() {
        OptionScorer<Integer> scorer = OptionScorer.cosine(ANGLES, n -> "" + n, .5);
        Finite<Integer> p = scorer.score("30", List.of(30, 90, 210));
        double z = Math.exp(2) + Math.exp(1) + Math.exp(-2);
        assertArrayEquals(new double[] {2 - Math.log(z), 1 - Math.log(z), -2 - Math.log(z)}, p.logProbs(), 1e-6);
        assertEquals(30, p.mode());
    }

    @Test
    void messages() {
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertEquals(
                    "temperature: " + wrong + " (expected: finite and > 0)",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> OptionScorer.<Integer>cosine(ANGLES, n -> "" + n, wrong))
                            .getMessage());
        }
        OptionScorer<Integer> scorer = OptionScorer.likelihood(LETTERS, n -> "" + n);
        assertThrows(IllegalArgumentException.class, () -> scorer.score("", List.of()));
        assertThrows(IllegalArgumentException.class, () -> scorer.score("", List.of(1, 1)));
    }

    @Test
    void batchesOfEncodersAndPoliciesHaveDefaults() {
        assertArrayEquals(
                new float[] {1, 0}, ANGLES.encodeAll(List.of("90", "0")).get(1), 1e-6f);
        Policy<Integer, Integer> policy = seen -> Finite.uniform(List.of(seen));
        assertEquals(
                List.of(1, 2),
                policy.atAll(List.of(1, 2)).stream().map(Distribution::mode).toList());
    }
}
