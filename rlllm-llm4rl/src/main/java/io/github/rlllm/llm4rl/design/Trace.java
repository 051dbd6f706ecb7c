package io.github.rlllm.llm4rl.design;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How a figure went over a training: the total, a named component of the reward, or the task metric.
 *
 * @param name the component's name
 * @param points its mean in each of about ten equal parts of the training, in their order
 */
public record Trace(String name, List<Double> points) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if there is no point
     */
    public Trace {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("points of " + name + ": none (expected: at least one)");
        }
    }

    /**
     * A trace.
     *
     * @param name the component's name
     * @param points at least one
     * @return the trace
     */
    public static Trace of(String name, double... points) {
        return new Trace(name, Arrays.stream(points).boxed().toList());
    }

    /** The traces of one training mixed with those of the same names of another; what is only in the first stays as it is. */
    static List<Trace> mixed(List<Trace> first, List<Trace> other, double share) {
        return first.stream()
                .map(trace -> other.stream()
                        .filter(found -> found.name.equals(trace.name) && found.points.size() == trace.points.size())
                        .findFirst()
                        .map(found -> trace.mixed(found, share))
                        .orElse(trace))
                .toList();
    }

    private Trace mixed(Trace other, double share) {
        return new Trace(
                name,
                IntStream.range(0, points.size())
                        .mapToObj(i -> (1 - share) * points.get(i) + share * other.points.get(i))
                        .toList());
    }

    /**
     * The greatest point.
     *
     * @return the greatest
     */
    public double max() {
        return points.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * The mean of the points.
     *
     * @return the mean
     */
    public double mean() {
        return points.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /**
     * The least point.
     *
     * @return the least
     */
    public double min() {
        return points.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /**
     * The trace as a line that a language model or a person reads.
     *
     * @return such as {@code height: [0.10, 0.55], max 0.55, mean 0.33, min 0.10}
     */
    public String text() {
        StringBuilder line = new StringBuilder(name).append(": [");
        for (int i = 0; i < points.size(); i++) {
            line.append(i == 0 ? "" : ", ").append(number(points.get(i)));
        }
        return line.append("], max ")
                .append(number(max()))
                .append(", mean ")
                .append(number(mean()))
                .append(", min ")
                .append(number(min()))
                .toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 0.01 || value == 0 ? "%.2f" : "%.2e", value);
    }
}
