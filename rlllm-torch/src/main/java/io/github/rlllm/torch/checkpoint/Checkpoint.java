package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint of a decoder: its configuration and its tensors under the names of Hugging Face. {@link #open} has
 * compared every name, kind and shape with the configuration before anything is read, so that a reader may allocate by
 * the shapes: together they are no more numbers than the file has bytes for.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final Set<String> REAL = Set.of("F64", "F32", "F16", "BF16");

    private interface TokenizerOpener {
        Tokenizer open() throws IOException;
    }

    private final Path place;
    private final ModelConfig config;
    private final TensorSource source;
    private final Map<String, String> stored;
    private final Optional<TokenizerOpener> tokenizer;

    private Checkpoint(
            Path place,
            ModelConfig config,
            TensorSource source,
            Map<String, String> stored,
            Optional<TokenizerOpener> tokenizer) {
        this.place = place;
        this.config = config;
        this.source = source;
        this.stored = stored;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a GGUF file, or a Hugging Face folder: config.json, model.safetensors or its shards, perhaps tokenizer.json.
     *
     * @param place the file or folder
     * @return the checkpoint, to be closed by the caller
     * @throws BadFileException if a file is damaged, contradicts another or holds another architecture
     * @throws IOException if a file cannot be read
     */
    public static Checkpoint open(Path place) throws IOException {
        return Files.isRegularFile(place) ? openGguf(place) : openFolder(place);
    }

    private static Checkpoint openGguf(Path file) throws IOException {
        GgufFile gguf = GgufFile.open(file);
        try {
            ModelConfig config = GgufModel.read(gguf);
            TensorSource source = new GgufTensors(gguf, config);
            Optional<TokenizerOpener> tokenizer = gguf.metadata().has("tokenizer.ggml.model")
                    ? Optional.of(() -> GgufTokenizer.of(gguf, config.sizes().vocabulary()))
                    : Optional.empty();
            return new Checkpoint(file, config, source, match(file, config, source), tokenizer);
        } catch (IOException | RuntimeException e) {
            gguf.close();
            throw e;
        }
    }

    private static Checkpoint openFolder(Path folder) throws IOException {
        CheckpointFolder files = new CheckpointFolder(folder);
        ModelConfig config = ConfigReader.read(files.file(folder, "configuration", CONFIG));
        boolean sharded = !files.has(WEIGHTS) && files.has(ShardedSafetensors.INDEX);
        TensorSource source =
                sharded ? ShardedSafetensors.open(files) : Safetensors.open(files.file(folder, "weights", WEIGHTS));
        try {
            Path file = folder.resolve(sharded ? ShardedSafetensors.INDEX : WEIGHTS);
            Optional<TokenizerOpener> tokenizer = Optional.empty();
            if (files.has("tokenizer.json")) {
                Path json = files.file(folder, "tokenizer", "tokenizer.json");
                tokenizer = Optional.of(
                        () -> JsonTokenizer.open(json, config.sizes().vocabulary()));
            }
            return new Checkpoint(folder, config, source, match(file, config, source), tokenizer);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Name needed -> name stored. */
    private static Map<String, String> match(Path file, ModelConfig config, TensorSource source)
            throws BadFileException {
        Map<String, long[]> needed = TensorTable.of(config);
        Map<String, String> stored = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> entry : needed.entrySet()) {
            String name = entry.getKey();
            String bare = name.startsWith("transformer.") ? name.substring("transformer.".length()) : name;
            String found = source.names().contains(name) ? name : bare;
            if (!source.names().contains(found)) {
                throw new BadFileException(
                        file, "tensor " + source.called(name), "missing", "shape " + Shapes.text(entry.getValue()));
            }
            if (!REAL.contains(source.kind(found)) && !GgufTensors.reads(source.kind(found))) {
                throw new BadFileException(
                        file,
                        "tensor " + source.called(found) + ": dtype",
                        source.kind(found),
                        "one of [BF16, F16, F32, F64]");
            }
            if (!Arrays.equals(source.shape(found), entry.getValue())) {
                throw new BadFileException(
                        file,
                        "tensor " + source.called(found) + ": shape",
                        Shapes.text(source.shape(found)),
                        Shapes.text(entry.getValue()));
            }
            stored.put(name, found);
        }
        Set<String> used = new HashSet<>(stored.values());
        for (String name : source.names()) {
            if (!used.contains(name) && !superfluous(name)) {
                throw new BadFileException(
                        file, "tensor " + name, "unknown", "only tensors of a " + config.family() + " model");
            }
        }
        return stored;
    }

    /** Constants that older versions stored, and the second name of a tied embedding. */
    private static boolean superfluous(String name) {
        return name.endsWith(".attn.bias")
                || name.endsWith(".attn.masked_bias")
                || name.endsWith(".rotary_emb.inv_freq")
                || name.equals("lm_head.weight");
    }

    /**
     * The architecture.
     *
     * @return as the checkpoint says
     */
    public ModelConfig config() {
        return config;
    }

    /**
     * Where it is.
     *
     * @return the folder or file that was opened
     */
    public Path place() {
        return place;
    }

    /**
     * The names of the tensors, in the order of the network.
     *
     * @return a new list
     */
    public List<String> names() {
        return List.copyOf(stored.keySet());
    }

    /**
     * The shape of a tensor.
     *
     * @param name one of {@link #names}
     * @return its dimensions
     */
    public long[] shape(String name) {
        return source.shape(stored(name));
    }

    /**
     * Reads a tensor.
     *
     * @param name one of {@link #names}
     * @param out takes exactly as many numbers as it has, row-major; it is full afterwards
     * @throws BadFileException if one of them is not finite
     * @throws IOException if it cannot be read
     */
    public void read(String name, FloatBuffer out) throws IOException {
        int from = out.position();
        source.read(stored(name), out);
        for (int i = from; i < out.position(); i++) {
            if (!Float.isFinite(out.get(i))) {
                throw new BadFileException(
                        place, "tensor " + name + ": number " + (i - from), out.get(i), "a finite number");
            }
        }
    }

    /**
     * Opens the tokenizer: a GGUF file's own in plain Java, tokenizer.json by the tokenizers library, whose native part is
     * unpacked at first use.
     *
     * @return the tokenizer, to be closed by the caller; none if the checkpoint has none
     * @throws BadFileException if it is damaged or has more tokens than the model
     * @throws IOException if it cannot be read
     */
    public Optional<Tokenizer> tokenizer() throws IOException {
        return tokenizer.isEmpty()
                ? Optional.empty()
                : Optional.of(tokenizer.get().open());
    }

    private String stored(String name) {
        String found = stored.get(name);
        if (found == null) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: one of the " + stored.size() + ")");
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
