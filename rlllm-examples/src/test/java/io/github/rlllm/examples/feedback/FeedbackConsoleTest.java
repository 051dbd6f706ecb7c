package io.github.rlllm.examples.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.FeedbackSession;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackConsoleTest {
    @TempDir
    private Path folder;

    private String run(String typed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Comparison> pairs = List.of(
                new Comparison("one", "red \u001b[31m", "bad", List.of()), new Comparison("two", "a", "b", List.of()));
        try (FeedbackSession session = FeedbackSession.open(pairs, folder.resolve("out.jsonl"), 1, "")) {
            FeedbackConsole.run(
                    session,
                    new BufferedReader(new StringReader(typed)),
                    new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aPersonAnswersTakesBackAndEnds() throws IOException {
        String shown = run("1\nx\n t \nu\n2\n1\nu\nS\nq\n1\n");
        assertTrue(shown.contains("x (expected: 1, 2, t, s, u or q)"), shown);
        assertTrue(shown.contains("1 (expected: u or q)"), shown);
        assertTrue(shown.contains("2 of 2 judged"), shown);
        List<String> journal = Files.readAllLines(folder.resolve("out.jsonl"));
        assertEquals(6, journal.size());
        assertTrue(journal.get(0).contains("\"side\":\"left\""));
        assertTrue(journal.get(1).contains("\"verdict\":\"tie\""));
        assertTrue(journal.get(2).contains("\"verdict\":\"undo\""));
        assertTrue(journal.get(3).contains("\"side\":\"right\""));
        assertTrue(journal.get(4).contains("\"verdict\":\"undo\""));
        assertTrue(journal.get(5).contains("\"verdict\":\"skip\""));
    }

    @Test
    void theEndOfInputEndsAndTheNextRunGoesOn() throws IOException {
        assertTrue(run("1").contains("1 of 2 judged"));
        assertTrue(run("").startsWith("\n1 of 2 judged\n"));
    }

    @Test
    void whatWouldSteerATerminalIsShownAsACode() throws IOException {
        String shown = run("s\ns\n");
        assertTrue(shown.contains("red \\u{1b}[31m"), shown);
        assertFalse(shown.contains("\u001b"));
        assertEquals("a\\u{202e}b\n\\u{d}\\u{9b}\u00e4", FeedbackConsole.visible("a\u202eb\n\r\u009b\u00e4"));
    }
}
