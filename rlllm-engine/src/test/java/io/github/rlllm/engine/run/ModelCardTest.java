package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.ModelCard.Annotators;
import io.github.rlllm.engine.run.ModelCard.Data;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
    private static final Data DATA = new Data("replies", "made by a program", "Apache-2.0", "demonstrations", 12);
    private static final Provenance FROM =
            new Provenance("instructgpt", Map.of("beta", "0.02"), 7, "a small GPT", "17, Linux");

    @TempDir
    private Path folder;

    private static ModelCard card() {
        return new ModelCard(
                "hotel-replies",
                "PPO from the supervised model",
                List.of(DATA),
                List.of(
                        new Annotators("a program that counts phrases", 0, 40, null),
                        new Annotators("two people", 2, 9, .5)),
                "shows a method; not for real guests",
                List.of("long replies are preferred"),
                Map.of("heldOutAccuracy", .75),
                FROM);
    }

    @Test
    void whatIsWrittenReadsBack() throws IOException {
        card().write(folder.resolve("model"));
        assertEquals(card(), ModelCard.read(folder.resolve("model")));
        String text = Files.readString(folder.resolve("model/card.json"));
        for (String field : List.of(
                "model",
                "method",
                "data",
                "annotators",
                "intendedUse",
                "knownFailures",
                "figures",
                "provenance",
                "licence",
                "kappa",
                "seed")) {
            assertTrue(text.contains("\"" + field + "\" : "), text);
        }
    }

    @Test
    void anIncompleteCardIsRefusedByName() {
        ModelCard c = card();
        refused(
                "model: blank (expected: a text)",
                () -> new ModelCard(
                        " ",
                        c.method(),
                        c.data(),
                        c.annotators(),
                        c.intendedUse(),
                        c.knownFailures(),
                        c.figures(),
                        FROM));
        refused(
                "data: none (expected: at least 1)",
                () -> new ModelCard(
                        "m",
                        c.method(),
                        List.of(),
                        c.annotators(),
                        c.intendedUse(),
                        c.knownFailures(),
                        c.figures(),
                        FROM));
        refused(
                "knownFailures: none (expected: at least 1)",
                () -> new ModelCard(
                        "m", c.method(), c.data(), c.annotators(), c.intendedUse(), List.of(), c.figures(), FROM));
        refused(
                "figures.x: NaN (expected: a finite number)",
                () -> new ModelCard(
                        "m",
                        c.method(),
                        c.data(),
                        List.of(),
                        c.intendedUse(),
                        c.knownFailures(),
                        Map.of("x", Double.NaN),
                        FROM));
        refused("data.licence: blank (expected: a text)", () -> new Data("n", "s", "", "u", 1));
        refused("annotators.judgements: 0 (expected: >= 1)", () -> new Annotators("w", 1, 0, null));
        refused("annotators.kappa: NaN (expected: <= 1, or null)", () -> new Annotators("w", 1, 1, Double.NaN));
    }

    @Test
    void aFileThatLacksAFieldIsRefusedByName() throws IOException {
        card().write(folder);
        Path file = folder.resolve(ModelCard.FILE);
        String whole = Files.readString(file);
        refusedFile(file, whole.replaceFirst("\"intendedUse\" : \"[^\"]*\",", ""), "intendedUse");
        refusedFile(file, whole.replace("\"licence\" : \"Apache-2.0\"", "\"licence\" : \"\""), "data.licence: blank");
        refusedFile(file, whole.replace("\"examples\" : 12", "\"examples\" : null"), "examples");
        refusedFile(file, whole.replace("\"model\" : \"hotel-replies\"", "\"model\" : \"m\", \"extra\" : 1"), "extra");
        refusedFile(file, whole.substring(1), file.toString());
    }

    private void refusedFile(Path file, String text, String named) throws IOException {
        Files.writeString(file, text);
        String message =
                assertThrows(IOException.class, () -> ModelCard.read(folder)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(named), message);
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable made) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, made).getMessage());
    }
}
