package io.github.rlllm.engine.lm;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A model that fails as real ones do, in ways that are drawn, and keeps the provider's bill: what it charged can be held
 * against what its caller believes to have spent. Thread-safe; the same draws for the same order of calls.
 */
public final class FaultyModel implements LanguageModel {
    private final LanguageModel model;
    private final FaultRates rates;
    private final Price price;
    private final RandomGenerator rng;
    private final Sleeper sleeper;
    private final Duration delay;
    private int stormLeft;
    private int faults;
    private ModelUsage charged = ModelUsage.NONE;
    private @Nullable Completion last;

    /**
     * Makes a model faulty.
     *
     * @param model answers where all goes well
     * @param rates how often what goes wrong
     * @param price what it charges
     * @param rng draws the faults
     * @param sleeper waits
     * @param delay how late a late answer is
     */
    public FaultyModel(
            LanguageModel model, FaultRates rates, Price price, RandomGenerator rng, Sleeper sleeper, Duration delay) {
        this.model = Objects.requireNonNull(model, "model");
        this.rates = Objects.requireNonNull(rates, "rates");
        this.price = Objects.requireNonNull(price, "price");
        this.rng = Objects.requireNonNull(rng, "rng");
        this.sleeper = Objects.requireNonNull(sleeper, "sleeper");
        this.delay = Objects.requireNonNull(delay, "delay");
    }

    @Override
    public Completion complete(Prompt prompt) {
        boolean wait;
        Completion answer;
        synchronized (this) {
            double draw = rng.nextDouble();
            if (stormLeft > 0) {
                stormLeft--;
                throw storm();
            }
            wait = draw < rates.delay();
            draw -= rates.delay();
            answer = wait ? charge(model.complete(prompt)) : answer(prompt, draw);
            last = answer;
        }
        if (wait) {
            synchronized (this) {
                faults++;
            }
            late();
        }
        return answer;
    }

    private Completion answer(Prompt prompt, double drawn) {
        double draw = drawn;
        if (draw < rates.drop()) {
            faults++;
            charge(model.complete(prompt));
            throw new UncheckedIOException(new IOException("connection reset"));
        }
        draw -= rates.drop();
        if (draw < rates.storm()) {
            stormLeft = rng.nextInt(4);
            throw storm();
        }
        draw -= rates.storm();
        if (draw < rates.serverError()) {
            faults++;
            if (rng.nextBoolean()) {
                charge(model.complete(prompt));
            }
            throw new InternalServerException(new RetryAfterException(503, "overloaded", null));
        }
        draw -= rates.serverError();
        Completion answer = charge(model.complete(prompt));
        if (draw < rates.half()) {
            faults++;
            String half = answer.text().substring(0, answer.text().length() / 2);
            return with(answer, half, Completion.Finish.LENGTH);
        }
        draw -= rates.half();
        if (draw < rates.wrongSchema()) {
            faults++;
            return with(answer, "{\"unexpected\": [1, 2, 3]}", Completion.Finish.STOP);
        }
        draw -= rates.wrongSchema();
        if (draw < rates.duplicate() && last != null) {
            faults++;
            return with(answer, last.text(), last.finish());
        }
        return answer;
    }

    private RateLimitException storm() {
        faults++;
        return new RateLimitException(
                new RetryAfterException(429, "too many requests", Duration.ofSeconds(rng.nextInt(3))));
    }

    private Completion charge(Completion answer) {
        int in = Math.max(0, answer.tokensIn());
        int out = Math.max(0, answer.tokensOut());
        charged = charged.plus(new ModelUsage(1, in, out, price.of(in, out), Duration.ZERO));
        return answer;
    }

    private static Completion with(Completion answer, String text, Completion.Finish finish) {
        return new Completion(text, answer.tokensIn(), answer.tokensOut(), finish, answer.model());
    }

    private void late() {
        try {
            sleeper.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while the answer was on its way");
        }
    }

    /**
     * The provider's bill.
     *
     * @return every answer that was written, also those that were lost on their way
     */
    public synchronized ModelUsage charged() {
        return charged;
    }

    /**
     * How many calls went wrong.
     *
     * @return at least 0
     */
    public synchronized int faults() {
        return faults;
    }
}
