package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferenceFileTest {
    private static final String GOOD =
            "{\"prompt\":\"The room was dirty\",\"chosen\":\"Sorry about the room.\",\"rejected\":\"Glad\",\"by\":7}\n";

    @TempDir
    private Path folder;

    private String refusal(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("p.jsonl"), text);
        return assertThrows(IOException.class, () -> PreferenceFile.read(file, new HotelReplies()))
                .getMessage()
                .replace(file.toString(), "FILE");
    }

    @Test
    void readsPairsAndLeavesOutThoseThatDoNotDiffer() throws IOException {
        String same = "{\"prompt\":\"the bar\",\"chosen\":\"quux\",\"rejected\":\"zork\"}\n\n";
        Path file = Files.writeString(folder.resolve("p.jsonl"), GOOD.repeat(16) + same);
        HotelReplies task = new HotelReplies();
        PreferenceFile read = PreferenceFile.read(file, task);
        assertEquals(17, read.lines());
        assertEquals(16, read.preferences().size());
        // 16 lines of 10 known words, and two of four that are not known.
        assertEquals(2.0 / 164, read.unknown(), 1e-12);
        Preference first = read.preferences().get(0);
        assertEquals(0.75, Preference.longerIsChosen(List.of(first, first, first, first.swapped())));
        assertEquals(0.5, Preference.longerIsChosen(List.of(new Preference(first.chosen(), first.chosen()))));
        assertEquals(
                "sorry about the room .",
                task.vocabulary().decode(first.chosen().completion()));
        assertEquals("glad", task.vocabulary().decode(first.rejected().completion()));
    }

    @Test
    void aJournalOfFeedbackIsRead() throws IOException {
        String journal = GOOD.repeat(16)
                + "{\"verdict\":\"tie\",\"prompt\":\"a\",\"first\":\"sorry\",\"second\":\"glad\"}\n"
                + GOOD
                + "{\"verdict\":\"skip\"}\n{\"verdict\":\"undo\"}\n{\"verdict\":\"undo\"}\n";
        Path file = Files.writeString(folder.resolve("p.jsonl"), journal);
        assertEquals(16, PreferenceFile.read(file, new HotelReplies()).lines());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1] | array (expected: a JSON object)",
                "{\"prompt\":\"a\",\"chosen\":\"b\"} | rejected is missing (expected: a text)",
                "{\"prompt\":\"a\",\"chosen\":3,\"rejected\":\"b\"} | chosen is number (expected: a text)",
                "{\"prompt\":\" \",\"chosen\":\"c\",\"rejected\":\"b\"} | prompt is blank (expected: a text)",
            })
    void aBadLineIsNamed(String line, String message) throws IOException {
        assertEquals("FILE, line 3: " + message, refusal(GOOD + "\n" + line + "\n"));
    }

    @Test
    void whatIsNoJsonOrTooLongOrTooLittleIsRefused() throws IOException {
        assertTrue(refusal(GOOD + "{\"prompt\":").startsWith("FILE, line 2: Unexpected end-of-input"));
        assertTrue(refusal("x".repeat(1_000_001))
                .startsWith("FILE, line 1: more than 1000000 bytes (expected: at most 1000000)"));
        assertTrue(refusal("[".repeat(1000)).startsWith("FILE, line 1: Document nesting depth (21) exceeds"));
        assertTrue(refusal(GOOD)
                .startsWith("FILE: 1 of 1 pairs differ in words that are known (expected: >= 16; the known words are"));
    }
}
