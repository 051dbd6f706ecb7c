package io.github.rlllm.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.engine.nn.Adam;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.nn.MlpBatch;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Times the kernels through a network of 4-64-64-2 with tanh: {@code ./mvnw -pl rlllm-examples -am test
 * -Dtest=KernelsJmh}, about two minutes. Its name keeps it out of every other run of the tests.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class KernelsJmh {
    /** Which kernels. */
    @Param({"fastest", "scalar"})
    public String kernels;

    /** Rows of a batch. */
    @Param({"64", "256"})
    public int rows;

    private Mlp net;
    private MlpBatch batch;
    private Adam adam;
    private float[][] x;

    /** A network and a batch of normal inputs. */
    @Setup
    public void prepare() {
        SplittableRandom rng = new SplittableRandom(1);
        Kernels chosen = kernels.equals("scalar") ? Kernels.scalar() : Kernels.fastest();
        net = Mlp.orthogonal(chosen, rng, Mlp.Activation.TANH, Math.sqrt(2), 1, 4, 64, 64, 2);
        batch = new MlpBatch(net, rows);
        adam = new Adam(AdamConfig.defaults(), net);
        x = new float[rows][4];
        for (float[] row : x) {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) rng.nextGaussian();
            }
        }
        for (float[] row : batch.outputGradient()) {
            row[0] = 0.01f;
            row[1] = -0.01f;
        }
    }

    /** One row, as when acting. */
    @Benchmark
    public float[] forwardOne() {
        return net.forward(x[0]);
    }

    /** A batch forward. */
    @Benchmark
    public float[][] forward() {
        return batch.forward(x, rows);
    }

    /** A batch forward and backward, and a step of Adam. */
    @Benchmark
    public double update() {
        batch.forward(x, rows);
        batch.backward();
        return adam.step();
    }

    @Test
    void run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(KernelsJmh.class.getName())
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertEquals(3 * 2 * 2, results.size());
    }
}
