package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * What the runner takes for a step besides its models and skills: a planner that answers at once, a skill that has ended when
 * it is started, 52 calls in the library. In the caller's thread, in a pool of threads, and with a journal that is forced to
 * the disk.
 */
final class RunnerOverhead {
    private static final int STEPS = 50;
    private static final int RUNS = 40;
    private static final int JOURNALED_RUNS = 2;
    private static final int ROUNDS = 9;

    private RunnerOverhead() {}

    static void measure(RunRequest request, List<Arm> arms, List<Aim> aims) {
        double inPlace = median(request, "runner, caller's thread", Runnable::run, false, arms);
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            double pooled = median(request, "runner, pool of threads", pool, false, arms);
            median(request, "runner, pool and journal", pool, true, arms);
            aims.add(Aim.atMost("runner us a step", Math.max(inPlace, pooled), Bounds.RUNNER_MICROS));
        } finally {
            pool.shutdown();
        }
    }

    private static double median(
            RunRequest request, String name, Executor executor, boolean journaled, List<Arm> arms) {
        List<String> values = IntStream.range(0, 52).mapToObj(i -> "thing " + i).toList();
        Skill<Integer> skill = Skill.<Integer>named("touch", "thing")
                .does((call, control) -> new SkillResult(SkillResult.Status.SUCCESS, ""));
        SkillLibrary<Integer> library = new SkillLibrary<>(Map.of("thing", values), Set.of(), List.of(skill));
        Planner<Integer> planner = context ->
                Directive.invoke(context.allowed().get(context.history().size() % 50));
        PlanRunner<Integer> runner = new PlanRunner<>(library, planner, () -> 0, executor, System::nanoTime);
        PlanOptions<Integer> options =
                PlanOptions.<Integer>defaults().withLimits(Limits.defaults().withBudget(Budget.ofCalls(STEPS)));
        int runs = journaled ? JOURNALED_RUNS : RUNS;
        double[] micros = new double[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) { // the rounds below 0 warm up
            if (request.control().cancelled()) {
                throw new CancellationException(name + ": cancelled (expected: " + ROUNDS + " rounds)");
            }
            request.progress().update(name, Math.max(0, round), ROUNDS);
            long begin = System.nanoTime();
            for (int run = 0; run < runs; run++) {
                Path journal = request.folder().resolve("planner-" + round + "-" + run + ".jsonl");
                PlanReport report = runner.execute("touch", journaled ? options.withJournal(journal) : options)
                        .join();
                if (report.ending() != PlanEnding.BUDGET || report.executed().size() != STEPS) {
                    throw new IllegalStateException("run: " + report.ending() + " after "
                            + report.executed().size() + " (expected: BUDGET after " + STEPS + ")");
                }
                delete(journal);
            }
            if (round >= 0) {
                micros[round] = (System.nanoTime() - begin) / 1e3 / (runs * STEPS);
            }
        }
        request.progress().update(name, ROUNDS, ROUNDS);
        Metric median = TimedRun.median("us", micros);
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("median us a step", median);
        arms.add(new Arm(name, "none", metrics));
        return median.mean();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
