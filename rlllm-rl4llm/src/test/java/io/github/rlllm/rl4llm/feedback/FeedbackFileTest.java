package io.github.rlllm.rl4llm.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackFileTest {
    private static final String ROOM = "\\n\\nHuman: The room?\\n\\nAssistant:";

    @TempDir
    private Path folder;

    private List<Comparison> read(Shape shape, String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("f.jsonl"), String.join("\n", lines));
        return FeedbackFile.read(file, shape).comparisons();
    }

    private static Vote vote(String annotator, Verdict verdict) {
        return new Vote(annotator, verdict);
    }

    @Test
    void pairsHoldPreferencesTiesAndWhatNobodyHasJudged() throws IOException {
        assertEquals(
                List.of(
                        new Comparison("p", "good", "bad", List.of(vote("", Verdict.FIRST))),
                        new Comparison("p", "a", "b", List.of(vote("ada", Verdict.TIE))),
                        new Comparison("q", "a", "b", List.of())),
                read(
                        Shape.PAIRS,
                        "\uFEFF{\"prompt\":\"p\",\"chosen\":\"good\",\"rejected\":\"bad\",\"more\":[1]}\r",
                        "",
                        "{\"prompt\":\"p\",\"first\":\"a\",\"second\":\"b\",\"verdict\":\"tie\",\"by\":\"ada\"}",
                        "{\"prompt\":\"q\",\"first\":\"a\",\"second\":\"b\"}"));
    }

    @Test
    void undoTakesBackTheLastLineThatStands() throws IOException {
        String[] lines = {
            "{\"prompt\":\"p\",\"chosen\":\"1\",\"rejected\":\"2\"}",
            "{\"prompt\":\"p\",\"chosen\":\"3\",\"rejected\":\"4\"}",
            "{\"verdict\":\"skip\"}",
            "{\"verdict\":\"undo\"}",
            "{\"verdict\":\"undo\"}",
            "{\"prompt\":\"p\",\"chosen\":\"5\",\"rejected\":\"6\"}"
        };
        assertEquals(
                List.of("1", "5"),
                read(Shape.PAIRS, lines).stream().map(Comparison::first).toList());
    }

    @Test
    void annotatorsOfTheSameAnswersAreVotesOfOneComparison() throws IOException {
        List<Comparison> read = read(
                Shape.PAIRS,
                "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"by\":\"ada\"}",
                "{\"prompt\":\"p\",\"chosen\":\"b\",\"rejected\":\"a\",\"by\":2}",
                "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"by\":\"cleo\"}",
                "{\"prompt\":\"p\",\"chosen\":\"b\",\"rejected\":\"a\",\"by\":\"ada\"}");
        assertEquals(2, read.size());
        assertEquals(
                List.of(vote("ada", Verdict.FIRST), vote("2", Verdict.SECOND), vote("cleo", Verdict.FIRST)),
                read.get(0).votes());
        assertEquals(Optional.of("a"), read.get(0).chosen());
        assertEquals(Optional.of("b"), read.get(0).rejected());
        assertEquals(Optional.of("b"), read.get(1).chosen());
        assertEquals(Set.of("2", "ada", "cleo"), new FeedbackFile(read).annotators());
    }

    @Test
    void transcriptsAreCutAtTheLastCommonTurn() throws IOException {
        List<Comparison> read = read(
                Shape.TRANSCRIPTS,
                "{\"chosen\":\"" + ROOM + " Sorry.\",\"rejected\":\"" + ROOM + " So what\"}",
                "{\"chosen\":\"" + ROOM + " Yes\\n\\nHuman: And?\\n\\nAssistant: x\",\"rejected\":\"" + ROOM + "\"}");
        String room = "\n\nHuman: The room?\n\nAssistant:";
        assertEquals(new Comparison(room, "Sorry.", "So what", List.of(vote("", Verdict.FIRST))), read.get(0));
        assertEquals(
                new Comparison(room, "Yes\n\nHuman: And?\n\nAssistant: x", "", List.of(vote("", Verdict.FIRST))),
                read.get(1));
    }

    @Test
    void aRankingOfKAnswersIsItsPairsAndTheyStayTogether() throws IOException {
        List<Comparison> read = read(
                Shape.RANKINGS,
                "{\"prompt\":\"p\",\"answers\":[\"a\",\"b\",\"c\"],\"ranks\":[2,1,2],\"by\":\"ada\"}",
                "{\"prompt\":\"q\",\"answers\":[\"a\",\"b\"],\"ranks\":[1,9]}");
        assertEquals(
                List.of("ab SECOND", "ac TIE", "bc FIRST", "ab FIRST"),
                read.stream()
                        .map(pair -> pair.first() + pair.second() + " "
                                + pair.votes().get(0).verdict())
                        .toList());
        assertEquals(
                List.of(3, 1),
                new FeedbackFile(read).byPrompt().stream().map(List::size).toList());
    }

    @Test
    void votesNameTheirAnnotatorsByPlace() throws IOException {
        Comparison read = read(
                        Shape.VOTES,
                        "{\"instruction\":\"Say\",\"input\":\"it\",\"response1\":\"a\",\"response2\":\"\","
                                + "\"annotators\":[1,0,2]}")
                .get(0);
        assertEquals("Say\n\nit", read.prompt());
        assertEquals(
                List.of(vote("1", Verdict.FIRST), vote("2", Verdict.TIE), vote("3", Verdict.SECOND)), read.votes());
        assertEquals(Optional.empty(), read.majority());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pairs | 3 | number (expected: a JSON object)",
                "pairs | {\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"by\":{}} | by is object (expected: a text or a whole number)",
                "pairs | {\"prompt\":\"p\",\"verdict\":\"1\"} | verdict is 1 (expected: none, or one of tie, skip, undo)",
                "pairs | {\"verdict\":\"undo\"} | undo with nothing before it (expected: a line that it takes back)",
                "pairs | {\"prompt\":\"p\",\"first\":\"a\"} | second is missing (expected: a text)",
                "pairs | {\"prompt\":\"p\"} | chosen is missing (expected: a text)",
                "transcripts | {\"chosen\":\"Yes\",\"rejected\":\"Yea\"} | chosen and rejected part after 2 characters"
                        + " (expected: a common beginning that ends with \"\\n\\nAssistant:\")",
                "rankings | {\"prompt\":\"p\",\"answers\":[\"a\"],\"ranks\":[1]} | answers has 1 elements (expected: 2 to 100)",
                "rankings | {\"prompt\":\"p\",\"answers\":[\"a\",\"b\"],\"ranks\":[1]} | ranks has 1 elements (expected: 2)",
                "rankings | {\"prompt\":\"p\",\"answers\":[\"a\",4],\"ranks\":[1,2]} | answers[1] is number (expected: a text)",
                "rankings | {\"prompt\":\"p\",\"answers\":[\"a\",\"b\"],\"ranks\":[1,1.5]} | ranks[1] is 1.5 (expected: a whole number of 32 bits)",
                "votes | {\"instruction\":\"p\",\"response1\":\"a\",\"response2\":\"b\",\"annotators\":[1,3]} | annotators[1] is 3 (expected: 1, 2 or 0 for a tie)",
                "votes | {\"instruction\":\"p\",\"response1\":\"a\",\"annotators\":[1]} | response2 is missing (expected: a text)",
                "votes | {\"instruction\":\"p\",\"annotators\":2} | annotators is number (expected: an array)",
            })
    void aBadLineIsNamed(String shape, String line, String message) {
        IOException refused = assertThrows(IOException.class, () -> read(Shape.named(shape), "", line));
        assertEquals(folder.resolve("f.jsonl") + ", line 2: " + message, refused.getMessage());
    }

    @Test
    void linesThatAreTooLongTwiceJsonOrNoTextAreRefused() throws IOException {
        String good = "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}";
        Path file = folder.resolve("f.jsonl");
        Files.writeString(file, good + "\n{\"prompt\":\"" + "x".repeat(1_000_000) + "\"}");
        assertEquals(
                file + ", line 2: more than 1000000 bytes (expected: at most 1000000)",
                assertThrows(IOException.class, () -> FeedbackFile.read(file, Shape.PAIRS))
                        .getMessage());
        Files.write(file, (good + "\n\"\u00e4\"").getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                file + ", line 2: not UTF-8 (expected: JSON lines in UTF-8)",
                assertThrows(IOException.class, () -> FeedbackFile.read(file, Shape.PAIRS))
                        .getMessage());
        for (String bad : List.of(good + good, good.substring(0, 20), "{\"prompt\":\"p\",\"prompt\":\"q\"}")) {
            IOException refused = assertThrows(IOException.class, () -> read(Shape.PAIRS, good, bad));
            assertTrue(refused.getMessage().startsWith(file + ", line 2: "), refused.getMessage());
        }
    }

    @Test
    void anUnknownShapeIsAnsweredWithTheKnownOnes() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Shape.named("csv"));
        assertEquals("shape: csv (expected: one of pairs, transcripts, rankings, votes)", refused.getMessage());
    }

    @Test
    void whatIsHeldOutSharesNoPromptWithTheRest() throws IOException {
        String[] lines = new String[40];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "{\"prompt\":\"p" + i % 10 + "\",\"first\":\"a" + i + "\",\"second\":\"b\"}";
        }
        FeedbackFile file = new FeedbackFile(read(Shape.PAIRS, lines));
        List<FeedbackFile> parts = file.split(0.3, new SplittableRandom(1));
        assertEquals(28, parts.get(0).comparisons().size());
        assertEquals(12, parts.get(1).comparisons().size());
        Set<String> both = prompts(parts.get(0));
        both.retainAll(prompts(parts.get(1)));
        assertEquals(Set.of(), both);
        assertEquals(parts, file.split(0.3, new SplittableRandom(1)));
        assertEquals(
                "share: 1.1 (expected: 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> file.split(1.1, new SplittableRandom(1)))
                        .getMessage());
    }

    private static Set<String> prompts(FeedbackFile file) {
        return file.comparisons().stream().map(Comparison::prompt).collect(Collectors.toCollection(HashSet::new));
    }
}
