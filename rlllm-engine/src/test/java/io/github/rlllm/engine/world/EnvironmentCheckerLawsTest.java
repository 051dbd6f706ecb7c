package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.EnvironmentChecker.Finding;
import io.github.rlllm.engine.world.EnvironmentChecker.Limits;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class EnvironmentCheckerLawsTest {
    /** Anything may go wrong at any call, and nothing that went wrong comes out as an exception. */
    private static final class Chaos extends Corridor {
        private final SplittableRandom chaos;
        private final double rate;

        Chaos(SplittableRandom chaos, double rate) {
            this.chaos = chaos;
            this.rate = rate;
        }

        private boolean strikes() {
            if (chaos.nextDouble() >= rate) {
                return false;
            }
            switch (chaos.nextInt(5)) {
                case 0 -> throw new IllegalStateException();
                case 1 -> throw new StackOverflowError("deep");
                case 2 -> throw new AssertionError("wrong");
                case 3 -> throw new IllegalArgumentException("reward: of another kind");
                default -> {
                    return true;
                }
            }
        }

        @Override
        public Space<float[]> observationSpace() {
            return strikes() ? null : super.observationSpace();
        }

        @Override
        public Space<Integer> actionSpace() {
            return strikes() ? null : super.actionSpace();
        }

        @Override
        public float[] reset(long seed) {
            return strikes() ? null : super.reset(seed);
        }

        @Override
        public Step<float[]> step(Integer action) {
            return strikes()
                    ? new Step<>(chaos.nextBoolean() ? new float[0] : new float[] {Float.NaN, 0}, 0, Ending.NONE)
                    : super.step(action);
        }

        @Override
        public byte[] save() {
            return strikes() ? null : super.save();
        }

        @Override
        public void restore(byte[] state) {
            if (!strikes()) {
                super.restore(state);
            }
        }

        @Override
        public void close() {
            strikes();
        }
    }

    @Property(tries = 60)
    void noEnvironmentMakesTheCheckerThrow(@ForAll long seed, @ForAll @DoubleRange(min = .02, max = .9) double rate) {
        SplittableRandom chaos = new SplittableRandom(seed);
        List<Finding> findings = check(() -> new Chaos(chaos, rate), limits(2));
        assertFalse(findings.isEmpty());
        for (Finding finding : findings) {
            assertTrue(finding.message().contains(": ") && finding.message().endsWith(")"), finding::message);
            assertFalse(finding.method().startsWith("check"), finding::message);
        }
    }

    /** The findings of a deterministic environment are the same at every check. */
    @Property(tries = 20)
    void equalEnvironmentsGiveEqualFindings(@ForAll @IntRange(min = 0, max = 20) int broken) {
        assertEquals(check(() -> nanAt(broken), limits(3)), check(() -> nanAt(broken), limits(3)));
    }

    private static Corridor nanAt(int step) {
        return new Corridor() {
            @Override
            float[] see() {
                return time == step ? new float[] {Float.NaN, 2} : super.see();
            }
        };
    }

    private static Limits limits(int episodes) {
        return new Limits(episodes, 200, Duration.ofSeconds(10), Duration.ofSeconds(60), false);
    }

    private static List<Finding> check(
            io.github.rlllm.api.EnvironmentFactory<float[], Integer> factory, Limits limits) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            return EnvironmentChecker.check(factory, limits, executor);
        } finally {
            executor.shutdownNow();
        }
    }
}
