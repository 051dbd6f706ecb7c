package io.github.rlllm.llm4rl.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the reflection's statistics say of one component of a reward. */
enum TermReading {
    /** Its trace, or that of the task metric, is not among the statistics, or it is between two of the others. */
    UNKNOWN,
    /** It hardly moved while the learner learned, beside the component that moved most. */
    STILL,
    /** It fell where the task metric rose. */
    AGAINST,
    /** It rose with the task metric, and another component moved more. */
    WITH,
    /** It rose with the task metric, and moved most. */
    LEADS;

    /** Of the range of the component that moved most. */
    private static final double HARDLY = 0.02;

    private static final double CLEAR = 0.4;
    /** Of the metric and the time: a chance rise of ten points comes that far in one of fourteen. */
    private static final double RISE = 0.5;

    /** The readings of the components {@code t1} to {@code t<terms>}. */
    static List<TermReading> of(List<Trace> traces, int terms) {
        Optional<Trace> metric = metric(traces);
        List<Optional<Trace>> own = new ArrayList<>();
        double most = 0;
        for (int i = 0; i < terms; i++) {
            Optional<Trace> trace = named(traces, GrammarTerms.name(i));
            most = Math.max(most, trace.map(TermReading::range).orElse(0.0));
            own.add(trace);
        }
        List<TermReading> readings = new ArrayList<>();
        for (Optional<Trace> trace : own) {
            readings.add(trace.isEmpty() || metric.isEmpty() ? UNKNOWN : of(trace.get(), metric.get(), most));
        }
        return readings;
    }

    private static TermReading of(Trace trace, Trace metric, double most) {
        if (range(trace) <= HARDLY * most) {
            return STILL;
        }
        double correlation = correlation(trace.points(), metric.points());
        if (correlation < -CLEAR) {
            return AGAINST;
        }
        if (correlation < CLEAR) {
            return UNKNOWN;
        }
        return range(trace) < most ? WITH : LEADS;
    }

    /** Whether a trace rose with time, clearly. */
    static boolean rises(Trace trace) {
        List<Double> time = new ArrayList<>();
        for (int i = 0; i < trace.points().size(); i++) {
            time.add((double) i);
        }
        return correlation(time, trace.points()) >= RISE;
    }

    static Optional<Trace> metric(List<Trace> traces) {
        return named(traces, Trained.METRIC);
    }

    private static Optional<Trace> named(List<Trace> traces, String name) {
        return traces.stream().filter(trace -> trace.name().equals(name)).findFirst();
    }

    private static double range(Trace trace) {
        return trace.max() - trace.min();
    }

    /** Pearson's; 0 where one side is constant or the lengths differ. */
    static double correlation(List<Double> x, List<Double> y) {
        if (x.size() != y.size()) {
            return 0;
        }
        double meanX = x.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double meanY = y.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.size(); i++) {
            double dx = x.get(i) - meanX;
            double dy = y.get(i) - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }
}
