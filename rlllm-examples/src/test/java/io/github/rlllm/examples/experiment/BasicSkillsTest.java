package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.house.HouseSkills;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BasicSkillsTest {
    private static final HindsightConfig TINY = new HindsightConfig(16, .95, 1e-3, 16, 20, 4, 4000, .4);

    @TempDir
    private Path folder;

    private ExperimentRequest request(int seeds, Control control) {
        return ExperimentRequest.of(new RunRequest(seeds, folder, Progress.none(), control));
    }

    private Result run(Shared shared, int seeds) throws IOException {
        return new BasicSkills(shared, TINY, 6, () -> 0).run(request(seeds, Control.none()));
    }

    @Test
    void everyArmIsMeasuredOnTheSameLayoutsAndTheOracleReachesAll() throws IOException {
        Shared shared = new Shared();
        Result result = run(shared, 2);
        assertEquals(
                List.of(
                        "learned",
                        "learned, training layouts",
                        "memoryless, half the updates",
                        "random",
                        "shortest-path oracle"),
                result.arms().stream().map(Arm::name).toList());
        for (Arm arm : result.arms()) {
            assertEquals(6, arm.metrics().get("go to, success").n(), arm.name());
            assertEquals(
                    2, arm.metrics().get("put down next to, success").values().size(), arm.name());
        }
        Arm oracle = result.arms().get(4);
        assertEquals(1, oracle.metrics().get("open, success").mean());
        assertEquals(1, oracle.metrics().get("steps where it succeeds").mean());
        Arm learned = result.arms().get(0);
        assertEquals(
                List.of(.95, .95, .95, .85),
                result.aims().stream().map(Aim::bound).toList());
        assertEquals(
                learned.metrics().get("pick up, success").mean(),
                result.aims().get(1).value());
        // Left for experiment 2: nothing is learned, or else it would be cancelled.
        ExperimentRequest cancelled = request(2, () -> true);
        HouseSkills kept = BasicSkills.learned(shared, cancelled, 1);
        assertSame(kept, BasicSkills.learned(shared, request(2, Control.none()), 1));
        assertThrows(CancellationException.class, () -> BasicSkills.learned(shared, cancelled, 3));
    }

    @Test
    void equalSeedsGiveEqualFigures() throws IOException {
        assertEquals(run(new Shared(), 1), run(new Shared(), 1));
    }

    @Test
    void cancellingEndsIt() {
        assertThrows(
                CancellationException.class,
                () -> new BasicSkills(new Shared(), TINY, 6, () -> 0).run(request(1, () -> true)));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new BasicSkills(new Shared(), TINY, 0, () -> 0));
        assertTrue(e.getMessage().startsWith("layouts: 0 (expected: "));
    }
}
