package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Parsed;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class AnswerParsersTest {
    private static final int EACH = 14;
    private static final double MOST_SECONDS = 5;
    private static final String REASON = "(?s)line [1-9][0-9]*, column [1-9][0-9]*: .+ \\(expected: .+\\)";
    private static final CodeAnswer JAVA = CodeAnswer.of("java");

    private static <T> T accepted(Parsed<T> parsed) {
        return parsed.fold(value -> value, reason -> {
            throw new AssertionError(reason);
        });
    }

    private static String reason(Parsed<?> parsed) {
        return parsed.fold(
                value -> {
                    throw new AssertionError("accepted: " + value);
                },
                reason -> reason);
    }

    private static int tried(
            String asked,
            Map<String, Function<RandomGenerator, Completion>> kinds,
            Function<Completion, Parsed<?>> parser) {
        int rejected = 0;
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Function<RandomGenerator, Completion>> kind : kinds.entrySet()) {
            for (int i = 0; i < EACH; i++) {
                Completion answer = kind.getValue().apply(new SplittableRandom(1000 + i));
                String fate = parser.apply(answer).fold(value -> "guessed: " + value, reason -> reason);
                if (fate.matches(REASON)) {
                    rejected++;
                } else {
                    wrong.add(asked + ", " + kind.getKey() + ": " + fate + " of " + shown(answer.text()));
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(kinds.size() * EACH, rejected);
        return rejected;
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(200, text.length()));
    }

    @Test
    void noMalformedAnswerIsGuessedOrLost(TestReporter reporter) {
        int code = tried("code", MalformedAnswers.code(), JAVA::parse);
        int json = tried("JSON", MalformedAnswers.json(), JsonAnswer.defaults()::parse);
        int yesNo = tried("yes or no", MalformedAnswers.yesNo(), ShortAnswer::yesNo);
        int number = tried("number", MalformedAnswers.number(), answer -> ShortAnswer.number(answer, 0, 100));
        reporter.publishEntry("malformed answers", code + " + " + json + " + " + yesNo + " + " + number);
        assertTrue(code + json + yesNo + number >= 1000, "" + (code + json + yesNo + number));
    }

    @Test
    void wellFormedAnswersAreReadAsTheyAre() {
        for (int i = 0; i < 200; i++) {
            RandomGenerator rng = new SplittableRandom(i);
            String code = MalformedAnswers.code(rng);
            String before = rng.nextBoolean() ? MalformedAnswers.prose(rng) : "";
            String marks = rng.nextBoolean() ? "```" : "~~~~";
            String name = List.of("java", "Java", " java", "java title=x", "").get(rng.nextInt(5));
            String answer = before + marks + name + "\n" + code + "\n" + marks
                    + (rng.nextBoolean() ? "" : "\n" + MalformedAnswers.prose(rng));
            answer = rng.nextBoolean() ? answer.replace("\n", "\r\n") : answer;
            CodeBlock block = accepted(JAVA.parse(answer));
            assertEquals(code, block.code());
            assertEquals(before.chars().filter(c -> c == '\n').count() + 2, block.line());
            String json = MalformedAnswers.json(rng);
            JsonNode plain = accepted(JsonAnswer.defaults().parse(json));
            assertEquals(3, plain.size());
            assertEquals(plain, accepted(JsonAnswer.defaults().parse(before + "```json\n" + json + "\n```")));
        }
    }

    @Test
    void whatIsSpoiltAnywhereIsPassedOnAsItStandsOrRejected() {
        String alphabet = "`~\n\r \tja;{}\u202e\u0000é\ud83d";
        int accepted = 0;
        for (int i = 0; i < 4000; i++) {
            RandomGenerator rng = new SplittableRandom(i);
            StringBuilder text = new StringBuilder(
                    MalformedAnswers.prose(rng) + "```java\n" + MalformedAnswers.code(rng) + "\n```\n");
            for (int edits = 1 + rng.nextInt(4); edits > 0; edits--) {
                int at = rng.nextInt(text.length());
                if (rng.nextBoolean()) {
                    text.deleteCharAt(at);
                } else {
                    text.insert(at, alphabet.charAt(rng.nextInt(alphabet.length())));
                }
            }
            String answer = text.toString();
            accepted += JAVA.withSeveral(CodeAnswer.Several.LAST)
                    .withUnfenced(i % 2 == 0)
                    .parse(answer)
                    .fold(
                            block -> {
                                String[] lines = answer.replace("\r\n", "\n").split("\n", -1);
                                String[] code = block.code().split("\n", -1);
                                for (int line = 0; line < code.length; line++) {
                                    String whole = lines[block.line() - 1 + line];
                                    assertTrue(
                                            whole.equals(code[line])
                                                    || whole.strip().equals(code[line].strip()),
                                            whole);
                                }
                                return 1;
                            },
                            reason -> {
                                assertTrue(reason.matches(REASON), reason);
                                return 0;
                            });
        }
        assertTrue(accepted > 400 && accepted < 3900, accepted + " accepted");
    }

    @Test
    void placesAreThoseOfTheAnswer() {
        assertEquals(
                "line 4, column 3: character U+202E (expected: characters that can be seen)",
                reason(JAVA.parse("Here:\n```java\nint a;\nx \u202ey\n```")));
        assertEquals(
                "line 2, column 1: a block that does not end (expected: a line of ``` after it)",
                reason(JAVA.parse("Here:\n```java\nint a;\n")));
        assertEquals(
                "line 4, column 1: another block than that of line 1 (expected: one block)",
                reason(JAVA.parse("```java\na\n```\n```java\nb\n```")));
        assertEquals(
                "line 1, column 1: a block of another language (expected: a block fenced with ```java)",
                reason(JAVA.parse("```python\na\n```")));
        assertEquals(
                "line 1, column 7: a fence within a line (expected: a line of its own)",
                reason(JAVA.parse("Here: ```java\na\n```")));
        assertEquals(
                "line 3, column 8: no JSON (expected: JSON, strictly)",
                reason(JsonAnswer.defaults().parse("Here:\n```json\n{\"a\":1,}\n```")));
        assertEquals(
                "line 2, column 6: a number beyond a double's range (expected: JSON, strictly)",
                reason(JsonAnswer.defaults().parse("[1,\n     1e400]")));
        assertEquals(
                "line 2, column 1: another answer (expected: one of yes, no)", reason(ShortAnswer.yesNo("\nperhaps")));
        assertEquals(
                "line 1, column 4: cut by the limit of tokens (expected: a whole answer)",
                reason(ShortAnswer.yesNo(new Completion("Yes", 1, 1, Completion.Finish.LENGTH, "m"))));
    }

    @Test
    void theRuleForSeveralBlocksHasAName() {
        String two = "```java\na\n```\nand\n```java\nb\n```";
        assertEquals(
                "a",
                accepted(JAVA.withSeveral(CodeAnswer.Several.FIRST).parse(two)).code());
        assertEquals(
                "b",
                accepted(JAVA.withSeveral(CodeAnswer.Several.LAST).parse(two)).code());
        assertEquals(
                6,
                accepted(JAVA.withSeveral(CodeAnswer.Several.LAST).parse(two)).line());
        assertEquals("a", accepted(JAVA.parse(two.replace("b", "a"))).code());
        // Others stand beside the one that was asked for.
        assertEquals(
                "a",
                accepted(JAVA.parse("```python\nx\n```\n```\ny\n```\n```java\na\n```"))
                        .code());
        assertEquals("y", accepted(JAVA.parse("```python\nx\n```\n```\ny\n```")).code());
        // A longer fence holds shorter ones.
        assertEquals(
                "a\n```java\nb\n```",
                accepted(JAVA.parse("````java\na\n```java\nb\n```\n````")).code());
    }

    @Test
    void withoutAFenceTheWholeAnswerIsTheCode() {
        CodeAnswer bare = JAVA.withUnfenced(true);
        assertEquals(new CodeBlock("", "  int a;\nreturn a;", 3), accepted(bare.parse("\n\n  int a;\nreturn a;\n\n")));
        assertEquals("a", accepted(bare.parse("```java\na\n```")).code());
        assertEquals(
                "line 1, column 1: no fenced block (expected: a block fenced with ```java)",
                reason(JAVA.parse("return a;")));
    }

    @Test
    void aTrailingCommaIsPassedOverByRuleAlone() {
        JsonAnswer lenient = JsonAnswer.defaults().withTrailingComma(true);
        assertEquals(2, accepted(lenient.parse("[1,2,]")).size());
        assertEquals(1, accepted(lenient.parse("{\"a\":[1,],}")).size());
        for (String spoilt : List.of("[,]", "[1,,]", "{,}", "[1,2", "[1],", "[1 2,]")) {
            assertTrue(reason(lenient.parse(spoilt)).matches(REASON));
        }
    }

    @Test
    void jsonOfEveryKindIsRead() {
        for (String json : List.of("true", "null", "-0.5e-3", "\"a\\u00e9\\ud83d\\ude00\"", "[]", "{}", " [1] \n")) {
            accepted(JsonAnswer.defaults().parse(json));
        }
        assertEquals("0.1", accepted(JsonAnswer.defaults().parse("0.1")).asText());
    }

    @Test
    void shortAnswersAreReadInThreeForms() {
        for (String yes : List.of(
                "yes",
                "Yes.",
                " **YES** ",
                "\"yes\"",
                "Yes!",
                "(yes)",
                "Yes, because it is fair.",
                "Yes\nIt is fair.",
                "It is fair.\nAnswer: yes",
                "**Final answer:** Yes.",
                "- Answer: `yes`\nIt is.",
                "Yes: fair.\nAnswer: yes")) {
            assertTrue(accepted(ShortAnswer.yesNo(yes)), yes);
        }
        assertEquals(false, accepted(ShortAnswer.yesNo("No; the other gets less.")));
        List<String> options = List.of("A", "B", "up left");
        assertEquals("A", accepted(ShortAnswer.oneOf("(a)", options)));
        assertEquals("up left", accepted(ShortAnswer.oneOf("Up Left.", options)));
        assertEquals("B", accepted(ShortAnswer.oneOf("Thought: either.\nFinal answer: B", options)));
        assertTrue(reason(ShortAnswer.oneOf("A robot", options)).matches(REASON));
        assertTrue(reason(ShortAnswer.oneOf("A, or B", options)).matches(REASON));
        assertThrows(IllegalArgumentException.class, () -> ShortAnswer.oneOf("a", List.of()));
        assertThrows(IllegalArgumentException.class, () -> ShortAnswer.oneOf("a", List.of("a", "A.")));
    }

    @Test
    void numbersAreReadAsTheyAre() {
        Map<String, Double> all = Map.of(
                "7",
                7.0,
                " 3.5.",
                3.5,
                "**42**",
                42.0,
                "Answer: .5",
                .5,
                "+1e1",
                10.0,
                "Why.\nAnswer: 3\nSo.\nFinal answer: 3",
                3.0,
                "100",
                100.0,
                "0",
                0.0);
        all.forEach((text, value) -> assertEquals(value, accepted(ShortAnswer.number(text, 0, 100)), text));
        assertEquals(-4.0, accepted(ShortAnswer.number("Answer: -4", -10, 10)));
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> CodeAnswer.of("Java"));
        assertThrows(
                IllegalArgumentException.class, () -> new CodeAnswer(Set.of(), CodeAnswer.Several.FIRST, false, 1));
        assertThrows(IllegalArgumentException.class, () -> new JsonAnswer(false, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new JsonAnswer(false, 1, 501));
        assertThrows(IllegalArgumentException.class, () -> ShortAnswer.number("1", 2, 1));
    }

    /** A quadratic parser would need hours. */
    @Test
    void tenMegabytesTakeLinearTime() {
        int size = 10_000_000;
        CodeAnswer code = new CodeAnswer(Set.of("java"), CodeAnswer.Several.LAST, true, 2 * size);
        JsonAnswer json = new JsonAnswer(true, 2 * size, 500);
        List<String> shapes = List.of(
                "x".repeat(size),
                "```\n".repeat(size / 4),
                "```java\na\n```\n".repeat(size / 14),
                "[".repeat(size),
                "[" + "1,".repeat(size / 2) + "]",
                "\"" + "\\u0041".repeat(size / 6) + "\"");
        for (String text : shapes) {
            assertTrue(
                    seconds(() -> {
                                code.parse(text);
                                json.parse(text);
                            })
                            < MOST_SECONDS,
                    () -> shown(text));
        }
        String most = "no yes ".repeat(CodeAnswer.MOST / 7);
        assertTrue(seconds(() -> ShortAnswer.yesNo(most)) < MOST_SECONDS);
        String labels = "Answer: yes\n".repeat(CodeAnswer.MOST / 12);
        assertTrue(seconds(() -> ShortAnswer.yesNo(labels)) < MOST_SECONDS);
    }

    /** Of this thread on a processor, however busy that is with others. */
    private static double seconds(Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        work.run();
        return (threads.getCurrentThreadCpuTime() - begin) / 1e9;
    }
}
