package io.github.rlllm.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.world.CartPole;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PpoTimerTest {
    /** Every look at this clock is a second later. */
    private static PpoTimer timer(PpoConfig config, Control control) {
        AtomicLong now = new AtomicLong();
        return new PpoTimer(config, CartPole::new, Kernels.scalar(), () -> now.addAndGet(1_000_000_000L), control);
    }

    private static PpoConfig small() {
        return PpoConfig.defaults()
                .withHidden(4)
                .withRollout(new PpoConfig.Rollout(2, 8, 64), new PpoConfig.Updates(1, 16, Double.POSITIVE_INFINITY));
    }

    @Test
    void countsTheOperationsOfAStep() {
        // actor 4-64-64-2: 8,960 forward, 2 x 512 + 3 x 8,448 an epoch; critic 4-64-64-1: 8,832, 1,024 + 3 x 8,320
        double expected = 8_960 + 8_832 + 20 * (1_024 + 3 * 8_448 + 1_024 + 3 * 8_320.0);
        assertEquals(expected, timer(PpoCartPole.zoo(), Control.none()).operationsPerStep(4, 2));
    }

    @Test
    void stopsAtTheBoundAndAtTheBudget() {
        TimedRun solved = timer(small(), Control.none()).solve(1, 16, 0.5, policy -> 1);
        assertTrue(solved.solved());
        assertEquals(16, solved.steps());
        assertEquals(1, solved.seconds());
        TimedRun spent = timer(small(), Control.none()).solve(1, 16, 0.5, policy -> 0);
        assertFalse(spent.solved());
        assertEquals(64, spent.steps());
    }

    @Test
    void leavesTheFirstRolloutOutOfTheSpeed() {
        TimedRun run = timer(small(), Control.none()).speed(1, 32);
        assertEquals(32, run.steps());
        assertEquals(1, run.seconds());
    }

    @Test
    void isCancelled() {
        assertThrows(
                CancellationException.class, () -> timer(small(), () -> true).speed(1, 32));
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        Metric metric = TimedRun.median("s", 4, 1, 3, 10);
        assertEquals(3.5, metric.mean());
        assertEquals(4, metric.n());
        assertTrue(metric.low() >= 1 && metric.low() < 3.5 && metric.high() > 3.5 && metric.high() <= 10);
    }
}
