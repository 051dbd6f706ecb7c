package io.github.rlllm.engine.evaluate;

import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A task whose payload says how the job ends. */
final class TrialTask implements Task {
    @Override
    public String name() {
        return "trial";
    }

    @Override
    public Figures run(Job job, Meter meter) throws Exception {
        String[] words = job.payload().split(" ");
        switch (words[0]) {
            case "reject" -> throw new RejectedJobException("1:4 unknown name 'x' (expected: a declared input)");
            case "diverge" -> {
                meter.count(5);
                throw new NotFiniteException("loss", Double.NaN, 17);
            }
            case "nan" -> {
                meter.count(6);
                return Figures.of(Map.of("score", Double.NaN));
            }
            case "crash" -> throw new IllegalStateException("no such state");
            case "overflow" -> overflow(0);
            case "endless" -> {
                while (true) {
                    meter.count(1);
                }
            }
            case "stubborn" -> {
                for (int i = 0; i < 200; i++) {
                    try {
                        meter.count(1);
                    } catch (JobStoppedException e) {
                        // A job that goes on all the same.
                    }
                }
            }
            case "sleep" -> Thread.sleep(60_000);
            case "hang" -> {
                long until = System.nanoTime() + Long.parseLong(words[1]) * 1_000_000;
                while (System.nanoTime() < until) {
                    // Sleeps, so that many of them take no time from the others.
                    LockSupport.parkNanos(1_000_000);
                    Thread.interrupted();
                }
            }
            case "hoard" -> {
                List<byte[]> all = new ArrayList<>();
                while (true) {
                    all.add(new byte[1 << 16]);
                    meter.count(1);
                }
            }
            case "hoard-uncounted" -> {
                byte[] last = {};
                while (!Thread.currentThread().isInterrupted()) {
                    last = new byte[(1 << 16) + last.length % 2];
                }
            }
            case "exhaust" -> {
                List<long[]> all = new ArrayList<>();
                while (true) {
                    all.add(new long[Integer.MAX_VALUE - 8]);
                }
            }
            default -> {}
        }
        SeededRandom rng = SeededRandom.of(job.seed(), job.candidate());
        List<Double> trace = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            meter.count(1);
            trace.add(rng.nextGaussian());
        }
        return new Figures(
                Map.of("score", rng.nextDouble()), Map.of("reward", trace), Map.of("payload", job.payload()));
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }
}
