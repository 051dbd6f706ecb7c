package io.github.rlllm.examples.design;

import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.Trace;
import io.github.rlllm.llm4rl.design.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Whether a reward's own figures go with the task metric: Spearman's correlations. */
final class RankCorrelation {
    private static final int LEAST = 3;

    private RankCorrelation() {}

    /**
     * Over the checkpoints of each training, of the reward's total and the task metric; the mean of those candidates in whose
     * training both vary.
     */
    static OptionalDouble overCheckpoints(List<CandidateRecord> candidates) {
        return candidates.stream()
                .map(record -> of(points(record, Trained.TOTAL), points(record, Trained.METRIC)))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .average();
    }

    /**
     * Over candidates, of the total a step that each gives itself in the last part of its training and the task metric of its
     * best checkpoint. The rewards are of different scales, and nothing makes their totals comparable.
     */
    static OptionalDouble overCandidates(List<CandidateRecord> candidates) {
        List<Double> own = new ArrayList<>();
        List<Double> metric = new ArrayList<>();
        for (CandidateRecord record : candidates) {
            List<Double> totals = points(record, Trained.TOTAL);
            if (record.trained() && !totals.isEmpty()) {
                own.add(totals.get(totals.size() - 1));
                metric.add(record.score());
            }
        }
        return of(own, metric);
    }

    /** Empty where there are fewer than three pairs, or one side is constant. */
    private static OptionalDouble of(List<Double> x, List<Double> y) {
        if (x.size() != y.size() || x.size() < LEAST) {
            return OptionalDouble.empty();
        }
        double correlation = new SpearmansCorrelation().correlation(array(x), array(y));
        return Double.isFinite(correlation) ? OptionalDouble.of(correlation) : OptionalDouble.empty();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static List<Double> points(CandidateRecord record, String trace) {
        return record.traces().stream()
                .filter(found -> found.name().equals(trace))
                .findFirst()
                .map(Trace::points)
                .orElse(List.of());
    }
}
