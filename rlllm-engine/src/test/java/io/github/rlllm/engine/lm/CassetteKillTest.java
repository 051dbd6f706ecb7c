package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A study that is killed with SIGKILL at any moment, over a provider that writes down what it charges for. */
class CassetteKillTest {
    @TempDir
    Path folder;

    /** Asks a number of questions; says a line after each answer. */
    static final class Study {
        public static void main(String[] args) throws IOException {
            Path bill = Path.of(args[1]);
            LanguageModel provider = prompt -> {
                String question = prompt.messages().get(0).text();
                try {
                    Files.writeString(bill, question + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                // Long, so that many kills fall into the writing of a line.
                return new Completion(question + " ".repeat(200_000), 1, 1, Completion.Finish.STOP, "m");
            };
            try (Cassette cassette = Cassette.open(Path.of(args[0]), Cassette.Mode.RECORD_MISSING)) {
                LanguageModel model = cassette.over(provider, "m");
                for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                    String question = "question " + i;
                    if (!model.complete(Prompt.of(question)).text().startsWith(question)) {
                        System.exit(3);
                    }
                    System.out.println(question);
                }
            }
        }
    }

    private void kill(int kills, int questions, TestReporter reporter) throws Exception {
        Path file = folder.resolve("calls.jsonl");
        Path bill = folder.resolve("bill.txt");
        SplittableRandom rng = new SplittableRandom(kills);
        int charged = 0;
        int written = 0;
        for (int run = 0; run <= kills; run++) {
            int lines = run == kills ? Integer.MAX_VALUE : 1 + rng.nextInt(questions - 1);
            KilledJvm.Ran ran =
                    KilledJvm.run(Study.class, lines, file.toString(), bill.toString(), Integer.toString(questions));
            List<String> all = Files.exists(bill) ? Files.readAllLines(bill) : List.of();
            // Before this run so many questions stood in the cassette: none of them is on the bill again.
            Set<String> known = new HashSet<>();
            for (int i = 0; i < written; i++) {
                known.add("question " + i);
            }
            List<String> again = new ArrayList<>(all.subList(charged, all.size()));
            again.retainAll(known);
            assertEquals(List.of(), again, "run " + run);
            charged = all.size();
            try (Cassette cassette = Cassette.open(file, Cassette.Mode.REPLAY)) {
                written = (int) cassette.cost(Price.FREE).calls();
            }
            // What the study was given is there.
            long given = ran.lines().stream()
                    .filter(line -> line.matches("question [0-9]+"))
                    .count();
            assertTrue(written >= given, written + " written, " + given + " given");
        }
        assertEquals(questions, written);
        assertTrue(charged <= questions + kills, charged + " charged");
        reporter.publishEntry(
                "kills",
                kills + ", charged twice because killed before the answer was written: " + (charged - questions));
    }

    @Test
    void noAnswerThatWasWrittenIsPaidAgain(TestReporter reporter) throws Exception {
        kill(3, 12, reporter);
    }

    @Test
    @Tag("slow")
    void noAnswerThatWasWrittenIsPaidAgainOverManyKills(TestReporter reporter) throws Exception {
        kill(25, 40, reporter);
    }
}
