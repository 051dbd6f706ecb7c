package io.github.rlllm.engine.run;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A training run of a few seconds for the kill tests: a linear model fitted by stochastic gradient descent with momentum,
 * whose every bit depends on all updates before. Its program says on standard output which updates it has made.
 */
final class TinyTraining implements Snapshot {
    private static final int SIZE = 2000;
    private static final int BATCH = 128;

    private final float[] weights = new float[SIZE];
    private final float[] momentum = new float[SIZE];
    private final SeededRandom rng;

    TinyTraining(long seed) {
        rng = SeededRandom.of(seed, "tiny");
    }

    /** One update; about a millisecond. */
    double update() {
        double loss = 0;
        for (int example = 0; example < BATCH; example++) {
            float dot = 0;
            float[] x = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                x[i] = rng.nextFloat() - 0.5f;
                dot += x[i] * weights[i];
            }
            float error = dot - (x[0] + 2 * x[1]);
            loss += error * error;
            for (int i = 0; i < SIZE; i++) {
                momentum[i] = 0.9f * momentum[i] + error * x[i];
                weights[i] -= 1e-4f * momentum[i];
            }
        }
        return loss / BATCH;
    }

    @Override
    public byte[] save() {
        ByteBuffer out = ByteBuffer.allocate(2 * SIZE * Float.BYTES);
        out.asFloatBuffer().put(weights).put(momentum);
        return out.array();
    }

    @Override
    public void restore(byte[] state) {
        ByteBuffer.wrap(state).asFloatBuffer().get(weights).get(momentum);
    }

    static void train(Path folder, boolean resume, long updates, Duration every, LongSupplier nanos, PrintStream out)
            throws IOException {
        TinyTraining learner = new TinyTraining(1);
        Map<String, Snapshot> parts = new LinkedHashMap<>();
        parts.put("learner", learner);
        parts.put("rng", learner.rng);
        Provenance provenance =
                new Provenance("tiny", Map.of("updates", Long.toString(updates)), 1, "none", Provenance.thisMachine());
        try (KeptRun run = KeptRun.open(RunFolder.open(folder), provenance, parts, resume, every, nanos)) {
            out.println(run.step() + " " + nanos.getAsLong());
            for (long step = run.step() + 1; step <= updates; step++) {
                run.log(step, Map.of("loss", learner.update()));
                run.updated(step);
                out.println(step + " " + nanos.getAsLong());
            }
            run.finish(updates);
        }
    }

    public static void main(String[] args) throws IOException {
        Duration every = Duration.ofMillis(Long.parseLong(args[2]));
        train(Path.of(args[0]), true, Long.parseLong(args[1]), every, System::nanoTime, System.out);
    }
}
