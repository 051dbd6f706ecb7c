package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardCommandTest {
    private static final String SCHEMA = """
            {"name": "Reach", "sentence": "A hand reaches.", "inputs": [
              {"name": "distance", "type": "double", "unit": "m", "range": [0, 2], "sentence": "To the block."},
              {"name": "joints", "type": "double[]", "shape": [2], "unit": "rad", "range": [-3.2, 3.2], "sentence": "Angles."},
              {"name": "steps", "type": "int", "range": [0, 100], "sentence": "Steps so far."}]}
            """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void schema() throws IOException {
        Files.writeString(folder.resolve("schema.json"), SCHEMA);
    }

    private int check(String... programs) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "reward", "check", "--schema", folder.resolve("schema.json").toString()));
        for (int i = 0; i < programs.length; i++) {
            Path file = folder.resolve(i + ".java");
            Files.writeString(file, programs[i]);
            command.add(file.toString());
        }
        return rlllm(command);
    }

    private int rlllm(List<String> command) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                command,
                new PrintStream(out),
                new PrintStream(err),
                false,
                System::nanoTime,
                () -> Instant.EPOCH,
                Control.none());
        return Main.execute(new Registry(), terminal);
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8)
                .replace(folder + "/", "")
                .lines()
                .toList();
    }

    @Test
    void aVerdictALine() throws IOException {
        assertEquals(
                1,
                check(
                        "double reward() { return Math.exp(-distance); }",
                        "double reward() {\n    return System.nanoTime();\n}",
                        "double reward() { int a = 0; for (int i = 0; i < 2000000000; i++) { a = i; } return a; }",
                        "double reward() { return Math.log(distance); }",
                        "double reward() { return joints[steps]; }",
                        "double reward() { return 1; }"));
        assertEquals(
                List.of(
                        "0.java: accepted",
                        "1.java: rejected 2:12 System (expected: an input, a local, a constant, a helper method or Math)",
                        "2.java: stopped fuel",
                        "3.java: non-finite reward: -Infinity (expected: finite)",
                        "4.java: stopped index 1:32 index 100 (expected: 0 to 1)",
                        "5.java: accepted [constant: 1.0 at all of 512 rows]"),
                lines());
    }

    @Test
    void exitsWithZeroWhereAllAreAccepted() throws IOException {
        assertEquals(0, check("double reward() { return -distance; }", "double reward() { return joints[0]; }"));
        assertEquals(List.of("0.java: accepted", "1.java: accepted"), lines());
    }

    @Test
    void aBadSchemaOrFileIsAnErrorAtTheDoor() throws IOException {
        Files.writeString(folder.resolve("schema.json"), SCHEMA.replace("\"unit\"", "\"units\""));
        assertEquals(2, check("double reward() { return 1; }"));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("inputs[0].units: unknown (expected: one of ["));
        Files.writeString(folder.resolve("schema.json"), SCHEMA);
        assertEquals(
                2,
                rlllm(List.of(
                        "reward",
                        "check",
                        "--schema",
                        folder.resolve("schema.json").toString(),
                        "nowhere.java")));
        assertEquals("nowhere.java: no file (expected: a file)\n", err.toString(StandardCharsets.UTF_8));
        assertEquals(2, rlllm(List.of("reward")));
    }
}
