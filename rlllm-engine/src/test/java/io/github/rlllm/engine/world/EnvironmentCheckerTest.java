package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.EnvironmentChecker.Finding;
import io.github.rlllm.engine.world.EnvironmentChecker.Limits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EnvironmentCheckerTest {
    private static final ExecutorService EXECUTOR = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @AfterAll
    static void stop() {
        EXECUTOR.shutdownNow();
    }

    private static <O, A> List<Finding> check(EnvironmentFactory<O, A> factory) {
        return EnvironmentChecker.check(
                factory, Limits.defaults().withSteps(500).withSeedsMatter(true), EXECUTOR);
    }

    @Test
    void goodEnvironmentsGiveNoFindings() {
        assertEquals(List.of(), check(Corridor::new));
        assertEquals(List.of(), check(Slider::new));
        assertEquals(List.of(), check(Guess::new));
        assertEquals(List.of(), EnvironmentChecker.check(Corridor::new));
    }

    /** A text game of one step, whose spaces have no equality of their own and whose observation is a record. */
    static final class Guess implements Environment<Guess.Seen, String> {
        record Seen(List<String> lines, int[] marks) {}

        private final Space<Seen> seen = new Space<>() {
            @Override
            public boolean contains(Seen value) {
                return value.marks().length == 3;
            }

            @Override
            public Seen sample(RandomGenerator rng) {
                return new Seen(List.of("" + rng.nextInt(3)), new int[3]);
            }
        };
        private int secret = -1;

        @Override
        public Space<Seen> observationSpace() {
            return seen;
        }

        @Override
        public Space<String> actionSpace() {
            return Space.text(4);
        }

        @Override
        public Seen reset(long seed) {
            secret = (int) Long.remainderUnsigned(seed, 7);
            return new Seen(List.of("guess " + secret), new int[3]);
        }

        @Override
        public Step<Seen> step(String action) {
            if (action.length() > 4) {
                throw new IllegalArgumentException("action: " + action.length() + " letters (expected: at most 4)");
            }
            if (secret < 0) {
                throw new IllegalStateException("step: no episode is running");
            }
            Seen answer = new Seen(List.of("it was " + secret), new int[] {secret, 1, 2});
            secret = -1;
            return new Step<>(answer, action.length(), Ending.TERMINATED);
        }
    }

    @Test
    void findingsReadAsNameValueExpectation() {
        Finding finding = new Finding("step(3).reward", "NaN", "a finite number");
        assertEquals("step(3).reward: NaN (expected: a finite number)", finding.message());
        assertEquals(finding.message(), finding.toString());
    }

    @Test
    void messagesOfTheLimits() {
        Limits limits = Limits.defaults();
        assertEquals(
                "episodes: 0 (expected: >= 1)",
                refused(() -> new Limits(0, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), true)));
        assertEquals("steps: 0 (expected: >= 1)", refused(() -> limits.withSteps(0)));
        assertEquals(
                "call: PT0S (expected: > 0)", refused(() -> limits.withTimes(Duration.ZERO, Duration.ofSeconds(1))));
        assertEquals(
                "total: PT1S (expected: >= call, PT2S)",
                refused(() -> limits.withTimes(Duration.ofSeconds(2), Duration.ofSeconds(1))));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }

    @Test
    void aSlowEnvironmentIsStoppedAtTheTotal() {
        Limits limits = Limits.defaults().withTimes(Duration.ofMillis(100), Duration.ofMillis(300));
        EnvironmentFactory<float[], Integer> slow = () -> new Corridor() {
            @Override
            public Step<float[]> step(Integer action) {
                BrokenEnvironments.sleep(20);
                return super.step(action);
            }
        };
        List<Finding> findings = EnvironmentChecker.check(slow, limits, EXECUTOR);
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).message().startsWith("check: stopped after PT0.3S in "), findings::toString);
    }

    /** Both the interrupt and the closed log end an environment that was given up. */
    @Test
    void whatHangsIsInterrupted() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Limits limits = Limits.defaults().withTimes(Duration.ofMillis(50), Duration.ofSeconds(5));
        ExecutorService executor = Executors.newSingleThreadExecutor();
        EnvironmentChecker.check(
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        try {
                            Thread.sleep(60_000);
                        } catch (InterruptedException e) {
                            interrupted.set(true);
                        }
                        return super.reset(seed);
                    }
                },
                limits,
                executor);
        executor.shutdown();
        assertTrue(executor.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS), "the thread came back");
        assertTrue(interrupted.get());
    }

    @Test
    void aClosedExecutorIsTheCallersFault() {
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        assertThrows(
                RejectedExecutionException.class,
                () -> EnvironmentChecker.check(Corridor::new, Limits.defaults(), closed));
    }

    /** The wait ends with what was found so far, and the caller's interrupt is kept. */
    @Test
    void anInterruptedCallerGetsWhatWasFound() {
        Thread.currentThread().interrupt();
        List<Finding> findings = EnvironmentChecker.check(
                () -> {
                    BrokenEnvironments.sleep(200);
                    return new Corridor();
                },
                Limits.defaults(),
                EXECUTOR);
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        assertTrue(findings.get(0).message().startsWith("check: interrupted in "), findings::toString);
    }

    @Test
    void aFindingOfOneKindComesOnce() {
        List<Finding> findings = check(() -> new Corridor() {
            @Override
            public Step<float[]> step(Integer action) {
                super.step(action);
                return new Step<>(see(), Double.NaN, Ending.NONE);
            }
        });
        assertEquals(1, findings.stream().filter(f -> f.value().equals("NaN")).count(), findings::toString);
    }
}
