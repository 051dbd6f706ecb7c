package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model with limits of calls, tokens, money and time. Before a call the most that it can cost is reserved: the prompt's
 * tokens by an upper estimate and all tokens that the answer may have. Where that is not left the call is not sent. After the
 * call what it cost takes the reservation's place.
 *
 * <p>What a failed call cost is not known. It is free where the server refused it (429, another 4xx) or was not reached, and
 * counts as all that was reserved otherwise: the answer may have been written and lost. Put this model under
 * {@link RetryingModel}, so that every attempt is reserved, and over {@link BoundedModel}, so that what comes late is counted.
 *
 * <p>Where a call does not fit beside what others have reserved, but would fit without, it waits for them. Thread-safe.
 */
public final class SpendingModel implements LanguageModel {
    private static final Logger LOG = LoggerFactory.getLogger(SpendingModel.class);
    /** Tokens of a chat template around a message, and around all; the templates of the known families need at most 8. */
    private static final long AROUND = 16;

    private final LanguageModel model;
    private final SpendingLimits limits;
    private final Price price;
    private final ToLongFunction<Prompt> tokensIn;
    private final LongSupplier nanos;
    private final long start;
    private final ModelUsage before;
    private final Object lock = new Object();
    private ModelUsage spent;
    private ModelUsage reserved = ModelUsage.NONE;

    /**
     * Puts limits on a model, with {@link #tokensAtMost} as the upper estimate.
     *
     * @param model to be limited
     * @param limits what may be spent
     * @param price what its tokens cost
     * @param nanos a nanosecond clock, such as {@code System::nanoTime}
     */
    public SpendingModel(LanguageModel model, SpendingLimits limits, Price price, LongSupplier nanos) {
        this(model, limits, price, nanos, SpendingModel::tokensAtMost, ModelUsage.NONE);
    }

    /**
     * Puts limits on a model of which something was spent before, as by an earlier process of the same study.
     *
     * @param model to be limited
     * @param limits what may be spent, {@code before} included
     * @param price what its tokens cost
     * @param nanos a nanosecond clock
     * @param tokensIn the most tokens that a prompt can have; where it is too small a limit can be passed by one call
     * @param before what was spent; its time counts too
     */
    public SpendingModel(
            LanguageModel model,
            SpendingLimits limits,
            Price price,
            LongSupplier nanos,
            ToLongFunction<Prompt> tokensIn,
            ModelUsage before) {
        this.model = Objects.requireNonNull(model, "model");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.price = Objects.requireNonNull(price, "price");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
        this.tokensIn = Objects.requireNonNull(tokensIn, "tokensIn");
        this.before = Objects.requireNonNull(before, "before");
        this.spent = before;
        this.start = nanos.getAsLong();
    }

    /**
     * The most tokens that a prompt can have for a tokenizer that spells bytes: one a byte of UTF-8, and 16 around each
     * message and around all. About four times what English text really has.
     *
     * @param prompt what is asked
     * @return its tokens at most
     */
    public static long tokensAtMost(Prompt prompt) {
        long tokens = AROUND;
        for (Message message : prompt.messages()) {
            tokens += bytes(message.text()) + AROUND;
        }
        return tokens + (prompt.schema() == null ? 0 : bytes(prompt.schema()));
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BudgetExhaustedException if the most that the call can cost is not left; it was not sent
     * @throws CancellationException if the thread was interrupted while it waited for others; it was not sent
     */
    @Override
    public Completion complete(Prompt prompt) {
        long in = tokensIn.applyAsLong(prompt);
        ModelUsage most = new ModelUsage(1, in, prompt.maxTokens(), price.of(in, prompt.maxTokens()), Duration.ZERO);
        reserve(most);
        ModelUsage cost = most;
        try {
            Completion answer = model.complete(prompt);
            cost = cost(answer, most);
            return answer;
        } catch (RuntimeException e) {
            if (!Failure.of(e).paid()) {
                cost = new ModelUsage(1, 0, 0, 0, Duration.ZERO);
            }
            throw e;
        } finally {
            settle(most, cost);
        }
    }

    private ModelUsage cost(Completion answer, ModelUsage most) {
        long in = answer.tokensIn() < 0 ? most.tokensIn() : answer.tokensIn();
        long out = answer.tokensOut() < 0 ? most.tokensOut() : answer.tokensOut();
        if (in > most.tokensIn() || out > most.tokensOut()) {
            LOG.warn(
                    "a call cost {} and {} tokens where {} and {} were reserved: the upper estimate is too small",
                    in,
                    out,
                    most.tokensIn(),
                    most.tokensOut());
        }
        return new ModelUsage(1, in, out, price.of(in, out), Duration.ZERO);
    }

    private void reserve(ModelUsage most) {
        synchronized (lock) {
            BudgetExhaustedException refused = refusal(reserved, most);
            while (refused != null) {
                if (refusal(ModelUsage.NONE, most) != null) {
                    throw refused;
                }
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("interrupted before the model was asked");
                }
                refused = refusal(reserved, most);
            }
            reserved = reserved.plus(most);
        }
    }

    /** Why a call cannot be sent beside what others have reserved; null if it can. */
    private @Nullable BudgetExhaustedException refusal(ModelUsage others, ModelUsage most) {
        ModelUsage taken = spent.plus(others);
        if (most.calls() > limits.calls() - taken.calls()) {
            return new BudgetExhaustedException("calls", limits.calls(), taken.calls(), most.calls());
        }
        if (most.tokens() > limits.tokens() - taken.tokens()) {
            return new BudgetExhaustedException("tokens", limits.tokens(), taken.tokens(), most.tokens());
        }
        if (most.billionths() > limits.billionths() - taken.billionths()) {
            return new BudgetExhaustedException("money", limits.money(), taken.money(), most.money());
        }
        Duration gone = elapsed();
        if (gone.compareTo(limits.time()) >= 0
                || limits.call().compareTo(limits.time().minus(gone)) > 0) {
            return new BudgetExhaustedException(
                    "seconds",
                    limits.time().toMillis() / 1e3,
                    gone.toMillis() / 1e3,
                    limits.call().toMillis() / 1e3);
        }
        return null;
    }

    private void settle(ModelUsage most, ModelUsage cost) {
        synchronized (lock) {
            reserved = new ModelUsage(
                    reserved.calls() - most.calls(),
                    reserved.tokensIn() - most.tokensIn(),
                    reserved.tokensOut() - most.tokensOut(),
                    reserved.billionths() - most.billionths(),
                    Duration.ZERO);
            spent = spent.plus(cost);
            lock.notifyAll();
        }
    }

    private Duration elapsed() {
        return before.time().plusNanos(nanos.getAsLong() - start);
    }

    /**
     * What was spent so far, without what is reserved for calls that are under way.
     *
     * @return the sum with the time since the start
     */
    public ModelUsage spent() {
        synchronized (lock) {
            return new ModelUsage(spent.calls(), spent.tokensIn(), spent.tokensOut(), spent.billionths(), elapsed());
        }
    }
}
