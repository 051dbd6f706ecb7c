package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rlplusllm.reporter.ReporterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Dasgupta et al. 2023: a Planner that reads words, an Actor that learned to obey, and Reporters of six kinds, of which one
 * learns from the task's reward alone what to say; beside them guessing, and policies that do everything and have as many environment
 * steps as Actor and Reporter together. All tasks that judge are about combinations of colour and shape that nothing was
 * trained on, and about seen ones besides. The Planner is a program (scripted), and where a model is chosen that model too, on
 * fewer tasks.
 */
public final class PlannerActorReporterRun implements Demonstration {
    static final String ID = "planner-actor-reporter";
    static final String ACTOR = "Actor alone";
    static final String TRUTHFUL = "truthful Reporter";
    static final String NOISY_10 = "noisy Reporter, 10 % wrong";
    static final String NOISY_30 = "noisy Reporter, 30 % wrong";
    static final String TRAINED = "Reporter trained on the task's reward";
    static final String UNTRAINED = "the same Reporter, untrained";
    static final String CONSTANT = "constant Reporter: all is good";
    static final String GUESSING = "no Reporter: guesses";
    static final String FLAT_MATCHES = "flat RL at equal steps, objects as matches";
    static final String FLAT_WORDS = "flat RL at equal steps, colours and shapes";
    static final String CHOSEN_TRUTHFUL = "chosen model, truthful Reporter";
    static final String CHOSEN_TRAINED = "chosen model, trained Reporter";
    static final String CHOSEN_CONSTANT = "chosen model, constant Reporter";

    /**
     * How many tasks judge.
     *
     * @param count a seed and kind of combinations, at least 1
     * @param asked of these for a language model that was chosen, from 1 to {@code count}
     * @param curve for each point of the Reporter's curve, at least 1
     */
    record Tasks(int count, int asked, int curve) {}

    private final ReporterConfig config;
    private final Tasks tasks;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run planner-actor-reporter}. */
    public PlannerActorReporterRun() {
        this(ReporterConfig.defaults(), new Tasks(200, 20, 100), System::nanoTime);
    }

    PlannerActorReporterRun(ReporterConfig config, Tasks tasks, LongSupplier nanos) {
        this.config = config;
        this.tasks = tasks;
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
        ReporterTable table = new ReporterTable();
        for (String curve : List.of("actor", "reporter", "flat-matches", "flat-words")) {
            Files.deleteIfExists(request.folder().resolve("metrics-" + curve + ".jsonl"));
        }
        String model = request.model() == null ? "none" : request.model().name();
        Provenance provenance =
                new Provenance(ID, Map.of("settings", config + ", " + tasks), 0, model, Provenance.thisMachine());
        Stages kept = Stages.in(
                request.folder().resolve("kept"), provenance, request.resume(), request.checkpointEvery(), nanos);
        for (int seed = 1; seed <= request.seeds(); seed++) {
            new ReporterSeed(seed, request, config, tasks, table, kept.of("seed " + seed), nanos).run();
        }
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(
                ID,
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                table.arms(),
                aims(table, request.model() != null));
    }

    private static List<Aim> aims(ReporterTable table, boolean chosen) {
        double truthful = table.unseen(TRUTHFUL).mean();
        double trained = table.unseen(TRAINED).mean();
        double untrained = table.unseen(UNTRAINED).mean();
        double flat = Math.max(
                table.unseen(FLAT_MATCHES).mean(), table.unseen(FLAT_WORDS).mean());
        List<Aim> aims = new ArrayList<>(List.of(
                Aim.atLeast(
                        "Actor: instructions about unseen combinations done",
                        table.metric(ACTOR, "instructions done, " + ReporterTable.COMBINATIONS.get(0))
                                .mean(),
                        Bounds.ACTOR),
                Aim.atLeast("truthful Reporter: success on unseen combinations", truthful, Bounds.TRUTHFUL),
                Aim.atMost("truthful Reporter less the trained one", truthful - trained, Bounds.NEAR_TRUTHFUL),
                Aim.atLeast("trained Reporter less the same untrained", trained - untrained, Bounds.REPORTER_CLIMB),
                Aim.atMost(
                        "untrained Reporter and guessing: standard errors apart",
                        table.apart(UNTRAINED, GUESSING),
                        Bounds.SAME_SHARE),
                Aim.atMost(
                        "constant Reporter and guessing: standard errors apart",
                        table.apart(CONSTANT, GUESSING),
                        Bounds.SAME_SHARE),
                Aim.atLeast(
                        "truthful Reporter less the one that is wrong in 10 %",
                        truthful - table.unseen(NOISY_10).mean(), 0),
                Aim.atLeast(
                        "Reporter that is wrong in 10 % less the one in 30 %",
                        table.unseen(NOISY_10).mean() - table.unseen(NOISY_30).mean(), 0),
                Aim.atLeast(
                        "trained Reporter less the better flat RL at equal steps, unseen combinations",
                        trained - flat,
                        Bounds.OVER_FLAT)));
        if (chosen) {
            aims.add(Aim.atLeast(
                    "chosen model: truthful Reporter less the constant one",
                    table.unseen(CHOSEN_TRUTHFUL).mean()
                            - table.unseen(CHOSEN_CONSTANT).mean(),
                    0));
        }
        return aims;
    }
}
