package io.github.rlllm.engine.world.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Step;
import io.github.rlllm.testkit.EnvironmentContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoscalingTest extends EnvironmentContract<float[], Integer> {
    private static final ServingConfig CONFIG = ServingConfig.defaults();
    private static final int STAY = 2;

    @Override
    protected Environment<float[], Integer> create() {
        return new Autoscaling(CONFIG, Arrivals.generated("training"));
    }

    private static Load load(double[] seconds, int tokensOut) {
        int[] out = new int[seconds.length];
        Arrays.fill(out, tokensOut);
        return new Load(seconds, new int[seconds.length], out);
    }

    private static double play(Autoscaling pool, int action) {
        pool.reset(1);
        Step<float[]> step;
        do {
            step = pool.step(action);
        } while (!step.ending().over());
        return step.reward();
    }

    /** Half an hour of 1, 3 or (once two more than three have been asked for, up to twelve) servers at $2.50 an hour. */
    @Test
    void idleServersCost() {
        Autoscaling pool = new Autoscaling(CONFIG, (seed, seconds) -> load(new double[0], 0));
        assertEquals(-3.75, play(pool, STAY), 1e-9);
        assertEquals(1, pool.onTime());
        // 2 less at the first decision leaves one
        assertEquals(-1.25, play(pool, 0), 1e-9);
        // 5, 7, 9, 11, 12 servers from seconds 0, 15, 30, 45, 60 on
        double serverSeconds = 15 * (5 + 7 + 9 + 11) + 12 * (1800 - 60);
        assertEquals(-serverSeconds / 3600 * 2.5, play(pool, 4), 1e-9);
    }

    /** Twelve slots take twelve requests of 10 s at once; the other three wait 10 s, longer than the patience of 2 s. */
    @Test
    void whoWaitsTooLongIsLate() {
        double[] together = new double[15];
        Arrays.fill(together, 1);
        Autoscaling pool = new Autoscaling(CONFIG, (seed, seconds) -> load(together, 400));
        assertEquals(-3.75 - 3 * 0.01, play(pool, STAY), 1e-9);
        assertEquals(1 - 3.0 / 15, pool.onTime(), 1e-12);
    }

    /** A server that is given up costs until it has answered: 8 busy slots keep two servers for 10 of 1,800 s. */
    @Test
    void aServerThatIsGivenUpEndsItsWork() {
        double[] together = new double[8];
        Autoscaling pool = new Autoscaling(CONFIG, (seed, seconds) -> load(together, 400));
        pool.reset(1);
        pool.step(STAY);
        assertEquals(3 * 15 / 3600.0 * 2.5, pool.cost(), 1e-12);
        Autoscaling shrinks = new Autoscaling(CONFIG, (seed, seconds) -> load(together, 1200));
        shrinks.reset(1);
        shrinks.step(STAY); // 30 s of work in 8 slots
        shrinks.step(0); // one server runs, two are needed until second 30
        assertEquals((3 * 15 + 2 * 15) / 3600.0 * 2.5, shrinks.cost(), 1e-12);
        shrinks.step(STAY);
        assertEquals((3 * 15 + 2 * 15 + 15) / 3600.0 * 2.5, shrinks.cost(), 1e-12);
    }

    @Test
    void aServerTakesAMinuteToStart() {
        Autoscaling pool = new Autoscaling(CONFIG, (seed, seconds) -> load(new double[0], 0));
        pool.reset(1);
        float[] seen = pool.step(3).observation();
        assertEquals(3 / 12f, seen[Autoscaling.RUNNING]);
        assertEquals(1 / 12f, seen[Autoscaling.STARTING]);
        pool.step(STAY);
        assertEquals(3 / 12f, pool.step(STAY).observation()[Autoscaling.RUNNING]);
        assertEquals(4 / 12f, pool.step(STAY).observation()[Autoscaling.RUNNING]);
    }

    @Test
    void hoursOfOneLabelDifferBySeedAndNeverFromThemselves() {
        Load one = Arrivals.generated("training").episode(1, 1800);
        assertEquals(one.size(), Arrivals.generated("training").episode(1, 1800).size());
        assertTrue(one.size() > 300 && one.size() < 20_000, "requests: " + one.size());
        assertTrue(one.size() != Arrivals.generated("testing").episode(1, 1800).size());
        assertTrue(one.size() != Arrivals.generated("training").episode(2, 1800).size());
        assertTrue(one.seconds()[one.size() - 1] < 1800);
    }

    @Test
    void aTraceIsReadAndABadLineIsNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trace.csv");
        Files.writeString(file, "arrival_ms,context_tokens,generated_tokens\n0,100,10\n4000,200,20\n10000,300,30\n");
        Load all = Arrivals.trace(file, 0, 1, 1).episode(1, 100);
        assertEquals(2, all.size(), "the one at the end is not before it");
        assertEquals(4.0, all.seconds()[1]);
        assertEquals(20, all.tokensOut()[1]);
        assertEquals(2.0, Arrivals.trace(file, 0, 1, 2).episode(1, 100).seconds()[1], "twice the rate");
        Files.writeString(file, "arrival_ms,context_tokens,generated_tokens\n5,1,1\n4,1,1\n");
        IllegalArgumentException bad =
                assertThrows(IllegalArgumentException.class, () -> Arrivals.trace(file, 0, 1, 1));
        assertTrue(bad.getMessage().contains("trace.csv:3: '4,1,1' (expected: arrival_ms"), bad.getMessage());
    }

    /** 261.369 s, times a thousand in binary arithmetic, is more than 261369 ms. */
    @Test
    void requestsOfTheSameMillisecondAreRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trace.csv");
        Files.writeString(file, "arrival_ms,context_tokens,generated_tokens\n261369,1,1\n261369,2,2\n300000,3,3\n");
        assertEquals(300.0, Arrivals.traceSeconds(file));
        assertEquals(2, Arrivals.trace(file, 0.5, 1, 1).episode(1, 200).size());
    }

    /** On hours with load the threshold beats a pool that never changes and one that is always full. */
    @Test
    void theThresholdAutoscalerBeatsFixedPools() {
        ThresholdAutoscaler threshold = new ThresholdAutoscaler(0.6, 1, 0.1, CONFIG);
        double scaled = 0;
        double fixed = 0;
        double full = 0;
        for (int seed = 0; seed < 20; seed++) {
            Autoscaling pool = new Autoscaling(CONFIG, Arrivals.generated("training"));
            float[] seen = pool.reset(seed);
            Step<float[]> step;
            do {
                step = pool.step(threshold.at(seen).mode());
                seen = step.observation();
            } while (!step.ending().over());
            scaled += step.reward();
            pool.reset(seed);
            do {
                step = pool.step(STAY);
            } while (!step.ending().over());
            fixed += step.reward();
            pool.reset(seed);
            do {
                step = pool.step(4);
            } while (!step.ending().over());
            full += step.reward();
        }
        assertTrue(scaled > fixed && scaled > full, scaled + ", fixed " + fixed + ", full " + full);
    }
}
