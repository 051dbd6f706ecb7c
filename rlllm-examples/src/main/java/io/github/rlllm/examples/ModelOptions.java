package io.github.rlllm.examples;

import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.SpendingLimits;
import io.github.rlllm.examples.model.ModelChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that choose a language model. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "X",
            description = "a GGUF file, a checkpoint's folder, or http(s)://host/v1#model-name")
    private @Nullable String model;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "a checkpoint's chat template: plain, transcript, chatml, llama3, gemma (default: what its"
                    + " tokens tell)")
    private @Nullable String template;

    @Option(names = "--model-key", paramLabel = "VARIABLE", description = "environment variable with the server's key")
    private @Nullable String key;

    @Option(
            names = "--cassette",
            paramLabel = "FILE",
            description = "records every call; what it holds is answered from it and not asked again")
    private @Nullable Path cassette;

    @Option(names = "--replay", description = "the cassette alone answers; what it lacks fails")
    private boolean replay;

    @Option(names = "--max-calls", paramLabel = "N", description = "calls that may be sent, those of the cassette too")
    private @Nullable Long calls;

    @Option(names = "--max-tokens", paramLabel = "N", description = "tokens in and out, those of the cassette too")
    private @Nullable Long tokens;

    @Option(names = "--max-money", paramLabel = "AMOUNT", description = "in the currency of --price")
    private @Nullable Double money;

    @Option(names = "--max-minutes", paramLabel = "MINUTES", description = "time in which calls may be sent")
    private @Nullable Double minutes;

    @Option(
            names = "--price",
            paramLabel = "IN,OUT",
            split = ",",
            description = "for a million tokens read and written (default: free)")
    private List<Double> price = List.of();

    @Option(names = "--call-seconds", paramLabel = "SECONDS", description = "a call's time-out (default: 120)")
    private @Nullable Double seconds;

    @Option(names = "--in-flight", paramLabel = "N", description = "the most calls at once (default: 4)")
    private @Nullable Integer inFlight;

    /** The first flag that was given; null where none was. */
    private @Nullable String given() {
        Object[] values = {model, template, key, cassette, calls, tokens, money, minutes, seconds, inFlight};
        String[] names = {
            "model",
            "template",
            "model-key",
            "cassette",
            "max-calls",
            "max-tokens",
            "max-money",
            "max-minutes",
            "call-seconds",
            "in-flight"
        };
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                return names[i];
            }
        }
        if (replay) {
            return "replay";
        }
        return price.isEmpty() ? null : "price";
    }

    /**
     * What was chosen.
     *
     * @param id of the study
     * @param takes whether the study asks a language model
     * @return null where no flag was given
     * @throws IllegalArgumentException if a flag was given that the study has no use for, or they contradict each other
     */
    @Nullable
    ModelChoice choice(String id, boolean takes) {
        String given = given();
        if (given == null) {
            return null;
        }
        if (!takes) {
            throw new IllegalArgumentException(given + ": given (expected: not for " + id
                    + ", which asks no language model of the user's choice)");
        }
        if (money != null && price.isEmpty()) {
            throw new IllegalArgumentException("max-money: " + money + " (expected: with --price IN,OUT)");
        }
        Duration call = seconds == null ? ModelChoice.CALL : nanos("call-seconds", seconds, 1e9);
        Duration time = minutes == null ? SpendingLimits.none().time() : nanos("max-minutes", minutes, 60e9);
        SpendingLimits limits = SpendingLimits.none().withTime(time, call);
        limits = calls == null ? limits : limits.withCalls(calls);
        limits = tokens == null ? limits : limits.withTokens(tokens);
        limits = money == null ? limits : limits.withMoney(money);
        return new ModelChoice(
                model, template, key, cassette, replay, limits, price(), inFlight == null ? 4 : inFlight);
    }

    private Price price() {
        if (price.isEmpty()) {
            return Price.FREE;
        }
        if (price.size() != 2) {
            throw new IllegalArgumentException("price: " + price + " (expected: IN,OUT)");
        }
        return Price.perMillion(price.get(0), price.get(1));
    }

    private static Duration nanos(String name, double value, double unit) {
        if (!(value > 0 && value * unit < 1e17)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0, and less than three years)");
        }
        return Duration.ofNanos((long) (value * unit));
    }
}
