package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalScorer;
import io.github.rlllm.torch.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code rlllm bench lm-score}: the log-probabilities of 53 skills as the next words of a plan, after a prompt of examples
 * and an instruction, on one core. One arm is {@link CausalScorer}, whose tree computes common beginnings once and keeps
 * the examples between instructions; the other reads every skill with the whole prompt before it, in one batch.
 */
public final class LmScore implements Benchmark {
    private static final int SKILLS = 53;
    private static final int CONTEXT = 256;
    private static final int ROUNDS = 9;
    private static final String[] COLOURS = {"red", "green", "blue", "purple", "yellow", "grey"};
    private static final String[] KINDS = {"ball", "box", "key"};

    /** Makes the benchmark. */
    public LmScore() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        CausalLm model = TinyLm.draw(CONTEXT);
        List<String> skills = skills();
        PieceTokens words = new PieceTokens(PieceTokens.WORDS, TinyLm.SIZES.vocabulary());
        double[] first = new double[ROUNDS];
        double[] next = new double[ROUNDS];
        double[] rows = new double[ROUNDS];
        double[] tokens = new double[3];
        double apart = 0;
        // The rounds below 0 warm up.
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            request.progress().update("lm-score", Math.max(0, round), ROUNDS);
            CausalScorer scorer = new CausalScorer(model, words, "drawn");
            long t0 = System.nanoTime();
            double[] one = scorer.logProbs(prompt("bring me the blue ball"), skills);
            long t1 = System.nanoTime();
            long read = scorer.cost().read();
            double[] two = scorer.logProbs(prompt("tidy up the red box"), skills);
            long t2 = System.nanoTime();
            double[] plain = rows(model, words, prompt("bring me the blue ball"), skills);
            long t3 = System.nanoTime();
            for (int i = 0; i < SKILLS; i++) {
                apart = Math.max(apart, Math.abs(one[i] - plain[i]));
            }
            if (!Double.isFinite(Arrays.stream(two).sum())) {
                throw new ArithmeticException("log-probabilities: " + Arrays.toString(two) + " (expected: finite)");
            }
            tokens = new double[] {
                read, scorer.cost().read() - read, scorer.cost().separate() / 2.0
            };
            if (round >= 0) {
                first[round] = (t1 - t0) / 1e6;
                next[round] = (t2 - t1) / 1e6;
                rows[round] = (t3 - t2) / 1e6;
            }
        }
        request.progress().update("lm-score", ROUNDS, ROUNDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Result(
                "lm-score",
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                List.of(
                        arm("tree, first instruction", tokens[0], first),
                        arm("tree, next instruction", tokens[1], next),
                        arm("every skill alone, one batch", tokens[2], rows)),
                List.of(Aim.atMost("greatest difference of log-probabilities", apart, Bounds.SAME_LOG_PROBS)));
    }

    private static Arm arm(String name, double tokens, double[] millis) {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("tokens computed", Metric.of("tokens", tokens));
        metrics.put("median ms", TimedRun.median("ms", millis));
        return new Arm(name, "none", metrics);
    }

    private static double[] rows(CausalLm model, PieceTokens words, String prompt, List<String> skills) {
        int[] before = words.encode(prompt, false);
        int[][] rows = new int[skills.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = words.encode(prompt + skills.get(i), false);
        }
        float[][] each = model.logProbs(rows, Padding.RIGHT);
        double[] sums = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int t = before.length - 1; t < each[i].length; t++) {
                sums[i] += each[i][t];
            }
        }
        return sums;
    }

    private static List<String> skills() {
        List<String> skills = new ArrayList<>();
        for (String verb : List.of(" go to the ", " pick up the ", " put it next to the ")) {
            for (String colour : COLOURS) {
                for (String kind : KINDS) {
                    skills.add(verb + colour + " " + kind);
                }
            }
        }
        return skills.subList(0, SKILLS);
    }

    private static String prompt(String instruction) {
        StringBuilder text = new StringBuilder("Robot:");
        for (String colour : COLOURS) {
            text.append(" Human: put the ")
                    .append(colour)
                    .append(" key next to the box, please. I would: 1. go to the ");
            text.append(colour).append(" key 2. pick up the ").append(colour).append(" key 3. put it next to the ");
            text.append(colour).append(" box 4. done.");
        }
        return text.append(" Human: ")
                .append(instruction)
                .append(". I would: 1.")
                .toString();
    }
}
