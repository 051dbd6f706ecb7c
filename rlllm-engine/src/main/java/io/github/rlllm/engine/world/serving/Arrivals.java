package io.github.rlllm.engine.world.serving;

import io.github.rlllm.engine.run.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where an episode's requests come from. Thread-safe. */
@FunctionalInterface
public interface Arrivals {
    /**
     * The requests of one episode.
     *
     * @param seed decides which
     * @param seconds the length of the episode, above 0
     * @return requests that arrive before its end
     */
    Load episode(long seed, double seconds);

    /**
     * Hours of our own: a base rate that differs from hour to hour, a slow wave, bursts that come within a minute or two and die away,
     * and requests of two kinds, long prompts with short answers (code) and the reverse (conversation). Hours of different
     * labels never share a random number.
     *
     * @param label such as {@code training} or {@code testing}
     * @return the arrivals
     */
    static Arrivals generated(String label) {
        return (seed, seconds) -> {
            SeededRandom rng = SeededRandom.of(seed, "arrivals " + label);
            double base = 1.2 * Math.exp(0.4 * rng.nextGaussian());
            double wave = 0.2 + 0.5 * rng.nextDouble();
            double phase = 2 * Math.PI * rng.nextDouble();
            double period = 600 + 1200 * rng.nextDouble();
            double code = 0.2 + 0.6 * rng.nextDouble();
            double coming = 0;
            double burst = 0;
            List<double[]> rows = new ArrayList<>();
            for (int second = 0; second < seconds; second++) {
                if (rng.nextDouble() < 1.0 / 400) {
                    coming += base * (1 + 2 * rng.nextDouble());
                }
                burst = burst * Math.exp(-1.0 / 180) + coming / 60;
                coming -= coming / 60;
                double rate = base * (1 + wave * Math.sin(phase + 2 * Math.PI * second / period)) + burst;
                int from = rows.size();
                for (double at = exponential(rng, rate);
                        at < 1 && second + at < seconds;
                        at += exponential(rng, rate)) {
                    boolean isCode = rng.nextDouble() < code;
                    double in = Math.exp((isCode ? 7.5 : 6.5) + 0.8 * rng.nextGaussian());
                    double out = Math.exp((isCode ? 3.2 : 5.2) + 0.7 * rng.nextGaussian());
                    rows.add(new double[] {second + at, Math.min(in, 16_000), Math.min(out, 2_000)});
                }
                rows.subList(from, rows.size()).sort((a, b) -> Double.compare(a[0], b[0]));
            }
            return load(rows);
        };
    }

    /**
     * A trace: CSV with the columns {@code arrival_ms, context_tokens, generated_tokens} and a line of names, as the public
     * Azure traces of language-model inference. An episode is a piece of it, from a place that the seed decides.
     *
     * @param file the trace
     * @param from the first part of it that is used, as a share of its time, 0 to 1
     * @param to the end of that part, above {@code from}
     * @param stretch by how many times more requests come in a second, above 0; 1 leaves them
     * @return the arrivals
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is not of that form, naming it, or a share is out of its range
     */
    static Arrivals trace(Path file, double from, double to, double stretch) throws IOException {
        if (!(from >= 0 && from < to && to <= 1)) {
            throw new IllegalArgumentException("from, to: " + from + ", " + to + " (expected: 0 <= from < to <= 1)");
        }
        if (!(stretch > 0) || Double.isInfinite(stretch)) {
            throw new IllegalArgumentException("stretch: " + stretch + " (expected: > 0)");
        }
        List<double[]> rows = rows(file);
        double end = rows.get(rows.size() - 1)[0];
        return (seed, seconds) -> {
            double room = Math.max(0, (to - from) * end - seconds * stretch);
            double start =
                    from * end + room * SeededRandom.of(seed, "trace window").nextDouble();
            double stop = Math.min(start + seconds * stretch, to * end);
            List<double[]> window = new ArrayList<>();
            for (double[] row : rows) {
                if (row[0] >= start && row[0] < stop) {
                    window.add(new double[] {(row[0] - start) / stretch, row[1], row[2]});
                }
            }
            return load(window);
        };
    }

    /**
     * How long a trace is.
     *
     * @param file the trace
     * @return seconds to its last request, at least 0
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is not of that form, naming it
     */
    static double traceSeconds(Path file) throws IOException {
        List<double[]> rows = rows(file);
        return rows.get(rows.size() - 1)[0];
    }

    /** Second, tokens in, tokens out; at least one. */
    private static List<double[]> rows(Path file) throws IOException {
        List<double[]> rows = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int number = 1;
            double before = 0; // in milliseconds, as it is read: two of the same time stay in order
            String line = reader.readLine();
            for (line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String[] cells = line.split(",", -1);
                try {
                    double[] row = Arrays.stream(cells)
                            .mapToDouble(cell -> Long.parseLong(cell.strip()))
                            .toArray();
                    if (row.length != 3 || row[0] < before) {
                        throw new NumberFormatException();
                    }
                    before = row[0];
                    row[0] /= 1000;
                    rows.add(row);
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(file + ":" + number + ": '" + line
                            + "' (expected: arrival_ms,context_tokens,generated_tokens, times rising)");
                }
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(file + ": no request (expected: at least one)");
        }
        return rows;
    }

    private static double exponential(SeededRandom rng, double rate) {
        return -Math.log(1 - rng.nextDouble()) / rate;
    }

    private static Load load(List<double[]> rows) {
        double[] seconds = new double[rows.size()];
        int[] in = new int[seconds.length];
        int[] out = new int[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = rows.get(i)[0];
            in[i] = (int) rows.get(i)[1];
            out[i] = (int) rows.get(i)[2];
        }
        return new Load(seconds, in, out);
    }
}
