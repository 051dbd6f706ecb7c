package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassetteTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");
    private final AtomicInteger paid = new AtomicInteger();

    @BeforeEach
    void file() {
        file = folder.resolve("calls.jsonl");
    }

    private final LanguageModel live =
            prompt -> new Completion("answer " + paid.incrementAndGet(), 3, 2, Completion.Finish.STOP, "m-2026");

    private void record(String... questions) throws IOException {
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
            LanguageModel model = cassette.over(live, "m");
            for (String each : questions) {
                model.complete(Prompt.of(each));
            }
        }
    }

    private List<String> replay(String... questions) throws IOException {
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
            LanguageModel model = cassette.replay("m");
            List<String> answers = new ArrayList<>();
            for (String each : questions) {
                answers.add(model.complete(Prompt.of(each)).text());
            }
            return answers;
        }
    }

    @Test
    void replaysInOrderOfTheRecordingsOfARequest() throws IOException {
        record("a", "b", "a");
        assertEquals(List.of("answer 1", "answer 3", "answer 2"), replay("a", "a", "b"));
        CassetteMissException e = assertThrows(CassetteMissException.class, () -> replay("a", "a", "a"));
        assertTrue(e.getMessage().endsWith("any more (expected: asked as often as it was recorded)"), e.getMessage());
    }

    @Test
    void aLineIsReadableAndItsKeyCanBeRecomputed() throws IOException {
        record("why?");
        assertEquals(
                "{\"key\":\"99589de47819c163\",\"request\":{\"model\":\"m\",\"messages\":[{\"role\":\"USER\","
                        + "\"text\":\"why?\"}],\"stop\":[],\"maxTokens\":1024,\"seed\":null,\"schema\":null},"
                        + "\"answer\":{\"text\":\"answer 1\",\"tokensIn\":3,\"tokensOut\":2,\"finish\":\"STOP\","
                        + "\"model\":\"m-2026\"}}\n",
                Files.readString(file).replaceFirst("(\"key\":\"[0-9a-f]{16})[0-9a-f]{48}", "$1"));
    }

    @Test
    void whatIsRecordedIsNotPaidAgainAndWhatIsMissingIs() throws IOException {
        record("a", "b");
        record("a", "c", "b", "a");
        assertEquals(4, paid.get());
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
            assertEquals(
                    new ModelUsage(4, 12, 8, 12 * 150 + 8 * 600, Duration.ZERO), cassette.cost(new Price(150, 600)));
            assertEquals(Set.of("m"), cassette.models());
        }
        assertEquals(List.of("answer 1", "answer 4", "answer 3"), replay("a", "a", "c"));
    }

    @Test
    void everyPartOfARequestIsPartOfItsKey() {
        Prompt prompt = Prompt.of("a");
        List<Prompt> all = List.of(
                prompt,
                Prompt.of("b"),
                prompt.withMaxTokens(7),
                prompt.withSeed(1),
                prompt.withStop(List.of("x")),
                prompt.withSchema("{}"),
                new Prompt(List.of(new Message(Message.Role.SYSTEM, "a")), List.of(), 1024, null, null),
                new Prompt(
                        List.of(new Message(Message.Role.USER, "a"), new Message(Message.Role.USER, "")),
                        List.of(),
                        1024,
                        null,
                        null));
        Set<String> keys = new TreeSet<>();
        all.forEach(each -> keys.add(CassetteLine.key("m", each)));
        keys.add(CassetteLine.key("other", prompt));
        assertEquals(all.size() + 1, keys.size());
    }

    @Test
    void aMissShowsTheNearestRequest() throws IOException {
        record("Write a reward.\nThe robot is at x.\nBe brief.", "Something else\nentirely");
        String message = assertThrows(
                        CassetteMissException.class, () -> replay("Write a reward.\nThe robot is at y.\nBe brief."))
                .getMessage();
        assertTrue(message.contains("(expected: one of 2 that are recorded); nearest "), message);
        assertTrue(message.endsWith(":\n- user: The robot is at x.\n+ user: The robot is at y."), message);
    }

    @Test
    void aMissOfAnotherSettingShowsIt() throws IOException {
        record("a");
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
            String message = assertThrows(
                            CassetteMissException.class,
                            () -> cassette.replay("m").complete(Prompt.of("a").withMaxTokens(9)))
                    .getMessage();
            assertTrue(message.endsWith("\n- max tokens: 1024\n+ max tokens: 9"), message);
        }
    }

    @Test
    void longAndHiddenTextIsShownInPart() throws IOException {
        record("x".repeat(500) + "1" + "y".repeat(500));
        String message = assertThrows(
                        CassetteMissException.class, () -> replay("x".repeat(500) + "\u202e" + "y".repeat(500)))
                .getMessage();
        assertTrue(message.contains("x1y"), message);
        assertTrue(message.contains("x\\u202ey"), message);
        assertTrue(message.length() < 600, message);
    }

    @Test
    void whatIsHardToWriteComesBackAsItWas() throws IOException {
        String text =
                "line\nquote\" back\\ \u0000 \u0007 \u007f é 漢 \uD83D\uDE00 lone \uD83D end \uDE00 \u2028\u202e\ufeff";
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD)) {
            cassette.over(prompt -> new Completion(text, -1, -1, Completion.Finish.LENGTH, "x"), text)
                    .complete(Prompt.of(text).withSeed(Long.MIN_VALUE).withSchema(text));
        }
        assertEquals(1, Files.readAllLines(file, StandardCharsets.UTF_8).size());
        assertFalse(Files.readString(file).contains("\u202e"));
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
            Completion answer = cassette.replay(text)
                    .complete(Prompt.of(text).withSeed(Long.MIN_VALUE).withSchema(text));
            assertEquals(new Completion(text, -1, -1, Completion.Finish.LENGTH, "x"), answer);
        }
    }

    @Test
    void aTornLastLineIsDroppedWhereverItIsTorn() throws IOException {
        record("a", "b");
        byte[] whole = Files.readAllBytes(file);
        int first = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (int length = first; length < whole.length; length += 13) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertEquals(List.of("answer 1"), replay("a"));
            assertThrows(CassetteMissException.class, () -> replay("b"));
        }
        paid.set(10);
        record("a", "b");
        assertEquals(11, paid.get());
        assertEquals(List.of("answer 1", "answer 11"), replay("a", "b"));
    }

    @Test
    void otherDamageIsAnErrorThatNamesTheLine() throws IOException {
        record("a", "b", "c");
        List<String> lines = Files.readAllLines(file);
        List<String> broken = List.of(
                "",
                "{",
                "[]",
                "null",
                lines.get(1) + " x",
                lines.get(1).replace("\"b\"", "\"B\""),
                lines.get(1).replace("\"USER\"", "\"user\""),
                lines.get(1).replace("\"STOP\"", "\"DONE\""),
                lines.get(1).replace("\"tokensIn\":3", "\"tokensIn\":3.5"),
                lines.get(1).replace("\"tokensIn\":3", "\"tokensIn\":-3"),
                lines.get(1).replace("\"seed\":null", "\"seed\":\"1\""),
                lines.get(1).replace("\"messages\":[", "\"messages\":[7,"),
                lines.get(1).replace("\"key\"", "\"kee\""),
                lines.get(1).substring(0, 40));
        for (String each : broken) {
            Files.write(file, List.of(lines.get(0), each, lines.get(2)));
            for (Cassette.Mode mode : List.of(Cassette.Mode.REPLAY, Cassette.Mode.RECORD_MISSING)) {
                IOException e = assertThrows(IOException.class, () -> Cassette.open(file, mode), each);
                assertTrue(e.getMessage().contains(", line 2: "), e.getMessage());
            }
            assertEquals(3, Files.readAllLines(file).size(), "untouched");
        }
    }

    @Test
    void recordingAnewNeedsANewFile() throws IOException {
        record("a");
        IOException e = assertThrows(IOException.class, () -> Cassette.open(file, Cassette.Mode.RECORD));
        assertTrue(e.getMessage().endsWith("bytes (expected: a new or an empty file to record to)"), e.getMessage());
        assertThrows(IOException.class, () -> Cassette.open(folder.resolve("none"), Cassette.Mode.REPLAY));
    }

    @Test
    void recordAsksAgainForWhatItHas() throws IOException {
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD)) {
            LanguageModel model = cassette.over(live, "m");
            assertNotEquals(model.complete(Prompt.of("a")), model.complete(Prompt.of("a")));
            assertEquals(2, cassette.recorded());
            assertEquals(0, cassette.replayed());
        }
    }

    @Test
    void oneWriterAtATime() throws IOException {
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
            cassette.over(live, "m").complete(Prompt.of("a"));
            IOException e = assertThrows(IOException.class, () -> Cassette.open(file, Cassette.Mode.RECORD_MISSING));
            assertTrue(e.getMessage().endsWith("(expected: one writer at a time)"), e.getMessage());
            assertEquals(List.of("answer 1"), replay("a"));
        }
    }

    @Test
    void failuresAreNotRecorded() throws IOException {
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
            LanguageModel model = cassette.over(
                    prompt -> {
                        throw new IllegalStateException("no");
                    },
                    "m");
            assertThrows(IllegalStateException.class, () -> model.complete(Prompt.of("a")));
        }
        assertEquals(0, Files.size(file));
    }

    @Test
    void manyThreadsLoseNothing() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (Cassette cassette = Cassette.open(file, Cassette.Mode.RECORD_MISSING)) {
            LanguageModel model = cassette.over(live, "m");
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String question = "question " + i % 16;
                all.add(pool.submit(() -> model.complete(Prompt.of(question)).text()));
            }
            Set<String> given = new TreeSet<>();
            for (Future<String> each : all) {
                given.add(each.get(20, TimeUnit.SECONDS));
            }
            assertEquals(64, given.size());
        } finally {
            pool.shutdownNow();
        }
        String[] questions = new String[64];
        for (int i = 0; i < 64; i++) {
            questions[i] = "question " + i % 16;
        }
        assertEquals(64, new TreeSet<>(replay(questions)).size());
    }
}
