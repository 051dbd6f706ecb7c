package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** JSON objects of files: bounded depth, no key twice, nothing behind the object, no NaN. */
final class StrictJson {
    static final long MOST_BYTES = 100_000_000;

    private static final int MOST_DEPTH = 64;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxNumberLength(400)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    static ObjectNode read(Path file) throws IOException {
        return parse(file, "JSON", FileBytes.all(file, MOST_BYTES));
    }

    static ObjectNode parse(Path file, String part, byte[] bytes) throws IOException {
        JsonNode node;
        try {
            node = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
            throw new BadFileException(
                    file, part, e.getOriginalMessage() + where, "one JSON object, each key once, at most 64 deep");
        }
        if (!(node instanceof ObjectNode object)) {
            throw new BadFileException(file, part, kind(node), "a JSON object");
        }
        return object;
    }

    static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
    }

    static byte[] write(JsonNode node, boolean pretty) throws IOException {
        return pretty
                ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node)
                : MAPPER.writeValueAsBytes(node);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
