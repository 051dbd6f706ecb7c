package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What a step costs beside planner and skill: 53 calls, plans of 20 steps, in a pool of threads and in the caller's. */
class PlanOverheadTest {
    private static final int STEPS = 20;

    private static double micros(PlanRunner<String> runner, int plans) {
        PlanOptions<String> options = PlanOptions.<String>defaults()
                .withLimits(
                        Limits.defaults().withBudget(Budget.ofCalls(STEPS + 1)).withRepeats(STEPS));
        double[] each = new double[plans];
        for (int i = 0; i < plans; i++) {
            long before = System.nanoTime();
            PlanReport report = runner.execute("task", options).join();
            each[i] = (System.nanoTime() - before) / 1e3 / STEPS;
            assertEquals(STEPS, report.executed().size());
        }
        double[] warm = Arrays.copyOfRange(each, plans / 2, plans);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    @Test
    @Tag("slow")
    void aStepCostsAtMostFiftyMicroseconds(TestReporter reporter) {
        List<String> things = IntStream.range(0, 53).mapToObj(i -> "thing " + i).toList();
        Skill<String> take = Skill.<String>named("take", "thing")
                .does((call, control) -> new SkillResult(SkillResult.Status.SUCCESS, ""));
        Planner<String> planner = context -> context.history().size() < STEPS
                ? Directive.invoke(context.allowed().get(context.history().size()))
                : Directive.done();
        SkillLibrary<String> library = new SkillLibrary<>(Map.of("thing", things), Set.of(), List.of(take));
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            double here =
                    micros(new PlanRunner<>(library, planner, () -> "state", Runnable::run, System::nanoTime), 4000);
            double pooled = micros(new PlanRunner<>(library, planner, () -> "state", pool, System::nanoTime), 4000);
            reporter.publishEntry(
                    "overhead",
                    String.format("%.1f us a step in the caller's thread, %.1f us in a pool", here, pooled));
            assertTrue(here <= 50, here + " us in the caller's thread");
            assertTrue(pooled <= 50, pooled + " us in a pool");
        } finally {
            pool.shutdown();
        }
    }
}
