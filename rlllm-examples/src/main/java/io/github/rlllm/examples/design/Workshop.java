package io.github.rlllm.examples.design;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.JobExecutor;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.RewardTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where candidates of a run are trained: two at a time here, or where {@link JobExecutors} says, with a journal in the
 * run's folder, so that a run which is killed and resumed trains nothing again. Every generated reward goes to {@code candidates.jsonl}. Confined to one thread.
 */
final class Workshop implements AutoCloseable {
    private static final int THREADS = 2;

    private final Path folder;
    private final Journal journal;
    private final JobExecutor executor;
    private final Candidates candidates;
    private final List<String> lines = new ArrayList<>();
    private final ObjectMapper mapper = new ObjectMapper();

    Workshop(RunRequest request, List<RewardTask<?>> tasks) throws IOException {
        folder = request.folder();
        Path file = folder.resolve("journal.jsonl");
        if (!request.resume()) {
            Files.deleteIfExists(file);
        }
        List<Task> known = new ArrayList<>();
        for (RewardTask<?> task : tasks) {
            known.add(CandidateTraining.search(task));
            known.add(CandidateTraining.test(task));
        }
        journal = Journal.open(file);
        try {
            executor = JobExecutors.of(THREADS, Tasks.of(known), System::nanoTime, System.getenv());
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
        candidates = new Candidates(
                new Evaluator(executor, journal, request.progress()),
                Limits.defaults().withTime(Duration.ofMinutes(5)),
                request.control());
    }

    Candidates candidates() {
        return candidates;
    }

    /** Keeps every reward of an arm with its score, its verdict and the reason of its failure. */
    void keep(String task, String arm, long seed, String model, List<CandidateRecord> records) throws IOException {
        for (CandidateRecord record : records) {
            ObjectNode line = mapper.createObjectNode()
                    .put("task", task)
                    .put("arm", arm)
                    .put("seed", seed)
                    .put("model", model)
                    .put("id", record.id())
                    .put("verdict", record.verdict().name())
                    .put("reason", record.reason());
            if (record.trained()) {
                line.put("score", record.score()).put("success", record.success());
            }
            lines.add(line.put("program", record.program()).toString());
        }
        Files.write(folder.resolve("candidates.jsonl"), lines, StandardCharsets.UTF_8);
    }

    /** The mean of a metric over trainings. */
    static double mean(List<Figures> trainings, String metric) {
        return trainings.stream()
                .mapToDouble(figures -> figures.metric(metric))
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public void close() {
        executor.close();
        journal.close();
    }
}
