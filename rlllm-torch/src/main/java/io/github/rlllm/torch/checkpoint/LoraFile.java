package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter as PEFT stores it: {@code adapter_config.json} and {@code adapter_model.safetensors} with
 * {@code base_model.model.MODULE.lora_A.weight} [r, in] and {@code lora_B.weight} [out, r], and perhaps the score head.
 *
 * @param settings rank, scale and which maps
 * @param pairs for every module A and B, row-major
 * @param score the score head; null if there is none
 */
public record LoraFile(Settings settings, Map<String, float[][]> pairs, float @Nullable [] score) {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String SCORE = PREFIX + "score.weight";

    /**
     * Settings.
     *
     * @param rank r, from 1 to 65536
     * @param alpha above 0
     * @param stabilised whether the scale is alpha / sqrt(r) rather than alpha / r
     * @param targets last names of the adapted maps, such as {@code q_proj}
     */
    public record Settings(int rank, double alpha, boolean stabilised, List<String> targets) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Settings {
            if (rank < 1 || rank > 1 << 16) {
                throw new IllegalArgumentException("rank: " + rank + " (expected: 1 to 65536)");
            }
            if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("alpha: " + alpha + " (expected: a finite number > 0)");
            }
            targets = List.copyOf(targets);
            if (targets.isEmpty()) {
                throw new IllegalArgumentException("targets: none (expected: at least 1)");
            }
        }

        /**
         * Rank 8, alpha 16, on queries and values, as PEFT defaults for Llama.
         *
         * @return the settings
         */
        public static Settings defaults() {
            return new Settings(8, 16, false, List.of("q_proj", "v_proj"));
        }

        /**
         * What the product of B and A is multiplied by.
         *
         * @return alpha / r or alpha / sqrt(r)
         */
        public double scaling() {
            return alpha / (stabilised ? Math.sqrt(rank) : rank);
        }
    }

    /**
     * The size of a map.
     *
     * @param in numbers it takes
     * @param out numbers it gives
     */
    public record Size(int in, int out) {}

    /**
     * The maps of a model that settings speak of.
     *
     * @param config of the model
     * @param settings with targets
     * @return module names with their sizes, in the order of the network
     * @throws IllegalArgumentException if a target is no map of the model
     */
    public static Map<String, Size> modules(ModelConfig config, Settings settings) {
        Map<String, Size> modules = new LinkedHashMap<>();
        Set<String> found = new HashSet<>();
        boolean transposed = config.family() == Family.GPT2;
        config.tensors().forEach((name, shape) -> {
            String module = name.endsWith(".weight") ? name.substring(0, name.length() - 7) : "";
            String last = module.substring(module.lastIndexOf('.') + 1);
            boolean inner = module.contains(".layers.") || module.contains(".h.");
            if (shape.length == 2 && inner && settings.targets().contains(last)) {
                int rows = (int) shape[0];
                int columns = (int) shape[1];
                modules.put(module, transposed ? new Size(rows, columns) : new Size(columns, rows));
                found.add(last);
            }
        });
        for (String target : settings.targets()) {
            if (!found.contains(target)) {
                throw new IllegalArgumentException(
                        "target: " + target + " (expected: a map in the layers of a " + config.family() + " model)");
            }
        }
        return modules;
    }

    /**
     * Reads an adapter.
     *
     * @param folder of its two files
     * @param config of the model it adapts
     * @return the adapter
     * @throws BadFileException if a file is damaged, asks for what is not supported or is made for another model
     * @throws IOException if a file cannot be read
     */
    public static LoraFile read(Path folder, ModelConfig config) throws IOException {
        CheckpointFolder files = new CheckpointFolder(folder);
        Path file = files.file(folder, "adapter", CONFIG);
        Settings settings = settings(file, config);
        Map<String, Size> modules;
        try {
            modules = modules(config, settings);
        } catch (IllegalArgumentException e) {
            throw new BadFileException(file, "target_modules", settings.targets(), String.valueOf(e.getMessage()));
        }
        Path weights = files.file(folder, "adapter", WEIGHTS);
        try (Safetensors tensors = Safetensors.open(weights)) {
            Set<String> used = new HashSet<>();
            Map<String, float[][]> pairs = new LinkedHashMap<>();
            for (Map.Entry<String, Size> entry : modules.entrySet()) {
                String name = PREFIX + entry.getKey() + ".lora_";
                Size size = entry.getValue();
                float[] a = tensor(weights, tensors, name + "A.weight", used, settings.rank(), size.in());
                float[] b = tensor(weights, tensors, name + "B.weight", used, size.out(), settings.rank());
                pairs.put(entry.getKey(), new float[][] {a, b});
            }
            float[] score = tensors.names().contains(SCORE)
                    ? tensor(weights, tensors, SCORE, used, 1, config.sizes().width())
                    : null;
            for (String name : tensors.names()) {
                if (!used.contains(name)) {
                    throw new BadFileException(
                            weights, "tensor " + name, "unknown", "lora_A and lora_B of " + settings.targets());
                }
            }
            return new LoraFile(settings, pairs, score);
        }
    }

    private static Settings settings(Path file, ModelConfig config) throws IOException {
        ConfigFields fields = new ConfigFields(file, StrictJson.read(file));
        fields.requireText("peft_type", "", List.of("LORA"));
        fields.requireText("bias", "none", List.of("none"));
        for (String name : List.of("use_dora", "lora_bias", "use_qalora")) {
            fields.requireFlag(name, false);
        }
        for (String name : List.of(
                "layer_replication",
                "layers_to_transform",
                "target_parameters",
                "trainable_token_indices",
                "alora_invocation_tokens",
                "exclude_modules",
                "use_bdlora")) {
            fields.requireAbsent(name);
        }
        fields.requireEmpty("rank_pattern");
        fields.requireEmpty("alpha_pattern");
        fields.requireFlag("fan_in_fan_out", config.family() == Family.GPT2);
        if (fields.has("modules_to_save")) {
            for (String module : fields.texts("modules_to_save")) {
                if (!module.equals("score") && !module.equals("classifier")) {
                    throw fields.bad("modules_to_save", module, "score, or null");
                }
            }
        }
        return new Settings(
                fields.count("r", 1, 1 << 16),
                fields.positive("lora_alpha"),
                fields.flag("use_rslora", false),
                fields.texts("target_modules"));
    }

    private static float[] tensor(Path file, Safetensors tensors, String name, Set<String> used, long... shape)
            throws IOException {
        if (!tensors.names().contains(name)) {
            throw new BadFileException(file, "tensor " + name, "missing", "shape " + Shapes.text(shape));
        }
        if (!Arrays.equals(tensors.shape(name), shape)) {
            throw new BadFileException(
                    file, "tensor " + name + ": shape", Shapes.text(tensors.shape(name)), Shapes.text(shape));
        }
        used.add(name);
        float[] numbers = tensors.floats(name);
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new BadFileException(file, "tensor " + name + ": number " + i, numbers[i], "a finite number");
            }
        }
        return numbers;
    }

    /**
     * Writes the two files.
     *
     * @param folder made if it is not there
     * @param config of the model
     * @throws IOException if they cannot be written
     */
    public void write(Path folder, ModelConfig config) throws IOException {
        Files.createDirectories(folder);
        Map<String, Size> modules = modules(config, settings);
        try (CheckpointWriter writer = new CheckpointWriter(folder.resolve(WEIGHTS))) {
            for (Map.Entry<String, Size> entry : modules.entrySet()) {
                String name = PREFIX + entry.getKey() + ".lora_";
                writer.add(name + "A.weight", settings.rank(), entry.getValue().in());
                writer.add(name + "B.weight", entry.getValue().out(), settings.rank());
            }
            if (score != null) {
                writer.add(SCORE, 1, config.sizes().width());
            }
            for (String module : modules.keySet()) {
                float[][] pair = pairs.get(module);
                if (pair == null) {
                    throw new IllegalStateException("module " + module + ": missing (expected: A and B)");
                }
                writer.write(pair[0]);
                writer.write(pair[1]);
            }
            if (score != null) {
                writer.write(score);
            }
        }
        ObjectNode json = StrictJson.object();
        json.put("peft_type", "LORA");
        json.put("task_type", score == null ? "CAUSAL_LM" : "SEQ_CLS");
        json.putNull("base_model_name_or_path");
        json.put("inference_mode", true);
        json.put("r", settings.rank());
        boolean whole = settings.alpha() == Math.rint(settings.alpha()) && settings.alpha() < 1e9;
        json.set("lora_alpha", whole ? json.numberNode((long) settings.alpha()) : json.numberNode(settings.alpha()));
        json.put("lora_dropout", 0.0);
        json.put("use_rslora", settings.stabilised());
        json.put("use_dora", false);
        json.put("bias", "none");
        json.put("fan_in_fan_out", config.family() == Family.GPT2);
        ArrayNode targets = json.putArray("target_modules");
        settings.targets().forEach(targets::add);
        if (score == null) {
            json.putNull("modules_to_save");
        } else {
            json.putArray("modules_to_save").add("score");
        }
        Files.write(folder.resolve(CONFIG), StrictJson.write(json, true));
    }
}
