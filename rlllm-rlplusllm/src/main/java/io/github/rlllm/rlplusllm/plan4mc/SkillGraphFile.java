package io.github.rlllm.rlplusllm.plan4mc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Skill graphs as JSON: an array of objects with the keys {@code name}, {@code kind} (find, manipulate, craft),
 * {@code consume}, {@code require}, {@code equip} and {@code obtain}. No other key, no key twice.
 */
public final class SkillGraphFile {
    private static final String CRAFTING = "crafting_skills.json";
    private static final long MOST_BYTES = 10_000_000;
    private static final List<String> KEYS = List.of("name", "kind", "consume", "require", "equip", "obtain");
    private static final List<String> KINDS = List.of("find", "manipulate", "craft");
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SkillGraphFile() {}

    /**
     * Reads a graph.
     *
     * @param file at most 10 MB
     * @param given items that no skill makes and that are only there from the start
     * @return the graph
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException with a line for everything that is wrong in it, each with its place
     */
    public static SkillGraph read(Path file, Set<String> given) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IllegalArgumentException(
                    file + ": " + Files.size(file) + " bytes (expected: at most " + MOST_BYTES + ")");
        }
        return read(Files.readAllBytes(file), file.toString(), given);
    }

    /**
     * The graph of the crafting world, {@code engine.world.craft}.
     *
     * @return 31 skills: 7 find, 9 manipulate, 15 craft
     */
    public static SkillGraph crafting() {
        try (InputStream in = SkillGraphFile.class.getResourceAsStream(CRAFTING)) {
            return read(java.util.Objects.requireNonNull(in, CRAFTING).readAllBytes(), CRAFTING, Set.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SkillGraph read(byte[] json, String file, Set<String> given) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": " + message(e) + " (expected: a JSON array)", e);
        }
        if (!root.isArray()) {
            throw new IllegalArgumentException(file + ": " + root.getNodeType() + " (expected: a JSON array)");
        }
        List<String> wrong = new ArrayList<>();
        List<GraphSkill> skills = new ArrayList<>();
        for (int i = 0; i < root.size(); i++) {
            GraphSkill skill = skill(root.get(i), file + "[" + i + "]", wrong);
            if (skill != null) {
                skills.add(skill);
            }
        }
        try {
            SkillGraph graph = new SkillGraph(skills, given);
            if (wrong.isEmpty()) {
                return graph;
            }
        } catch (IllegalArgumentException e) {
            wrong.add(file + ": " + e.getMessage());
        }
        throw new IllegalArgumentException(String.join(System.lineSeparator(), wrong));
    }

    /** Jackson's own message says the source too, which is bytes here. */
    private static String message(IOException e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
    }

    private static @org.jspecify.annotations.Nullable GraphSkill skill(JsonNode node, String at, List<String> wrong) {
        int before = wrong.size();
        Set<String> unknown = new TreeSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYS);
        if (!node.isObject() || !unknown.isEmpty()) {
            wrong.add(at + ": " + (node.isObject() ? "keys " + unknown : node.getNodeType())
                    + " (expected: an object of " + KEYS + ")");
            return null;
        }
        String name = text(node.path("name"), at + ".name", wrong);
        String kind = text(node.path("kind"), at + ".kind", wrong);
        if (wrong.size() == before && !KINDS.contains(kind)) {
            wrong.add(at + ".kind: " + kind + " (expected: one of " + KINDS + ")");
        }
        List<String> equip = new ArrayList<>();
        JsonNode held = node.path("equip");
        if (!held.isArray()) {
            wrong.add(at + ".equip: " + held.getNodeType() + " (expected: an array of items)");
        }
        held.forEach(item -> equip.add(text(item, at + ".equip", wrong)));
        Map<String, Integer> consume = counts(node, "consume", at, wrong);
        Map<String, Integer> require = counts(node, "require", at, wrong);
        Map<String, Integer> obtain = counts(node, "obtain", at, wrong);
        return wrong.size() > before
                ? null
                : new GraphSkill(
                        name,
                        GraphSkill.Kind.valueOf(kind.toUpperCase(java.util.Locale.ROOT)),
                        consume,
                        require,
                        equip,
                        obtain);
    }

    private static String text(JsonNode node, String at, List<String> wrong) {
        if (!node.isTextual()) {
            wrong.add(at + ": " + (node.isMissingNode() ? "missing" : node) + " (expected: a text)");
        }
        return node.asText();
    }

    private static Map<String, Integer> counts(JsonNode skill, String key, String at, List<String> wrong) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        JsonNode node = skill.path(key);
        if (!node.isObject()) {
            wrong.add(at + "." + key + ": " + node.getNodeType() + " (expected: an object of counts)");
        }
        node.properties().forEach(count -> {
            if (!count.getValue().isInt()) {
                wrong.add(at + "." + key + "[" + count.getKey() + "]: " + count.getValue()
                        + " (expected: a whole number)");
            }
            counts.put(count.getKey(), count.getValue().asInt());
        });
        return counts;
    }
}
