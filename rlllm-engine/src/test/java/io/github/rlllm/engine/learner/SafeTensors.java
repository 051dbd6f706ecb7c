package io.github.rlllm.engine.learner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads float tensors: 8 bytes length of the header, the header in JSON, the data. */
final class SafeTensors {
    private final JsonNode header;
    private final ByteBuffer data;

    SafeTensors(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(all.getLong())];
        all.get(json);
        header = new ObjectMapper().readTree(json);
        data = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    float[] floats(String name) {
        JsonNode entry = header.get(name);
        if (entry == null || !entry.get("dtype").asText().equals("F32")) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: a tensor of type F32)");
        }
        int from = entry.get("data_offsets").get(0).asInt();
        float[] values = new float[(entry.get("data_offsets").get(1).asInt() - from) / Float.BYTES];
        data.duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(from)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
