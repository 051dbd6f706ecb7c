package io.github.rlllm.engine.evaluate;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates candidates: asks the journal what is known, has an {@link JobExecutor} run the rest, and gives all back by
 * candidate and seed in the order of the jobs.
 *
 * <pre>{@code
 * Tasks tasks = Tasks.of(myTask);
 * try (Journal journal = Journal.open(Path.of("runs/search/journal.jsonl"));
 *         JobExecutor executor = new InProcess(2, tasks, System::nanoTime)) {
 *     Evaluator evaluator = new Evaluator(executor, journal, Progress.none());
 *     Evaluations all = evaluator.evaluate(new Batch(myTask.name(), jobs, Limits.defaults()), Control.none());
 * }
 * }</pre>
 *
 * <p>Confined to one thread. Does not close what it was given.
 */
public final class Evaluator {
    private final JobExecutor executor;
    private final Journal journal;
    private final Progress progress;

    /**
     * An evaluator.
     *
     * @param executor runs the jobs
     * @param journal knows those that ended and keeps those that end
     * @param progress is told how far each batch is
     */
    public Evaluator(JobExecutor executor, Journal journal, Progress progress) {
        this.executor = executor;
        this.journal = journal;
        this.progress = progress;
    }

    /**
     * Evaluates a batch.
     *
     * @param batch the jobs
     * @param control cancels it; jobs that ended are kept all the same
     * @return what became of each
     * @throws java.io.UncheckedIOException if the journal cannot be written
     */
    public Evaluations evaluate(Batch batch, Control control) {
        Map<String, Evaluation> ended = new HashMap<>();
        Map<String, Job> open = new HashMap<>();
        List<Job> left = new ArrayList<>();
        for (Job job : batch.jobs()) {
            journal.find(batch, job).ifPresentOrElse(known -> ended.put(job.id(), known), () -> {
                open.put(job.id(), job);
                left.add(job);
            });
        }
        int total = Math.max(1, batch.jobs().size());
        String words = "evaluating " + batch.task();
        progress.update(words, ended.size(), total);
        if (!left.isEmpty()) {
            executor.run(
                    new Batch(batch.task(), left, batch.limits()),
                    evaluation -> {
                        Job job = open.remove(evaluation.id());
                        if (job == null) {
                            // Delivered a second time, or by a stranger: the first answer to a question counts.
                            return;
                        }
                        if (evaluation
                                .outcome()
                                .failure()
                                .map(failed -> failed.reason().ofCandidate())
                                .orElse(true)) {
                            journal.add(batch, job, evaluation);
                        }
                        ended.put(job.id(), evaluation);
                        progress.update(words, ended.size(), total);
                    },
                    control);
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("executor: left out " + open.keySet() + " (expected: every job told of)");
        }
        return new Evaluations(
                batch.jobs().stream().map(job -> ended.get(job.id())).toList());
    }
}
