package io.github.rlllm.llm4rl.design;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.program.RewardFailure;
import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.ServingConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidateTrainingTest {
    private static final RewardTask<Integer> CAR = RewardTasks.mountainCar();

    private static Figures run(RewardTask<?> task, String program, long seed) {
        return CandidateTraining.search(task).run(new Job("c", seed, program), Meter.of(Limits.defaults()));
    }

    /** A fifth of a training is enough to tell them apart. */
    @Test
    void theHumanRewardTeachesTheCarAndTheSparseRewardDoesNot() {
        RewardTask<Integer> shorter = CAR.withSteps(8192);
        Figures human = run(shorter, CAR.human(), 1);
        Figures sparse = run(shorter, "", 1);
        assertTrue(human.metric("best") > 0.2, "human " + human.metric("best"));
        assertTrue(human.metric("success") > 0.8, "human " + human.metric("success"));
        assertTrue(sparse.metric("best") < 0.1, "sparse " + sparse.metric("best"));
        assertEquals(
                List.of("energy", "flag", "task metric", "total"),
                List.copyOf(human.traces().keySet()));
        human.traces().values().forEach(trace -> assertEquals(8, trace.size(), "a rollout is 1,024 steps"));
    }

    @Test
    void equalJobsGiveEqualFigures() {
        RewardTask<Integer> little = CAR.withSteps(1024);
        assertEquals(run(little, CAR.human(), 3), run(little, CAR.human(), 3));
    }

    /** The total of a reward that is always 2.5 is 2.5 at every point, and its component half of it. */
    @Test
    void tracesAreMeansOfWhatTheProgramGave() {
        Figures figures = run(CAR.withSteps(4096), "double reward() { component(\"half\", 1.25); return 2.5; }", 1);
        assertArrayEquals(new double[] {1.25, 2.5}, new double[] {
            figures.traces().get("half").get(0), figures.traces().get("total").get(3)
        });
    }

    @Test
    void everyTasksHumanRewardCompilesAndItsFiguresAreThere() {
        RewardTask<Integer> servers = RewardTasks.autoscaling(
                        ServingConfig.defaults(), Arrivals.generated("training"), Arrivals.generated("testing"))
                .withSteps(1024);
        Figures figures =
                CandidateTraining.test(servers).run(new Job("c", 1, servers.human()), Meter.of(Limits.defaults()));
        double cost = figures.metric("test figure cost");
        assertTrue(cost > 1.25 && cost < 15, "cost " + cost);
        assertTrue(figures.metric("test") <= -cost, "the task metric takes late requests off as well");
        assertTrue(figures.metric("test figure on time") <= 1);
        RewardTask<float[]> swimmer = RewardTasks.swimmer().withSteps(1024);
        assertEquals(1, run(swimmer, swimmer.human(), 1).traces().get("forward").size());
    }

    @Test
    void whatDoesNotCompileOrStopsIsRefusedWithItsReason() {
        RejectedJobException rejected =
                assertThrows(RejectedJobException.class, () -> run(CAR, "double reward() { return speed; }", 1));
        assertTrue(rejected.getMessage().startsWith("1:26"), rejected.getMessage());
        RewardFailure stopped = assertThrows(
                RewardFailure.class, () -> run(CAR, "double reward() { return Math.log(velocity - 1); }", 1));
        assertEquals(RewardFailure.Kind.NON_FINITE, stopped.kind());
    }
}
