package io.github.rlllm.rl4llm.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rl4llm.feedback.FeedbackSession.Choice;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.Question;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.State;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackSessionTest {
    private static final int PAIRS = 200;

    @TempDir
    private Path folder;

    private Path out = Path.of("");

    @BeforeEach
    void name() {
        out = folder.resolve("out.jsonl");
    }

    static List<Comparison> pairs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Comparison("prompt " + i, "good \u00e4 " + i, "bad\n" + i, List.of()))
                .toList();
    }

    private FeedbackSession open(int count, long seed) throws IOException {
        return FeedbackSession.open(pairs(count), out, seed, "ada");
    }

    private static Question asked(FeedbackSession session) {
        return Objects.requireNonNull(session.state().question());
    }

    private static State say(FeedbackSession session, Choice choice) throws IOException {
        return session.answer(asked(session).pair(), choice);
    }

    private String refusal(List<Comparison> pairs, String by) {
        return assertThrows(IOException.class, () -> FeedbackSession.open(pairs, out, 1, by))
                .getMessage();
    }

    @Test
    void itsFileIsReadAsPairs() throws IOException {
        List<Comparison> expected = new ArrayList<>();
        try (FeedbackSession session = open(5, 1)) {
            Question first = asked(session);
            say(session, Choice.LEFT);
            Question second = asked(session);
            say(session, Choice.RIGHT);
            Question third = asked(session);
            say(session, Choice.TIE);
            say(session, Choice.SKIP);
            Question fifth = asked(session);
            say(session, Choice.LEFT);
            assertNull(session.state().question());
            assertEquals(fifth, session.undo().question());
            State end = say(session, Choice.TIE);
            assertEquals(new State(null, 5, 5), end);
            expected.add(judged(first, first.left(), first.right(), Verdict.FIRST));
            expected.add(judged(second, second.right(), second.left(), Verdict.FIRST));
            expected.add(judged(third, third.left(), third.right(), Verdict.TIE));
            expected.add(judged(fifth, fifth.left(), fifth.right(), Verdict.TIE));
        }
        assertEquals(expected, FeedbackFile.read(out, Shape.PAIRS).comparisons());
    }

    private static Comparison judged(Question asked, String first, String second, Verdict verdict) {
        return new Comparison(asked.prompt(), first, second, List.of(new Vote("ada", verdict)));
    }

    @Test
    void theSeedDrawsOrderAndSides() throws IOException {
        List<Question> once = all(1);
        assertEquals(once, all(1));
        assertNotEquals(once, all(2));
        long left =
                once.stream().filter(asked -> asked.left().startsWith("good")).count();
        assertTrue(left > 70 && left < 130, () -> left + " of 200 good answers stand left");
        assertNotEquals(
                pairs(PAIRS).stream().map(Comparison::prompt).toList(),
                once.stream().map(Question::prompt).toList());
    }

    private List<Question> all(long seed) throws IOException {
        Files.deleteIfExists(out);
        List<Question> all = new ArrayList<>();
        try (FeedbackSession session = open(PAIRS, seed)) {
            for (int i = 0; i < PAIRS; i++) {
                all.add(asked(session));
                say(session, Choice.SKIP);
            }
        }
        return all;
    }

    @Test
    void anEarlierSessionIsGoneOnWithAndCanBeTakenBack() throws IOException {
        Question second;
        try (FeedbackSession session = open(3, 1)) {
            say(session, Choice.LEFT);
            second = asked(session);
            say(session, Choice.TIE);
        }
        try (FeedbackSession session = open(3, 1)) {
            assertEquals(2, session.state().judged());
            assertEquals(second, session.undo().question());
            assertEquals(0, session.undo().judged());
            String before = Files.readString(out);
            assertEquals(0, session.undo().judged());
            assertEquals(before, Files.readString(out));
        }
        try (FeedbackSession session = open(3, 1)) {
            assertEquals(0, session.state().judged());
        }
        assertEquals(List.of(), FeedbackFile.read(out, Shape.PAIRS).comparisons());
    }

    @Test
    void whereverTheLastLineIsCutItAloneIsAskedAgain() throws IOException {
        Question second;
        try (FeedbackSession session = open(2, 1)) {
            say(session, Choice.LEFT);
            second = asked(session);
            say(session, Choice.RIGHT);
        }
        byte[] whole = Files.readAllBytes(out);
        int first = 1 + new String(whole, StandardCharsets.ISO_8859_1).indexOf('\n');
        for (int cut = first; cut < whole.length; cut++) {
            Files.write(out, Arrays.copyOf(whole, cut));
            try (FeedbackSession session = open(2, 1)) {
                assertEquals(cut - first, session.dropped());
                assertEquals(1, session.state().judged());
                say(session, Choice.RIGHT);
            }
            assertEquals(
                    second.right(),
                    FeedbackFile.read(out, Shape.PAIRS).comparisons().get(1).first());
            assertEquals(whole.length, Files.size(out));
        }
    }

    @Test
    void aFileThatIsNoJournalOfThesePairsIsRefusedAndLeftAlone() throws IOException {
        String other = "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}";
        for (String content : List.of(other, other + "\n", "my notes", "\n" + other + "\n{\"pair\":\"1")) {
            Files.writeString(out, content);
            assertTrue(refusal(pairs(2), "ada").contains("expected: "));
            assertEquals(content, Files.readString(out));
        }
        Files.writeString(out, "");
        try (FeedbackSession session = open(2, 1)) {
            say(session, Choice.LEFT);
            assertEquals(
                    "out: " + out + " is written by another session (expected: one at a time)",
                    refusal(pairs(2), "ada"));
        }
        assertEquals(out + ", line 1: by is 'ada' (expected: 'bob', or a file of their own)", refusal(pairs(2), "bob"));
        assertTrue(refusal(List.of(), "ada").contains("(expected: one of the pairs that are judged, or a new file)"));
        Files.writeString(out, Files.readString(out).repeat(2));
        assertTrue(refusal(pairs(2), "ada").contains("line 2: pair "));
    }

    @Test
    void anAnswerSentTwiceCountsOnce() throws IOException {
        try (FeedbackSession session = open(2, 1)) {
            String pair = asked(session).pair();
            session.answer(pair, Choice.LEFT);
            assertThrows(IllegalStateException.class, () -> session.answer(pair, Choice.LEFT));
            assertEquals(1, session.state().judged());
            assertEquals(1, Files.readAllLines(out).size());
        }
    }

    @Test
    void whatSaysNothingIsNotAsked() throws IOException {
        List<Comparison> pairs = List.of(
                new Comparison("p", "a", "b", List.of()),
                new Comparison("p", "b", "a", List.of()),
                new Comparison("p", "a", "a", List.of()),
                new Comparison("p", " ", "a", List.of()),
                new Comparison("p a", "", "b", List.of()));
        try (FeedbackSession session = FeedbackSession.open(pairs, out, 1, "")) {
            assertEquals(1, session.state().all());
            assertEquals(4, session.leftOut());
        }
    }

    /** Answers without end, and says each that was acknowledged. */
    static final class Answering {
        public static void main(String[] args) throws IOException {
            try (FeedbackSession session = FeedbackSession.open(pairs(100_000), Path.of(args[0]), 1, "ada")) {
                while (true) {
                    String pair = asked(session).pair();
                    session.answer(pair, Choice.LEFT);
                    System.out.println(pair);
                    System.out.flush();
                }
            }
        }
    }

    private void killed(int after) throws IOException, InterruptedException {
        List<String> acknowledged = new ArrayList<>(
                KilledJvm.run(Answering.class, after, out.toString()).lines());
        // A kill can cut what was said as it can cut the file.
        acknowledged.removeIf(line -> line.length() < 16);
        assertFalse(acknowledged.isEmpty());
        try (FeedbackSession session = FeedbackSession.open(pairs(100_000), out, 1, "ada")) {
            String journal = Files.readString(out);
            acknowledged.forEach(pair -> assertTrue(journal.contains(pair), pair));
            assertEquals(journal.lines().count(), session.state().judged());
        }
    }

    @Test
    void nothingAcknowledgedIsLostToAKill() throws IOException, InterruptedException {
        killed(20);
        killed(7);
    }

    @Test
    @Tag("slow")
    void nothingAcknowledgedIsLostToAnyOfThirtyKills() throws IOException, InterruptedException {
        SplittableRandom rng = new SplittableRandom(1);
        for (int kill = 0; kill < 30; kill++) {
            killed(1 + rng.nextInt(100));
        }
    }
}
