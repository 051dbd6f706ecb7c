package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Encoder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An encoder that notes what it is asked for, so that a dry run tells what to encode in one batch. */
public final class TextCollector implements Encoder {
    private final Set<String> texts = new LinkedHashSet<>();

    private TextCollector() {}

    /**
     * Every text that a use of an encoder asks for.
     *
     * @param use is given vectors of length 1
     * @return each once, in the order in which they are asked for first
     */
    public static List<String> of(Consumer<Encoder> use) {
        TextCollector collector = new TextCollector();
        use.accept(collector);
        return List.copyOf(collector.texts);
    }

    @Override
    public float[] encode(String text) {
        texts.add(text);
        return new float[] {1};
    }

    @Override
    public int dimension() {
        return 1;
    }

    @Override
    public String model() {
        return "collector";
    }
}
