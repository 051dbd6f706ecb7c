package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Figures of the job alone, after so many milliseconds. */
public final class TrialTask implements Task {
    @Override
    public String name() {
        return "trial";
    }

    @Override
    public Figures run(Job job, Meter meter) throws Exception {
        switch (job.payload()) {
            case "reject" -> throw new RejectedJobException("1:1 not a program");
            case "crash" -> throw new IllegalStateException("no such state");
            case "die" -> Runtime.getRuntime().halt(1);
            case "endless" -> {
                while (true) {
                    meter.count(1);
                }
            }
            default -> Thread.sleep(Long.parseLong(job.payload()));
        }
        SeededRandom rng = SeededRandom.of(job.seed(), job.candidate());
        List<Double> trace = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            meter.count(1);
            trace.add(rng.nextGaussian());
        }
        return new Figures(
                Map.of("score", rng.nextDouble()),
                Map.of("reward", trace),
                Map.of("note", "gr\u00fc\u00dfe \ud83d\ude00"));
    }
}
