package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code rlllm bench planner}: what planning costs. The tokens of scoring 53 options a step ({@link TabletopScoring}), the
 * time of a run without any model ({@link RunnerOverhead}), and the skill search of Plan4MC ({@link SkillSearchTimes}).
 */
public final class PlannerBench implements Benchmark {
    /** Makes the benchmark. */
    public PlannerBench() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        List<Arm> arms = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        TabletopScoring.measure(request, arms, aims);
        RunnerOverhead.measure(request, arms, aims);
        SkillSearchTimes.measure(request, arms, aims);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Result("planner", request.seeds(), seconds, Provenance.thisMachine(), arms, aims);
    }
}
