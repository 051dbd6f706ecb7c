package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors over several safetensors files, found by {@code model.safetensors.index.json}. */
final class ShardedSafetensors implements TensorSource {
    static final String INDEX = "model.safetensors.index.json";
    private static final int MOST_SHARDS = 1000;

    private final Map<String, Safetensors> shards;
    private final Map<String, Safetensors> byName;

    private ShardedSafetensors(Map<String, Safetensors> shards, Map<String, Safetensors> byName) {
        this.shards = shards;
        this.byName = byName;
    }

    static ShardedSafetensors open(CheckpointFolder folder) throws IOException {
        Path index = folder.file(folder.folder(), "index", INDEX);
        JsonNode map = StrictJson.read(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new BadFileException(
                    index, "weight_map", map.isObject() ? "empty" : StrictJson.kind(map), "tensor names with files");
        }
        ShardedSafetensors opened = new ShardedSafetensors(new LinkedHashMap<>(), new LinkedHashMap<>());
        try {
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                opened.add(folder, index, entry.getKey(), entry.getValue());
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void add(CheckpointFolder folder, Path index, String name, JsonNode node) throws IOException {
        String part = "weight_map: tensor " + name;
        if (!node.isTextual()) {
            throw new BadFileException(index, part, StrictJson.kind(node), "a file name");
        }
        String file = node.textValue();
        Safetensors shard = shards.get(file);
        if (shard == null) {
            if (shards.size() == MOST_SHARDS) {
                throw new BadFileException(index, "weight_map", "more files", "at most " + MOST_SHARDS + " files");
            }
            Path path = folder.file(index, part, file);
            if (!file.endsWith(".safetensors")) {
                throw new BadFileException(index, part, file, "a file that ends with .safetensors");
            }
            shard = Safetensors.open(path);
            shards.put(file, shard);
        }
        if (!shard.names().contains(name)) {
            throw new BadFileException(index, part, file, "a file that holds this tensor");
        }
        byName.put(name, shard);
    }

    private Safetensors shard(String name) {
        Safetensors shard = byName.get(name);
        if (shard == null) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: one of " + byName.size() + ")");
        }
        return shard;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    @Override
    public long[] shape(String name) {
        return shard(name).shape(name);
    }

    @Override
    public String kind(String name) {
        return shard(name).kind(name);
    }

    @Override
    public void read(String name, FloatBuffer out) throws IOException {
        shard(name).read(name, out);
    }

    @Override
    public void close() throws IOException {
        for (Safetensors shard : shards.values()) {
            shard.close();
        }
    }
}
