package io.github.rlllm.engine.lm;

import java.util.Arrays;
import java.util.function.Function;

/** Whether a server's log-probabilities can be what they are called. */
final class CompletionsCheck {
    /** How far a log-probability may be above 0, and a sum of probabilities above 1. */
    static final double ROUNDING = 1e-3;

    /** How far a server in low precision, with other requests in its batch, may be from itself. */
    private static final double REPEATED = .05;

    private static final String BEGINNING = "Put the red cup on the table, close the door and then pick up the";
    private static final String[] ENDINGS = {" blue ball.", " green key."};

    private CompletionsCheck() {}

    static void check(Function<String, CompletionsScorer.Echo> server) {
        CompletionsScorer.Echo one = server.apply(BEGINNING + ENDINGS[0]);
        requireLogProbs(one);
        same(
                one,
                server.apply(BEGINNING + ENDINGS[0]),
                "log-probabilities of the same text",
                one.tokens().size());
        // What stands at a token must not know what comes after it; where they are shifted by one, it does.
        CompletionsScorer.Echo other = server.apply(BEGINNING + ENDINGS[1]);
        int common = 0;
        while (common < Math.min(one.tokens().size(), other.tokens().size())
                && one.tokens().get(common).equals(other.tokens().get(common))) {
            common++;
        }
        if (common < 2) {
            throw failed("tokens of two texts with a common beginning", common + " in common", ">= 2");
        }
        same(one, other, "log-probabilities of a common beginning", common);
        // And it must know what came before: the same end after another beginning.
        CompletionsScorer.Echo alone = server.apply("The" + ENDINGS[0]);
        int end = one.tokens().size() - 1;
        int endAlone = alone.tokens().size() - 1;
        int shared = 0;
        boolean moved = false;
        while (shared <= Math.min(end, endAlone)
                && one.tokens().get(end - shared).equals(alone.tokens().get(endAlone - shared))) {
            double difference = one.logProbs()[end - shared] - alone.logProbs()[endAlone - shared];
            moved |= Math.abs(difference) > 1e-6;
            shared++;
        }
        if (shared > 0 && !moved) {
            throw failed("log-probabilities after another beginning", "the same", "others, since a model reads it");
        }
    }

    private static void requireLogProbs(CompletionsScorer.Echo echo) {
        double[] found = echo.logProbs();
        if (Arrays.stream(found).filter(v -> !Double.isNaN(v)).distinct().count() < 2) {
            throw failed("log-probabilities", "all equal", "different ones");
        }
        for (int t = 0; t < found.length; t++) {
            if (Double.isNaN(found[t]) && t > 0) {
                throw failed("log-probability of token " + t, "none", "a number");
            }
            if (found[t] > ROUNDING) {
                throw failed("log-probability of token " + t, found[t], "<= 0");
            }
            if (echo.top()[t] > 1 + ROUNDING) {
                throw failed("sum of the probabilities at token " + t, echo.top()[t], "<= 1");
            }
        }
    }

    private static void same(CompletionsScorer.Echo one, CompletionsScorer.Echo other, String what, int tokens) {
        if (other.tokens().size() < tokens) {
            throw failed("tokens of the same text", other.tokens().size(), tokens);
        }
        for (int t = 0; t < tokens; t++) {
            double difference = Math.abs(one.logProbs()[t] - other.logProbs()[t]);
            boolean bothMissing = Double.isNaN(one.logProbs()[t]) && Double.isNaN(other.logProbs()[t]);
            if (!bothMissing && !(difference <= REPEATED)) {
                throw failed(what + ": difference at token " + t, difference, "<= " + REPEATED);
            }
        }
    }

    private static IllegalStateException failed(String what, Object value, Object expected) {
        return new IllegalStateException("scoring server: " + what + ": " + value + " (expected: " + expected + ")");
    }
}
