package io.github.rlllm.llm4rl.eureka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.lm.Cassette;
import io.github.rlllm.engine.lm.ScriptedModel;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.llm4rl.design.CandidateRecord.Verdict;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.LanguageModelProposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainings, few steps: a language model (scripted here) that proposes, a journal and a cassette. */
class PaidCallsTest {
    private static final RewardTask<Integer> CAR = RewardTasks.mountainCar().withSteps(2048);
    private static final List<String> ANSWERS = List.of(
            "No code.",
            "A thought.\n```java\ndouble reward() {\n    return position;\n}\n```\n",
            "```java\nwhile (true) {}\n```",
            "```java\ndouble reward() { return Math.sqrt(velocity - 1); }\n```",
            "```java\ndouble helper(double x) { return 2 * x; }\ndouble reward() { return helper(velocity); }\n```",
            "```java\ndouble reward() { return 1.0; }\n```\nor\n```java\ndouble reward() { return 2.0; }\n```");

    @TempDir
    private Path folder;

    private final AtomicInteger calls = new AtomicInteger();

    private EurekaRun run(String journalFile) throws IOException {
        ScriptedModel scripted = ScriptedModel.of(ANSWERS);
        LanguageModel paid = prompt -> {
            calls.incrementAndGet();
            return scripted.complete(prompt);
        };
        Tasks tasks = Tasks.of(CandidateTraining.search(CAR), CandidateTraining.test(CAR));
        try (Cassette cassette = Cassette.open(folder.resolve("calls.jsonl"), Cassette.Mode.RECORD_MISSING);
                Journal journal = Journal.open(folder.resolve(journalFile));
                InProcess executor = new InProcess(2, tasks, System::nanoTime)) {
            Candidates candidates = new Candidates(
                    new Evaluator(executor, journal, Progress.none()), Limits.defaults(), Control.none());
            return new Eureka(
                            new LanguageModelProposer(cassette.over(paid, "scripted"), "scripted", 500),
                            candidates,
                            EurekaConfig.defaults().withSearch(3, 2, 1).withTrainings(1, 1))
                    .run(CAR, 1);
        }
    }

    @Test
    void everyAnswerEndsInItsVerdictAndNoPaidCallOrTrainingIsRepeated() throws IOException {
        EurekaRun first = run("journal.jsonl");
        assertEquals(
                List.of(
                        Verdict.NO_PROGRAM,
                        Verdict.TRAINED,
                        Verdict.REJECTED,
                        Verdict.FAILED,
                        Verdict.TRAINED,
                        Verdict.NO_PROGRAM),
                first.candidates().stream().map(record -> record.verdict()).toList());
        assertTrue(
                first.candidates().get(3).reason().contains("NaN"),
                first.candidates().get(3).reason());
        assertTrue(first.candidates().get(4).program().contains("helper"), "helpers survive");
        assertEquals(6, calls.get());
        long size = Files.size(folder.resolve("journal.jsonl"));

        assertEquals(first, run("journal.jsonl"));
        assertEquals(6, calls.get(), "paid calls");
        assertEquals(size, Files.size(folder.resolve("journal.jsonl")));
        assertEquals(first, run("another.jsonl"), "trained again, it gives the same");
    }
}
