package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.ScoringModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScoringModelContractTest {
    /** Every character has the probability 1 / (2 + the context's length). */
    private static class Good implements ScoringModel {
        @Override
        public double[] logProbs(String context, List<String> continuations) {
            if (continuations.contains("")) {
                throw new IllegalArgumentException("continuation: empty");
            }
            return continuations.stream()
                    .mapToDouble(c -> -c.length() * Math.log(2 + context.length()))
                    .toArray();
        }

        @Override
        public int tokens(String context, String continuation) {
            return continuation.length();
        }

        @Override
        public String model() {
            return "characters";
        }
    }

    private static ScoringModel model = new Good();

    static class Kit extends ScoringModelContract {
        @Override
        protected ScoringModel model() {
            return model;
        }

        @Override
        protected List<String> contexts() {
            return List.of("a context", "another");
        }

        @Override
        protected List<String> continuations() {
            return List.of("yes", "no");
        }
    }

    @Test
    void aGoodModelPasses() {
        model = new Good();
        KitRunner runner = KitRunner.run(Kit.class);
        assertEquals(Map.of(), runner.failed);
        assertEquals(7, runner.ran.size(), runner.ran::toString);
    }

    static List<Arguments> broken() {
        ScoringModel positive = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                return Arrays.stream(super.logProbs(context, continuations))
                        .map(v -> -v)
                        .toArray();
            }
        };
        ScoringModel normalised = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                double[] found = super.logProbs(context, continuations);
                double sum = Arrays.stream(found).map(Math::exp).sum();
                return Arrays.stream(found).map(v -> v - Math.log(sum)).toArray();
            }
        };
        AtomicInteger calls = new AtomicInteger();
        ScoringModel tired = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                double[] found = super.logProbs(context, continuations);
                Arrays.setAll(found, i -> found[i] - calls.getAndIncrement());
                return found;
            }
        };
        double[] shared = new double[2];
        ScoringModel keeping = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                double[] found = super.logProbs(context, continuations);
                System.arraycopy(found, 0, shared, 0, Math.min(2, found.length));
                return found.length == 2 ? shared : found;
            }
        };
        ScoringModel lenient = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                return super.logProbs(
                        context,
                        continuations.stream().map(c -> c.isEmpty() ? "?" : c).toList());
            }
        };
        ScoringModel nameless = new Good() {
            @Override
            public String model() {
                return " ";
            }
        };
        ThreadLocal<Thread> own = new ThreadLocal<>();
        own.set(Thread.currentThread());
        ScoringModel oneThread = new Good() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                double[] found = super.logProbs(context, continuations);
                if (own.get() == null) {
                    Arrays.fill(found, -1);
                }
                return found;
            }
        };
        return List.of(
                Arguments.of("logProbsAreAtMostZero", positive),
                Arguments.of("batchesEqualSingleAnswers", normalised),
                Arguments.of("earlierCallsChangeNothing", tired),
                Arguments.of("arraysBelongToTheCaller", keeping),
                Arguments.of("continuationsHaveTokens", lenient),
                Arguments.of("theNameStays", nameless),
                Arguments.of("threadsGetTheSameAnswers", oneThread));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenModelFailsTheTestThatIsMeantForIt(String test, ScoringModel broken) {
        model = broken;
        KitRunner runner = KitRunner.run(Kit.class);
        assertTrue(runner.failed.containsKey(test), () -> test + " passed; failed: " + runner.failed);
    }
}
