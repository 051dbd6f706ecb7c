package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.world.BrokenEnvironments.Broken;
import io.github.rlllm.engine.world.EnvironmentChecker.Finding;
import io.github.rlllm.engine.world.EnvironmentChecker.Limits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of broken environment that is claimed, each named by a finding. */
class EnvironmentCheckerKindsTest {
    private static final ExecutorService EXECUTOR = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @AfterAll
    static void stop() {
        EXECUTOR.shutdownNow();
    }

    static Stream<Broken> kinds() {
        return BrokenEnvironments.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isNamed(Broken broken) {
        boolean hangs = broken.message().contains("no answer");
        Limits limits = Limits.defaults()
                .withSteps(500)
                .withSeedsMatter(true)
                .withTimes(Duration.ofMillis(hangs ? 250 : 5000), Duration.ofSeconds(20));
        List<Finding> findings = EnvironmentChecker.check(broken.factory(), limits, EXECUTOR);
        assertTrue(
                findings.stream().anyMatch(finding -> finding.message().contains(broken.message())),
                () -> "expected '" + broken.message() + "' among " + findings);
    }

    @Test
    void theKindsAreDistinct() {
        List<Broken> all = BrokenEnvironments.all();
        assertEquals(all.size(), all.stream().map(Broken::what).distinct().count());
        assertTrue(all.size() >= 100, all.size() + " kinds");
    }
}
