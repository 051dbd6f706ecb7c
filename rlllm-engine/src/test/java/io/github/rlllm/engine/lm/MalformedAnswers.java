package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Completion.Finish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Answers as models spoil them, by kind: what was asked for is code, JSON, yes or no, or a number. */
final class MalformedAnswers {
    private static final List<String> PROSE = List.of(
            "Sure! Here is what you asked for.",
            "The reward depends on the distance to the goal.",
            "Let me think step by step.",
            "I hope this helps.",
            "Note that the robot may be anywhere.");
    private static final List<String> REFUSALS = List.of(
            "I'm sorry, but I can't help with that.",
            "As an AI language model, I cannot write this.",
            "Es tut mir leid, das kann ich nicht.",
            "抱歉，我无法回答这个问题。");

    private MalformedAnswers() {}

    private static <T> T one(List<T> all, RandomGenerator rng) {
        return all.get(rng.nextInt(all.size()));
    }

    static String prose(RandomGenerator rng) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + rng.nextInt(3); i > 0; i--) {
            text.append(one(PROSE, rng)).append(rng.nextBoolean() ? "\n" : " ");
        }
        return text.append('\n').toString();
    }

    /** A few lines without anything wrong. */
    static String code(RandomGenerator rng) {
        StringBuilder text = new StringBuilder("double x0 = " + rng.nextInt(100) + ";");
        for (int i = 1; i <= rng.nextInt(5); i++) {
            text.append("\n  x0 = x0 * ")
                    .append(rng.nextInt(10))
                    .append(" + Math.abs(x0); // ")
                    .append(i);
        }
        return text.append("\nreturn x0;").toString();
    }

    private static String fenced(String name, String code) {
        return "```" + name + "\n" + code + "\n```\n";
    }

    static String json(RandomGenerator rng) {
        return "{\"name\": \"robot " + rng.nextInt(9) + "\", \"steps\": [" + rng.nextInt(9)
                + ", 2.5, -1e3],\n \"ok\": true}";
    }

    private static String with(String text, String inserted, RandomGenerator rng) {
        int at = 1 + rng.nextInt(text.length() - 1);
        return text.substring(0, at) + inserted + text.substring(at);
    }

    private static Completion stop(String text) {
        return new Completion(text, 1, 1, Finish.STOP, "m");
    }

    private static Completion ended(String text, Finish finish) {
        return new Completion(text, 1, 1, finish, "m");
    }

    /** Kinds of spoilt code. */
    static Map<String, Function<RandomGenerator, Completion>> code() {
        Map<String, Function<RandomGenerator, String>> texts = new LinkedHashMap<>();
        texts.put("empty", rng -> "");
        texts.put("blank", rng -> " \n\t\n".repeat(1 + rng.nextInt(4)));
        texts.put("refusal", rng -> one(REFUSALS, rng));
        texts.put("prose alone", MalformedAnswers::prose);
        texts.put("code without a fence", rng -> code(rng));
        texts.put("prose and code without a fence", rng -> prose(rng) + code(rng));
        texts.put("no end", rng -> prose(rng) + "```java\n" + code(rng) + "\n");
        texts.put("cut anywhere", rng -> {
            String whole = prose(rng) + "```java\n" + code(rng) + "\n``";
            return whole.substring(0, rng.nextInt(whole.length()));
        });
        texts.put("two blocks", rng -> fenced("java", code(rng)) + prose(rng) + fenced("java", code(rng) + "// b"));
        texts.put("two blocks without a name", rng -> fenced("", code(rng)) + fenced("", code(rng) + "// b"));
        texts.put("python", rng -> prose(rng) + fenced("python", "def reward(x):\n    return x"));
        texts.put("javascript", rng -> fenced("javascript", code(rng)));
        texts.put("two other languages", rng -> fenced("python", "x = 1") + fenced("cpp", code(rng)));
        texts.put("empty block", rng -> prose(rng) + "```java\n```\n");
        texts.put("blank block", rng -> fenced("java", " \n\t"));
        for (String hidden : List.of(
                "\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200f",
                "\u2028", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud83d", "\udc00", "\rx")) {
            texts.put(
                    String.format("character U+%04X in code", (int) hidden.charAt(0)),
                    rng -> prose(rng) + fenced("java", with(code(rng), hidden, rng)));
        }
        texts.put("tag characters", rng -> fenced("java", with(code(rng), "\udb40\udc41", rng)));
        texts.put("block in a block", rng -> "```java\n" + code(rng) + "\n```java\n" + code(rng) + "\n```\n```\n");
        texts.put("fence in a line", rng -> prose(rng) + "Use ```return 1;``` for it.\n");
        texts.put("begins in a line", rng -> "Here: ```java\n" + code(rng) + "\n```\n");
        texts.put("ends in a line", rng -> "```java\n" + code(rng) + "\n``` and that is all.\n");
        texts.put("indented", rng -> "    ```java\n    " + code(rng) + "\n    ```\n");
        texts.put("ended by other marks", rng -> "```java\n" + code(rng) + "\n~~~\n");
        texts.put("ended by fewer marks", rng -> "`````java\n" + code(rng) + "\n```\n");
        texts.put("pre", rng -> "<pre><code>" + code(rng) + "</code></pre>");
        texts.put("single backticks", rng -> "`" + code(rng) + "`");
        texts.put("typographic fence", rng -> "\u2018\u2018\u2018java\n" + code(rng) + "\n\u2019\u2019\u2019");
        texts.put("too long", rng -> fenced("java", code(rng)) + "x".repeat(CodeAnswer.MOST));
        Map<String, Function<RandomGenerator, Completion>> kinds = completions(texts);
        kinds.put("cut by the limit", rng -> ended(prose(rng) + fenced("java", code(rng)), Finish.LENGTH));
        kinds.put("withheld", rng -> ended(rng.nextBoolean() ? "" : fenced("java", code(rng)), Finish.FILTERED));
        return kinds;
    }

    /** Kinds of spoilt JSON. */
    static Map<String, Function<RandomGenerator, Completion>> json() {
        Map<String, Function<RandomGenerator, String>> texts = new LinkedHashMap<>();
        texts.put("empty", rng -> "\n");
        texts.put("refusal", rng -> one(REFUSALS, rng));
        texts.put("cut anywhere", rng -> {
            String whole = json(rng);
            return whole.substring(0, 1 + rng.nextInt(whole.length() - 1));
        });
        texts.put("comma after the last element", rng -> json(rng).replace("-1e3]", "-1e3,]"));
        texts.put("comma after the last field", rng -> json(rng).replace("true}", "true,}"));
        texts.put("two commas", rng -> json(rng).replace("2.5,", "2.5,,"));
        texts.put("single quotes", rng -> json(rng).replace('"', '\''));
        texts.put("typographic quotes", rng -> json(rng).replace('"', '\u201d'));
        texts.put("keys without quotes", rng -> json(rng).replace("\"ok\"", "ok"));
        texts.put("comment", rng -> json(rng).replace(",\n", ", // why\n"));
        texts.put("block comment", rng -> json(rng).replace(",\n", ", /* why */\n"));
        texts.put("prose before", rng -> "The answer is " + json(rng));
        texts.put("prose after", rng -> json(rng) + "\n" + one(PROSE, rng));
        texts.put("two objects", rng -> json(rng) + "\n" + json(rng));
        texts.put("a key twice", rng -> json(rng).replace("\"ok\"", "\"name\""));
        texts.put("NaN", rng -> json(rng).replace("2.5", "NaN"));
        texts.put("Infinity", rng -> json(rng).replace("2.5", "-Infinity"));
        texts.put("Python's True", rng -> json(rng).replace("true", "True"));
        texts.put("Python's None", rng -> json(rng).replace("true", "None"));
        texts.put("undefined", rng -> json(rng).replace("true", "undefined"));
        texts.put("number beyond range", rng -> json(rng).replace("2.5", "1e" + (309 + rng.nextInt(99_999))));
        texts.put("leading zero", rng -> json(rng).replace("2.5", "02.5"));
        texts.put("plus", rng -> json(rng).replace("2.5", "+2.5"));
        texts.put("bare point", rng -> json(rng).replace("2.5", rng.nextBoolean() ? ".5" : "2."));
        texts.put("hexadecimal", rng -> json(rng).replace("2.5", "0x1F"));
        texts.put("line feed in a text", rng -> json(rng).replace("robot", "ro\nbot"));
        texts.put("control character in a text", rng -> json(rng).replace("robot", "ro\u0001bot"));
        texts.put("half a character", rng -> json(rng).replace("robot", "ro\\ud83dbot"));
        texts.put("half a character in a key", rng -> json(rng).replace("\"ok", "\"o\\udc00k"));
        texts.put("unknown escape", rng -> json(rng).replace("robot", "ro\\xbot"));
        texts.put("missing comma", rng -> json(rng).replace(",\n", "\n"));
        texts.put("missing colon", rng -> json(rng).replace("\"ok\":", "\"ok\""));
        texts.put("another bracket", rng -> json(rng) + "}");
        texts.put("wrong bracket", rng -> json(rng).replace("]", "}"));
        texts.put("too deep", rng -> "[".repeat(65 + rng.nextInt(200)) + "]".repeat(300));
        texts.put("byte order mark", rng -> "\ufeff" + json(rng));
        texts.put("YAML", rng -> "name: robot\nsteps:\n  - 1\n  - 2\n");
        texts.put("XML", rng -> "<answer><name>robot</name></answer>");
        texts.put("block that does not end", rng -> prose(rng) + "```json\n" + json(rng));
        texts.put("two blocks", rng -> fenced("json", json(rng)) + fenced("json", "[1]"));
        texts.put("block of another language", rng -> prose(rng) + fenced("yaml", "a: 1"));
        texts.put(
                "spoilt in a block",
                rng -> prose(rng) + fenced("json", json(rng).replace("true}", "true,}")));
        Map<String, Function<RandomGenerator, Completion>> kinds = completions(texts);
        kinds.put("cut by the limit", rng -> ended(json(rng), Finish.LENGTH));
        return kinds;
    }

    /** Kinds of answers that are neither yes nor no. */
    static Map<String, Function<RandomGenerator, Completion>> yesNo() {
        Map<String, Function<RandomGenerator, String>> texts = new LinkedHashMap<>();
        texts.put("empty", rng -> " ");
        texts.put("refusal", rng -> one(REFUSALS, rng));
        texts.put("both", rng -> rng.nextBoolean() ? "Yes and no." : "Yes. No.");
        texts.put("neither", rng -> one(List.of("Maybe.", "It depends.", "Unclear", "N/A", "?"), rng));
        texts.put("another word for it", rng -> one(List.of("Yeah", "True", "1", "Nope", "Ja", "да", "Si."), rng));
        texts.put("part of a word", rng -> one(List.of("Yesterday.", "Nothing.", "Note: it is", "Yessir!"), rng));
        texts.put("within a sentence", rng -> "I would say yes to that, " + rng.nextInt(9));
        texts.put("taken back", rng -> "Yes, wait, no: " + prose(rng));
        texts.put("negated", rng -> "Not yes" + ".".repeat(rng.nextInt(3)));
        texts.put("begins otherwise", rng -> "No problem, here it is: it is fair.");
        texts.put("labels that differ", rng -> prose(rng) + "Answer: yes\n" + prose(rng) + "Answer: no");
        texts.put("label and beginning that differ", rng -> "Yes.\n" + prose(rng) + "Answer: no");
        texts.put(
                "label without an answer",
                rng -> prose(rng) + "Answer: " + one(List.of("", "maybe", "yes or no"), rng));
        texts.put("the question again", rng -> "Answer yes or no: ");
        texts.put("homoglyph", rng -> rng.nextBoolean() ? "Yеs" : "Nо");
        texts.put(
                "hidden character",
                rng -> with("Yes.", one(List.of("\u200b", "\u202e", "\u0000", "\ufeff"), rng), rng));
        texts.put("typing error", rng -> one(List.of("Yse", "Y es", "N o", "Noo", "Y"), rng));
        texts.put("JSON", rng -> "{\"answer\": \"yes\"}");
        texts.put("too long", rng -> "Yes. " + "x".repeat(CodeAnswer.MOST));
        Map<String, Function<RandomGenerator, Completion>> kinds = completions(texts);
        kinds.put("cut by the limit", rng -> ended("Yes", Finish.LENGTH));
        kinds.put("withheld", rng -> ended("", Finish.FILTERED));
        return kinds;
    }

    /** Kinds of answers that are no number from 0 to 100. */
    static Map<String, Function<RandomGenerator, Completion>> number() {
        Map<String, Function<RandomGenerator, String>> texts = new LinkedHashMap<>();
        texts.put("empty", rng -> "");
        texts.put("refusal", rng -> one(REFUSALS, rng));
        texts.put("in words", rng -> one(List.of("seven", "a dozen", "half", "zero"), rng));
        texts.put("two numbers", rng -> rng.nextInt(9) + " " + rng.nextInt(9));
        texts.put("range", rng -> rng.nextInt(9) + "-" + (10 + rng.nextInt(9)));
        texts.put("fraction", rng -> rng.nextInt(9) + "/10");
        texts.put("out of", rng -> rng.nextInt(9) + " out of 10");
        texts.put("percent", rng -> rng.nextInt(99) + "%");
        texts.put("unit", rng -> rng.nextInt(99) + " m");
        texts.put("money", rng -> "$" + rng.nextInt(99));
        texts.put("decimal comma", rng -> rng.nextInt(9) + ",5");
        texts.put("about", rng -> (rng.nextBoolean() ? "~" : "about ") + rng.nextInt(99));
        texts.put("too great", rng -> Integer.toString(101 + rng.nextInt(999)));
        texts.put("too small", rng -> "-" + (1 + rng.nextInt(99)));
        texts.put("not finite", rng -> one(List.of("NaN", "Infinity", "inf", "1e999"), rng));
        texts.put("other digits", rng -> one(List.of("７", "٤٢", "²", "½", "Ⅶ"), rng));
        texts.put("hexadecimal", rng -> "0x1F");
        texts.put("Java's", rng -> one(List.of("1_0", "7f", "7d", "7L", "0x1p3"), rng));
        texts.put("two points", rng -> "1.2.3");
        texts.put("sum", rng -> rng.nextInt(9) + " + " + rng.nextInt(9));
        texts.put("within a sentence", rng -> "I would give it a " + rng.nextInt(9) + ".");
        texts.put("labels that differ", rng -> "Answer: 3\n" + prose(rng) + "Answer: 4");
        texts.put("many digits", rng -> "1".repeat(41 + rng.nextInt(9999)));
        texts.put("hidden character", rng -> "4\u200b2");
        texts.put("minus of another kind", rng -> "\u22124");
        Map<String, Function<RandomGenerator, Completion>> kinds = completions(texts);
        kinds.put("cut by the limit", rng -> ended("4", Finish.LENGTH));
        return kinds;
    }

    private static Map<String, Function<RandomGenerator, Completion>> completions(
            Map<String, Function<RandomGenerator, String>> texts) {
        Map<String, Function<RandomGenerator, Completion>> kinds = new LinkedHashMap<>();
        new ArrayList<>(texts.entrySet())
                .forEach(each ->
                        kinds.put(each.getKey(), rng -> stop(each.getValue().apply(rng))));
        return kinds;
    }
}
