package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Calls as measurements under the names of OpenTelemetry's semantic conventions for generative AI (1.37): {@value #USAGE} in
 * {@code {token}}, once for the input and once for the output, and {@value #DURATION} in seconds. Needs no OpenTelemetry: the
 * sink records a value in a histogram of whatever library an application has. Attributes are of few different values, and none
 * holds a prompt, an answer or a failure's message. Thread-safe where the sink is.
 */
public final class GenAiMetrics implements Consumer<ModelCall> {
    /** The histogram of tokens. */
    public static final String USAGE = "gen_ai.client.token.usage";

    /** The histogram of durations. */
    public static final String DURATION = "gen_ai.client.operation.duration";

    /** Boundaries of the buckets of {@link #USAGE}, as the conventions advise. */
    public static final List<Double> USAGE_BUCKETS = powers(1, 4, 14);

    /** Boundaries of the buckets of {@link #DURATION}, as the conventions advise. */
    public static final List<Double> DURATION_BUCKETS = powers(.01, 2, 14);

    private final String provider;
    private final Sink sink;

    /** Records values, such as by {@code histogram.record(value, attributes)}. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Records a value.
         *
         * @param metric {@link #USAGE} or {@link #DURATION}
         * @param value tokens or seconds
         * @param attributes by name, sorted
         */
        void record(String metric, double value, Map<String, String> attributes);
    }

    /**
     * Measures calls.
     *
     * @param provider gen_ai.provider.name, such as {@code openai}
     * @param sink records values; must not fail
     */
    public GenAiMetrics(String provider, Sink sink) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.sink = Objects.requireNonNull(sink, "sink");
    }

    private static List<Double> powers(double first, int factor, int count) {
        Double[] all = new Double[count];
        double next = first;
        for (int i = 0; i < count; i++) {
            // .01 doubled is rounded each time; what is printed is not.
            all[i] = Math.rint(next * 100) / 100;
            next *= factor;
        }
        return List.of(all);
    }

    @Override
    public void accept(ModelCall call) {
        TreeMap<String, String> common = new TreeMap<>();
        common.put("gen_ai.operation.name", "chat");
        common.put("gen_ai.provider.name", provider);
        common.put("gen_ai.request.model", call.model());
        Completion answer = call.answer();
        if (answer != null) {
            common.put("gen_ai.response.model", answer.model());
            tokens(common, "input", answer.tokensIn());
            tokens(common, "output", answer.tokensOut());
        }
        RuntimeException failure = call.failure();
        if (failure != null) {
            common.put("error.type", failure.getClass().getName());
        }
        sink.record(DURATION, call.time().toNanos() / 1e9, Collections.unmodifiableMap(common));
    }

    private void tokens(TreeMap<String, String> common, String type, int tokens) {
        if (tokens >= 0) {
            TreeMap<String, String> attributes = new TreeMap<>(common);
            attributes.put("gen_ai.token.type", type);
            sink.record(USAGE, tokens, Collections.unmodifiableMap(attributes));
        }
    }
}
