package io.github.rlllm.examples.design;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.GrammarProposer;
import io.github.rlllm.llm4rl.design.LanguageModelProposer;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.selfrefined.SelfRefined;
import io.github.rlllm.llm4rl.selfrefined.SelfRefinedConfig;
import io.github.rlllm.llm4rl.selfrefined.SelfRefinedRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Song et al. 2023 on MountainCar and a swimmer: success of the first reward and of the refined one, beside the sparse and the
 * human reward, all on seeds that no round has seen. Without {@code --model} the grammar search proposes, whose refinement is a
 * mutation; with one it stands beside it.
 */
public final class SelfRefinedDemonstration implements Demonstration {
    private static final String ID = "self-refined-reward";
    private static final String SUCCESS = "success";
    private static final int MAX_TOKENS = 1500;

    private final SelfRefinedConfig config;
    private final List<RewardTask<?>> tasks;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run self-refined-reward}: the paper's five rounds, two retrainings. */
    public SelfRefinedDemonstration() {
        this(
                SelfRefinedConfig.defaults().withTrainings(1, 2),
                List.of(RewardTasks.mountainCar(), RewardTasks.swimmer()),
                System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param config the figures
     * @param tasks what rewards are designed for
     * @param nanos a nanosecond clock, for durations
     */
    public SelfRefinedDemonstration(SelfRefinedConfig config, List<RewardTask<?>> tasks, LongSupplier nanos) {
        this.config = config;
        this.tasks = List.copyOf(tasks);
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 5;
    }

    @Override
    public boolean takesModel() {
        return true;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        ArmTable table = new ArmTable();
        Map<String, Proposer> proposers = new LinkedHashMap<>();
        if (request.model() != null) {
            String name = request.model().name();
            proposers.put(name, new LanguageModelProposer(request.model(), name, MAX_TOKENS));
        }
        proposers.put("grammar search", new GrammarProposer());
        try (Workshop workshop = new Workshop(request, tasks)) {
            for (RewardTask<?> task : tasks) {
                for (int seed = 1; seed <= request.seeds(); seed++) {
                    List<Long> seeds = SelfRefined.retrainingSeeds(seed, config.retrainings());
                    row(task, "sparse reward", "none", workshop.candidates().test(task, "sparse", "", seeds), table);
                    row(
                            task,
                            "human reward",
                            "none",
                            workshop.candidates().test(task, "human", task.human(), seeds),
                            table);
                    for (Map.Entry<String, Proposer> proposer : proposers.entrySet()) {
                        refine(task, seed, proposer.getKey(), proposer.getValue(), workshop, table);
                    }
                }
            }
        }
        String proposer = proposers.keySet().iterator().next();
        List<Aim> aims = new ArrayList<>();
        for (RewardTask<?> task : tasks) {
            String arm = task.name() + ": " + proposer;
            double refined = table.mean(arm + ", refined", SUCCESS);
            double gain = refined - table.mean(arm + ", first reward", SUCCESS);
            aims.add(new Aim(
                    arm + ", success of refined less first", gain, DesignBounds.APART, gain > DesignBounds.APART));
            aims.add(Aim.atLeast(arm + ", success of refined", refined, DesignBounds.REFINED_SUCCESS));
        }
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), table.arms(), aims);
    }

    private void refine(RewardTask<?> task, int seed, String name, Proposer proposer, Workshop workshop, ArmTable table)
            throws IOException {
        SelfRefinedRun run = new SelfRefined(proposer, workshop.candidates(), config).run(task, seed);
        String model = proposer.model();
        workshop.keep(task.name(), name, seed, model, run.rounds());
        List<Long> seeds = SelfRefined.retrainingSeeds(seed, config.retrainings());
        CandidateRecord first = run.rounds().get(0);
        // a reward that cannot be used leaves the sparse one
        row(
                task,
                name + ", first reward",
                model,
                workshop.candidates()
                        .test(
                                task,
                                first.trained() ? first.id() : "sparse",
                                first.trained() ? first.program() : "",
                                seeds),
                table);
        List<Figures> kept =
                run.kept().isPresent() ? run.retrained() : workshop.candidates().test(task, "sparse", "", seeds);
        String arm = row(task, name + ", refined", model, kept, table);
        table.add(arm, model, "refinements", "rounds", run.rounds().size() - 1.0);
        table.add(arm, model, "execute rate", "share", CandidateRecord.executeRate(run.rounds()));
    }

    private static String row(RewardTask<?> task, String arm, String model, List<Figures> trainings, ArmTable table) {
        String name = task.name() + ": " + arm;
        table.add(name, model, SUCCESS, "share", Workshop.mean(trainings, CandidateTraining.TEST_SUCCESS));
        table.add(name, model, "task metric", "of the task", Workshop.mean(trainings, CandidateTraining.TEST));
        return name;
    }
}
