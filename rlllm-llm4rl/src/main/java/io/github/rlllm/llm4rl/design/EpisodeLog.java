package io.github.rlllm.llm4rl.design;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Means of the total and of every component over parts of a training. Confined to one thread. */
final class EpisodeLog {
    private final List<String> names;
    private final double[] sums;
    private final List<double[]> points = new ArrayList<>();
    private long count;

    /** A log of the total and these components. */
    EpisodeLog(List<String> components) {
        names = new ArrayList<>(components);
        names.add(Trained.TOTAL);
        sums = new double[names.size()];
    }

    void add(double[] components, double total) {
        for (int i = 0; i < components.length; i++) {
            sums[i] += components[i];
        }
        sums[sums.length - 1] += total;
        count++;
    }

    /** Ends a part. */
    void point() {
        double[] means = new double[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = count == 0 ? 0 : sums[i] / count;
        }
        points.add(means);
        Arrays.fill(sums, 0);
        count = 0;
    }

    List<Trace> traces() {
        List<Trace> traces = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int column = i;
            traces.add(Trace.of(
                    names.get(i),
                    points.stream().mapToDouble(row -> row[column]).toArray()));
        }
        return traces;
    }
}
