package io.github.rlllm.llm4rl.design;

import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.program.RewardSchema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One generated reward with all that became of it. Kept for every candidate, whatever became of it.
 *
 * @param id the candidate's id, under which everything about it is kept
 * @param program the program's text; the whole answer where no program was found in it
 * @param verdict how far it came
 * @param reason why it failed, with line and column where there are any; empty where it was trained
 * @param score the task metric of its training; negative infinity where it was not trained
 * @param success the share of the evaluation episodes that succeed, 0 to 1
 * @param figures the task's other figures, by name
 * @param traces how its components and the task metric went, empty where it was not trained
 */
public record CandidateRecord(
        String id,
        String program,
        Verdict verdict,
        String reason,
        double score,
        double success,
        Map<String, Double> figures,
        List<Trace> traces) {
    /** How far a candidate came. */
    public enum Verdict {
        /** The answer holds no program. */
        NO_PROGRAM,
        /** The compiler rejected it. */
        REJECTED,
        /** It compiled; its training was stopped or broke off. */
        FAILED,
        /** It was trained to the end. */
        TRAINED
    }

    /** Checks and copies. */
    public CandidateRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("score: NaN (expected: a number)");
        }
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        traces = List.copyOf(traces);
    }

    /**
     * A candidate that was not trained to the end.
     *
     * @param id its id
     * @param program its text
     * @param verdict how far it came
     * @param reason why no further
     * @return the record
     */
    public static CandidateRecord failed(String id, String program, Verdict verdict, String reason) {
        return new CandidateRecord(id, program, verdict, reason, Double.NEGATIVE_INFINITY, 0, Map.of(), List.of());
    }

    /**
     * The same candidate with what came of another.
     *
     * @param other whose score, success, figures and traces it is to have
     * @return a changed copy
     */
    public CandidateRecord withResults(CandidateRecord other) {
        return new CandidateRecord(
                id, program, verdict, reason, other.score, other.success, other.figures, other.traces);
    }

    /**
     * This candidate, trained once, with the means over that training and others of it.
     *
     * @param again what came of the others
     * @param trainings how many others, at least 1
     * @return a changed copy
     */
    CandidateRecord mean(CandidateRecord again, int trainings) {
        double share = trainings / (1.0 + trainings);
        Map<String, Double> both = new LinkedHashMap<>(figures);
        again.figures.forEach(
                (name, figure) -> both.merge(name, figure, (first, other) -> (1 - share) * first + share * other));
        return new CandidateRecord(
                id,
                program,
                verdict,
                reason,
                (1 - share) * score + share * again.score,
                (1 - share) * success + share * again.success,
                both,
                Trace.mixed(traces, again.traces, share));
    }

    /**
     * Whether it was trained to the end.
     *
     * @return true for {@link Verdict#TRAINED}
     */
    public boolean trained() {
        return verdict == Verdict.TRAINED;
    }

    /**
     * The program, compiled again, for instance to be saved with {@link RewardProgram#save}.
     *
     * @param schema the task's
     * @return the program
     * @throws IllegalStateException if it was never compiled
     */
    public RewardProgram compiled(RewardSchema schema) {
        return RewardCompiler.compile(schema, program).fold(compiled -> compiled, refused -> {
            throw new IllegalStateException(id + ": " + refused + " (expected: a program that compiles)");
        });
    }

    /**
     * The share of candidates that were trained to the end: the execute rate.
     *
     * @param records at least one
     * @return 0 to 1
     */
    public static double executeRate(List<CandidateRecord> records) {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("records: none (expected: at least one)");
        }
        return records.stream().filter(CandidateRecord::trained).count() / (double) records.size();
    }
}
