package io.github.rlllm.examples.design;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.JobExecutor;
import io.github.rlllm.engine.evaluate.Tasks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobExecutorsTest {
    private static final Map<String, String> OPEN = Map.of("RLLLM_DRIVER", "0.0.0.0:7400");

    private static JobExecutor of(Map<String, String> environment) {
        return JobExecutors.of(1, Tasks.of(List.of()), () -> 0, environment);
    }

    @Test
    void withoutADriversAddressCandidatesAreTrainedHere() {
        assertFalse(JobExecutors.elsewhere(Map.of()));
        try (JobExecutor here = of(Map.of())) {
            assertInstanceOf(InProcess.class, here);
        }
    }

    /** The refusal shows that the address of the environment is what a driver would be started at. */
    @Test
    void anAddressThatOthersReachIsRefusedWithoutTls() {
        assertTrue(JobExecutors.elsewhere(OPEN));
        String message =
                assertThrows(IllegalArgumentException.class, () -> of(OPEN)).getMessage();
        assertTrue(message.startsWith("endpoint: 0.0.0.0:7400 without TLS"), message);
    }
}
