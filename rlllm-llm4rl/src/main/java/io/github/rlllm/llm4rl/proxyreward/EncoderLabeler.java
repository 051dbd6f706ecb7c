package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.llm4rl.proxyreward.Question.Example;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers with a sentence encoder. By examples: logistic regression on the vectors of the examples' episodes, all of one
 * answer where the examples are. By a description, or without any objective: yes where the episode's vector is nearer to a
 * sentence that affirms than to the same sentence denied. A cosine is no answer of a language model to a question; this
 * stands in where no model that answers is at hand, and every row says so.
 */
public final class EncoderLabeler implements Labeler<Object> {
    private static final EncoderHead.Config HEAD = EncoderHead.Config.defaults();

    private final Encoder encoder;
    private final boolean words;
    private final Map<List<Example>, EncoderHead> heads = new ConcurrentHashMap<>();

    /**
     * A labeler.
     *
     * @param encoder gives the vectors
     * @param words whether numbers are written out in words before they are encoded
     */
    public EncoderLabeler(Encoder encoder, boolean words) {
        this.encoder = Objects.requireNonNull(encoder, "encoder");
        this.words = words;
    }

    @Override
    public Parsed<Boolean> label(Object episode, Question question, List<String> refused) {
        float[] vector = encode(question.episode());
        List<Example> examples = question.examples();
        if (examples.isEmpty()) {
            String wanted = question.objective().isEmpty() ? "This is a good outcome." : question.objective();
            String unwanted = wanted.replace("is a good", "is a bad").replace("wants", "does not want");
            return Parsed.accepted(dot(vector, encode(wanted)) > dot(vector, encode(unwanted)));
        }
        boolean first = examples.get(0).yes();
        if (examples.stream().allMatch(example -> example.yes() == first)) {
            return Parsed.accepted(first);
        }
        double[] logProbs = heads.computeIfAbsent(examples, this::fit).logProbs(vector);
        return Parsed.accepted(logProbs[1] > logProbs[0]);
    }

    private EncoderHead fit(List<Example> examples) {
        float[][] vectors = new float[examples.size()][];
        int[] labels = new int[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = encode(examples.get(i).episode());
            labels[i] = examples.get(i).yes() ? 1 : 0;
        }
        return EncoderHead.fit(vectors, labels, 2, HEAD);
    }

    private float[] encode(String text) {
        return encoder.encode(words ? Numbers.inWords(text) : text);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Override
    public String model() {
        return encoder.model() + (words ? ", numbers in words" : "") + ", encoder head";
    }
}
