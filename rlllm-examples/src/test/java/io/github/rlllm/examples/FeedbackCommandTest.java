package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.PreferenceFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FeedbackCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicInteger looks = new AtomicInteger();

    private int feedback(String typed, String... args) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                List.of(args),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                System::nanoTime,
                () -> Instant.EPOCH,
                () -> looks.incrementAndGet() > 1);
        return new CommandLine(
                        new FeedbackCommand(terminal, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))))
                .execute(args);
    }

    private Path pairs(int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"prompt\":\"The room was dirty\",\"first\":\"Sorry about the room.\",\"second\":\"Glad ")
                    .append("glad ".repeat(i))
                    .append("\"}\n");
        }
        return Files.writeString(folder.resolve("pairs.jsonl"), lines);
    }

    @Test
    void whatAPersonSaysOnTheConsoleFeedsTheRewardModel() throws IOException {
        Path answers = folder.resolve("answers.jsonl");
        String[] command = {"--pairs", pairs(14).toString(), "--out", answers.toString(), "--console", "--by", "ada"};
        assertEquals(0, feedback("1\n".repeat(5), command));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("5 of 14 judged, in " + answers + "\n"));
        Files.writeString(answers, Files.readString(answers) + "{\"pair\":\"12");
        assertEquals(0, feedback("2\n".repeat(8) + "t\nq\n", command));
        assertEquals(
                answers + ": a cut last line of 11 bytes was dropped; its pair is asked again\n",
                err.toString(StandardCharsets.UTF_8));
        // 13 preferences are three too few for experiment 3, which counts neither the tie nor the cut line.
        Files.writeString(
                answers,
                Files.readString(answers)
                        + "{\"prompt\":\"the room\",\"chosen\":\"sorry\",\"rejected\":\"glad\"}\n".repeat(3));
        assertEquals(16, PreferenceFile.read(answers, new HotelReplies()).lines());
    }

    @Test
    void agreementIsSaidBesideTheLongerAnswer() throws IOException {
        String line = "{\"prompt\":\"p\",\"chosen\":\"%s\",\"rejected\":\"%s\",\"by\":\"%s\"}\n";
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(
                file,
                line.formatted("long", "no", "ada")
                        + line.formatted("long", "no", "bob")
                        + line.formatted("longer", "never", "bob")
                        + line.formatted("never", "longer", "ada")
                        + line.formatted("a", "bc", "cleo")
                        + "{\"prompt\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n");
        assertEquals(0, feedback("", "--pairs", file.toString(), "--agreement"));
        assertEquals("""
                4 comparisons of 2 prompts, 3 named annotators: 2 preferences, 0 ties, 1 without a majority, 1 not judged
                Fleiss' kappa of all: -0.333 (observed 0.500, chance 0.625, 2 comparisons)
                Cohen's kappa of ada and bob: 0.000 (observed 0.500, chance 0.500, 2 comparisons)
                Cohen's kappa of ada and cleo: no comparison in common
                Cohen's kappa of bob and cleo: no comparison in common
                accuracy of the longer answer: 0.500 of 2, 0 equally long
                """, out.toString(StandardCharsets.UTF_8));
        Files.writeString(file, "{\"prompt\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n");
        assertEquals(0, feedback("", "--pairs", file.toString(), "--agreement"));
        assertTrue(
                out.toString(StandardCharsets.UTF_8)
                        .endsWith(
                                "agreement: no comparison has two votes\naccuracy of the longer answer: nothing was preferred\n"));
    }

    @Test
    void thePageIsServedUntilItIsBrokenOff() throws IOException {
        Path answers = folder.resolve("answers.jsonl");
        assertEquals(Main.CANCELLED, feedback("", "--pairs", pairs(1).toString(), "--out", answers.toString()));
        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.matches("(?s)open http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/ in a browser .*"), said);
        assertTrue(said.endsWith("0 of 1 judged, in " + answers + "\n"), said);
    }
}
