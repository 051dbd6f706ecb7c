package io.github.rlllm.examples.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.examples.Main;
import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.FeedbackFile;
import io.github.rlllm.rl4llm.feedback.Shape;
import io.github.rlllm.rl4llm.feedback.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person at the page of {@code rlllm feedback}, in a real Chromium: {@code apt-get install chromium}, then {@code ./mvnw -Pslow
 * -pl rlllm-examples -am test -Dtest=FeedbackBrowserTest}. The server is a process of its own, so that it can be killed.
 */
@Tag("slow")
class FeedbackBrowserTest {
    private static final int PAIRS = 12;
    private static final String EVIL = "<img src=x onerror=\"window.evil=1\"><script>window.evil=1</script>";
    private static final String COUNT = "document.getElementById('count').textContent";

    @TempDir
    private Path folder;

    private Path out;
    private Process server;
    private Chromium browser;

    /** What the person sees. */
    private record Shown(String prompt, String left, String right) {}

    @BeforeEach
    void start() throws Exception {
        Path program = Chromium.program().orElse(null);
        Assumptions.assumeTrue(
                program != null, "no Chromium is installed: apt-get install chromium, or -Drlllm.chromium=FILE");
        out = folder.resolve("answers.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < PAIRS; i++) {
            String line = "{\"prompt\":\"prompt %d %s\",\"first\":\"first %d %s\",\"second\":\"second %d\"}\n";
            String evil = EVIL.replace("\"", "\\\"");
            lines.append(line.formatted(i, evil, i, evil, i));
        }
        Files.writeString(folder.resolve("pairs.jsonl"), lines);
        browser = Chromium.start(program, folder.resolve("profile"));
        browser.open(serve());
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
        if (browser != null) {
            browser.close();
        }
    }

    /** Starts the command in a process of its own; the address that it prints. */
    private URI serve() throws IOException {
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "feedback",
                        "--pairs",
                        folder.resolve("pairs.jsonl").toString(),
                        "--out",
                        out.toString(),
                        "--by",
                        "ada",
                        "--seed",
                        "7")
                .redirectError(folder.resolve("server.err").toFile())
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(lines.readLine());
        Matcher address = Pattern.compile("open (http://\\S+) in a browser").matcher(line);
        assertTrue(address.find(), line + Files.readString(folder.resolve("server.err")));
        return URI.create(address.group(1));
    }

    private void kill() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private void judged(int count) throws Exception {
        browser.until(COUNT, count + " of " + PAIRS + (count == PAIRS ? ": all are judged" : ""));
        JsonNode bar = browser.ask("[document.getElementById('bar').value, document.getElementById('bar').max]");
        assertEquals(count, bar.get(0).asInt());
        assertEquals(PAIRS, bar.get(1).asInt());
    }

    private Shown shown() throws Exception {
        JsonNode texts = browser.ask("['prompt', 'left', 'right'].map(id => document.getElementById(id).textContent)");
        return new Shown(
                texts.get(0).asText(), texts.get(1).asText(), texts.get(2).asText());
    }

    private void press(String key) throws Exception {
        browser.press(key, false, false);
    }

    private List<String> journal() throws IOException {
        return Files.readAllLines(out);
    }

    @Test
    void aPersonJudgesByTheKeyboardAndNothingIsLost() throws Exception {
        List<List<String>> preferred = new ArrayList<>();
        judged(0);
        Shown one = shown();
        assertTrue(
                one.prompt.endsWith(EVIL) && (one.left + one.right).contains(EVIL), "markup is shown as it is written");

        press("1");
        judged(1);
        preferred.add(List.of(one.prompt, one.left, one.right));
        Shown two = shown();
        press("2");
        judged(2);
        preferred.add(List.of(two.prompt, two.right, two.left));
        Shown tie = shown();
        press("t");
        judged(3);
        Shown skipped = shown();
        press("s");
        judged(4);
        assertEquals(4, journal().size());

        // A key that is held, with Control or without a meaning, says nothing.
        Shown next = shown();
        browser.press("1", true, false);
        browser.press("1", false, true);
        press("x");
        Thread.sleep(300);
        judged(4);
        assertEquals(next, shown());
        assertEquals(4, journal().size());

        press("u");
        judged(3);
        assertEquals(skipped, shown());
        press("s");
        judged(4);
        assertEquals(6, journal().size());

        browser.reload();
        judged(4);
        assertEquals(next, shown());

        for (int done = 4; done < PAIRS; done++) {
            Shown here = shown();
            press("1");
            judged(done + 1);
            preferred.add(List.of(here.prompt, here.left, here.right));
            // What the page counts is on the disk: the process may die at any moment.
            kill();
            List<String> before = journal();
            assertEquals(done + 3, before.size());
            press("2");
            browser.until(
                    "document.getElementById('said').textContent",
                    done + 1 == PAIRS
                            ? ""
                            : "The command has ended, or cannot be reached. Every answer so far is in the file.");
            browser.open(serve());
            judged(done + 1);
            assertEquals(before, journal());
        }
        assertEquals("undefined", browser.ask("typeof window.evil").asText());

        browser.ask("document.querySelector('[data-choice=finish]').click()");
        browser.until("document.getElementById('said').textContent", "Finished. This page can be closed.");
        assertTrue(server.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, server.exitValue());

        List<Comparison> read = FeedbackFile.read(out, Shape.PAIRS).comparisons();
        assertEquals(
                preferred,
                read.stream()
                        .filter(said -> said.chosen().isPresent())
                        .map(said -> List.of(
                                said.prompt(),
                                said.chosen().orElse(""),
                                said.rejected().orElse("")))
                        .toList());
        List<Comparison> ties = read.stream()
                .filter(said -> said.majority().filter(Verdict.TIE::equals).isPresent())
                .toList();
        assertEquals(List.of(tie.prompt), ties.stream().map(Comparison::prompt).toList());
        assertEquals(PAIRS - 1, read.size(), "the skipped one says nothing");
        assertFalse(Files.readString(out).contains("\"by\":\"\""));
    }
}
