package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Evaluations;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * From proposals to records: every program is compiled and trained under limits by an {@link Evaluator}, and whatever became
 * of it is kept under its id. Thread-safe as the evaluator is.
 */
public final class Candidates {
    private final Evaluator evaluator;
    private final Limits limits;
    private final Control control;

    /**
     * A way to evaluate.
     *
     * @param evaluator knows the tasks {@link CandidateTraining#search} and {@link CandidateTraining#test} of what is evaluated
     * @param limits what one training may take
     * @param control cancels
     */
    public Candidates(Evaluator evaluator, Limits limits, Control control) {
        this.evaluator = evaluator;
        this.limits = limits;
        this.control = control;
    }

    /**
     * Trains the programs of proposals.
     *
     * @param task the task
     * @param proposals of distinct ids
     * @param seeds the seeds that each is trained with, at least one
     * @return one record a proposal, in their order; scores, figures and traces are means over the seeds
     * @throws CancellationException if it was cancelled
     */
    public List<CandidateRecord> train(RewardBrief task, List<Proposal> proposals, List<Long> seeds) {
        List<Job> jobs = new ArrayList<>();
        for (Proposal proposal : proposals) {
            String program = proposal.program().fold(text -> text, reason -> "");
            if (!program.isBlank()) {
                seeds.forEach(seed -> jobs.add(new Job(proposal.id(), seed, program)));
            }
        }
        Evaluations done = evaluate("search " + task.name(), jobs);
        List<CandidateRecord> records = new ArrayList<>();
        for (Proposal proposal : proposals) {
            records.add(proposal.program()
                    .fold(
                            program -> program.isBlank()
                                    ? CandidateRecord.failed(
                                            proposal.id(),
                                            proposal.answer(),
                                            CandidateRecord.Verdict.NO_PROGRAM,
                                            "program: empty (expected: double reward() {...})")
                                    : record(proposal.id(), program, done.of(proposal.id())),
                            reason -> CandidateRecord.failed(
                                    proposal.id(), proposal.answer(), CandidateRecord.Verdict.NO_PROGRAM, reason)));
        }
        return records;
    }

    /**
     * Trains candidates again.
     *
     * @param task the task
     * @param trained candidates that were trained with one seed each
     * @param seeds further seeds, at least one
     * @return the candidates with the means over the first seed and these
     * @throws CancellationException if it was cancelled
     */
    public List<CandidateRecord> trainAgain(RewardBrief task, List<CandidateRecord> trained, List<Long> seeds) {
        List<Proposal> proposals = trained.stream()
                .map(record -> new Proposal(record.id(), record.program(), Parsed.accepted(record.program())))
                .toList();
        List<CandidateRecord> again = train(task, proposals, seeds);
        List<CandidateRecord> all = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            all.add(again.get(i).trained() ? trained.get(i).mean(again.get(i), seeds.size()) : again.get(i));
        }
        return all;
    }

    /**
     * Trains with a program again, or with the sparse reward, and judges in the testing world.
     *
     * @param task the task
     * @param id under which it is kept
     * @param program the program's text; empty for the sparse reward
     * @param seeds at least one
     * @return what was measured, one a seed, by the names of {@link CandidateTraining}
     * @throws IllegalStateException if a training failed, naming the reason
     */
    public List<Figures> test(RewardBrief task, String id, String program, List<Long> seeds) {
        List<Job> jobs = seeds.stream().map(seed -> new Job(id, seed, program)).toList();
        List<Figures> figures = new ArrayList<>();
        for (Evaluation evaluation : evaluate("test " + task.name(), jobs).all()) {
            figures.add(evaluation.outcome().fold(Outcome.Finished::measured, failed -> {
                throw new IllegalStateException(
                        evaluation.id() + ": " + failed.reason() + ", " + failed.message() + " (expected: it trains)");
            }));
        }
        return figures;
    }

    private Evaluations evaluate(String name, List<Job> jobs) {
        Evaluations done = evaluator.evaluate(new Batch(name, jobs, limits), control);
        if (control.cancelled()) {
            throw new CancellationException(name);
        }
        return done;
    }

    private static CandidateRecord record(String id, String program, List<Evaluation> evaluations) {
        double score = 0;
        double success = 0;
        Map<String, Double> figures = new LinkedHashMap<>();
        List<Trace> traces = List.of();
        int trainings = 0;
        for (Evaluation evaluation : evaluations) {
            Outcome.Failed failed = evaluation.outcome().failure().orElse(null);
            if (failed != null) {
                CandidateRecord.Verdict verdict = failed.reason() == Outcome.Reason.REJECTED
                        ? CandidateRecord.Verdict.REJECTED
                        : CandidateRecord.Verdict.FAILED;
                String kind = verdict == CandidateRecord.Verdict.REJECTED ? "" : failed.reason() + ": ";
                return CandidateRecord.failed(id, program, verdict, kind + failed.message());
            }
            Figures measured = evaluation.outcome().figures().orElseThrow();
            score += measured.metric(CandidateTraining.BEST) / evaluations.size();
            success += measured.metric(CandidateTraining.SUCCESS) / evaluations.size();
            measured.metrics().forEach((name, figure) -> {
                if (name.startsWith(CandidateTraining.FIGURE) || name.startsWith(CandidateTraining.FAILURE)) {
                    figures.merge(name, figure / evaluations.size(), Double::sum);
                }
            });
            List<Trace> own = new ArrayList<>();
            measured.traces().forEach((name, points) -> own.add(new Trace(name, points)));
            trainings++;
            traces = trainings == 1 ? own : Trace.mixed(traces, own, 1.0 / trainings);
        }
        return new CandidateRecord(id, program, CandidateRecord.Verdict.TRAINED, "", score, success, figures, traces);
    }
}
