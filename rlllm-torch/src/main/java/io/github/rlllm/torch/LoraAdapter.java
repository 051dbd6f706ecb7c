package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.LoraFile;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adapters (Hu et al., 2021): a map W [out, in] becomes {@code W + s B A} with A [r, in], B [out, r] and s =
 * alpha / r, or alpha / sqrt(r) for rank-stabilised ones (Kalajdzievski, 2023). Read and written as PEFT does. Attach it
 * with {@link CausalLm#attach}; it is then confined to that model and its lock.
 */
public final class LoraAdapter {
    private final Settings settings;
    private final Map<String, Pair> pairs = new LinkedHashMap<>();
    private final float @Nullable [] score;

    /** What is added to one map. */
    record Pair(Parameter a, Parameter b, double scaling) {}

    private LoraAdapter(LoraFile file) {
        this.settings = file.settings();
        this.score = file.score();
        for (Map.Entry<String, float[][]> entry : file.pairs().entrySet()) {
            String module = entry.getKey();
            float[] a = entry.getValue()[0];
            float[] b = entry.getValue()[1];
            int r = settings.rank();
            Parameter first = new Parameter(module + ".lora_A.weight", r, a.length / r);
            Parameter second = new Parameter(module + ".lora_B.weight", b.length / r, r);
            first.set(a);
            second.set(b);
            pairs.put(module, new Pair(first, second, settings.scaling()));
        }
    }

    /**
     * Reads a PEFT folder: adapter_config.json and adapter_model.safetensors.
     *
     * @param folder the folder
     * @param config of the model that it adapts
     * @return the adapter
     * @throws IOException if a file is damaged or made for another model; the message says what was expected
     */
    public static LoraAdapter load(Path folder, ModelConfig config) throws IOException {
        return new LoraAdapter(LoraFile.read(folder, config));
    }

    /**
     * An adapter that changes nothing yet: A uniform in +-1 / sqrt(in), B zero, as PEFT draws them.
     *
     * @param config of the model
     * @param settings rank, scale and which maps
     * @param rng the source of randomness
     * @return the adapter
     */
    public static LoraAdapter draw(ModelConfig config, Settings settings, RandomGenerator rng) {
        Map<String, float[][]> pairs = new LinkedHashMap<>();
        LoraFile.modules(config, settings).forEach((module, size) -> {
            float[] a = new float[settings.rank() * size.in()];
            double bound = 1 / Math.sqrt(size.in());
            for (int i = 0; i < a.length; i++) {
                a[i] = (float) (bound * (2 * rng.nextDouble() - 1));
            }
            pairs.put(module, new float[][] {a, new float[size.out() * settings.rank()]});
        });
        return new LoraAdapter(new LoraFile(settings, pairs, null));
    }

    /**
     * Rank, scale and maps.
     *
     * @return the settings
     */
    public Settings settings() {
        return settings;
    }

    /**
     * The adapted maps.
     *
     * @return such as {@code model.layers.0.self_attn.q_proj}
     */
    public List<String> modules() {
        return List.copyOf(pairs.keySet());
    }

    /** What is added to a map; null if it is not adapted. */
    @Nullable
    Pair pair(String module) {
        return pairs.get(module);
    }

    /** The score head that came with it; null if there was none. */
    float @Nullable [] score() {
        return score;
    }

    /** A and B of every map. */
    List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        pairs.values().forEach(pair -> {
            parameters.add(pair.a());
            parameters.add(pair.b());
        });
        return parameters;
    }

    LoraAdapter copy() {
        return new LoraAdapter(file(null));
    }

    /** The numbers as they are, with a score head if the model has one. */
    LoraFile file(float @Nullable [] head) {
        Map<String, float[][]> numbers = new LinkedHashMap<>();
        pairs.forEach((module, pair) ->
                numbers.put(module, new float[][] {pair.a().copy(), pair.b().copy()}));
        return new LoraFile(settings, numbers, head);
    }

    /**
     * Adds s B A to a map's weight.
     *
     * @param w changed in place
     * @param transposed whether it is stored [in, out]
     */
    static void merge(Pair pair, float[] w, boolean transposed) {
        float[] a = pair.a().copy();
        float[] b = pair.b().copy();
        int r = (int) pair.a().shape[0];
        int in = (int) pair.a().shape[1];
        int out = (int) pair.b().shape[0];
        double[] sums = new double[in];
        for (int o = 0; o < out; o++) {
            Arrays.fill(sums, 0);
            for (int k = 0; k < r; k++) {
                double high = b[o * r + k];
                for (int i = 0; i < in; i++) {
                    sums[i] += high * a[k * in + i];
                }
            }
            for (int i = 0; i < in; i++) {
                int at = transposed ? i * out + o : o * in + i;
                w[at] = (float) (w[at] + pair.scaling() * sums[i]);
            }
        }
    }
}
