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
import io.github.rlllm.llm4rl.design.Judged;
import io.github.rlllm.llm4rl.design.LanguageModelProposer;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.eureka.Eureka;
import io.github.rlllm.llm4rl.eureka.EurekaConfig;
import io.github.rlllm.llm4rl.eureka.EurekaConfig.Feedback;
import io.github.rlllm.llm4rl.eureka.EurekaRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Ma et al. 2023 on MountainCar, a swimmer and the autoscaling of inference servers: the search with reflection, beside the
 * sparse and the human reward at equal steps, K x N independent samples and shuffled reflection, and for the servers beside a
 * threshold autoscaler that is tuned on the training hours. A seed is a restart; the best of all restarts, trained again, has a
 * row of its own. With {@code --arrivals} the servers alone are run, on the trace. Without {@code --model} a grammar search
 * without any language model proposes; with one it stands beside it as the baseline.
 *
 * <p>Autoscaling is a first answer to the question whether such rewards serve outside of robotics and games (the paper's open
 * question 1): cost and service objective are figures that no reward sees, and the hours of the test are none of the training.
 */
public final class EurekaDemonstration implements Demonstration {
    private static final String ID = "eureka";
    private static final String METRIC = "task metric";
    private static final String NORMALISED = "human-normalised score";
    private static final String SPARSE = "sparse reward";
    private static final String HUMAN = "human reward";
    private static final String THRESHOLD = "threshold autoscaler, tuned on the training hours";
    private static final int MAX_TOKENS = 1500;
    /** The best of all restarts is trained again on the seeds that a run of seed 0 would use; restarts count from 1. */
    private static final long NO_RESTART = 0;

    private static final int RETRAININGS_OF_BEST = 5;

    private final EurekaConfig config;
    private final List<RewardTask<?>> standard;
    private final LongSupplier nanos;

    /**
     * The run of {@code rlllm run eureka}: the paper's K 16, N 3; the best two of an iteration are trained four times; four
     * retrainings; improving on the best so far.
     */
    public EurekaDemonstration() {
        this(
                EurekaConfig.defaults()
                        .withSearch(16, 3, 1)
                        .withTrainings(4, 4)
                        .withFinalists(2)
                        .withParent(EurekaConfig.Parent.BEST_SO_FAR),
                standardTasks(),
                System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param config the figures of a search; its feedback is set by each arm
     * @param tasks what rewards are designed for
     * @param nanos a nanosecond clock, for durations
     */
    public EurekaDemonstration(EurekaConfig config, List<RewardTask<?>> tasks, LongSupplier nanos) {
        this.config = config;
        this.standard = List.copyOf(tasks);
        this.nanos = nanos;
    }

    /**
     * What {@code rlllm run eureka} designs rewards for, and every worker can train.
     *
     * @return the tasks
     */
    public static List<RewardTask<?>> standardTasks() {
        return List.of(
                RewardTasks.mountainCar(),
                RewardTasks.swimmer(),
                Servers.generated().task());
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
    public boolean takesArrivals() {
        return true;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        ArmTable table = new ArmTable();
        Map<String, Proposer> proposers = new LinkedHashMap<>();
        if (request.model() != null) {
            proposers.put(
                    request.model().name(),
                    new LanguageModelProposer(request.model(), request.model().name(), MAX_TOKENS));
        }
        proposers.put("grammar search", new GrammarProposer());
        Path trace = request.given().arrivals();
        if (trace != null && System.getenv(JobExecutors.DRIVER) != null) {
            throw new IllegalArgumentException("arrivals: " + trace + " with " + JobExecutors.DRIVER
                    + " (expected: without, for no worker knows the trace)");
        }
        Servers servers = trace == null ? Servers.generated() : Servers.trace(trace);
        List<RewardTask<?>> tasks = trace == null ? standard : List.of(servers.task());
        try (Workshop workshop = new Workshop(request, tasks)) {
            for (RewardTask<?> task : tasks) {
                for (int seed = 1; seed <= request.seeds(); seed++) {
                    baselines(task, seed, workshop, table);
                }
                for (Map.Entry<String, Proposer> proposer : proposers.entrySet()) {
                    String name = proposer.getKey();
                    for (Feedback feedback : Feedback.values()) {
                        List<EurekaRun> restarts = new ArrayList<>();
                        for (int seed = 1; seed <= request.seeds(); seed++) {
                            restarts.add(search(task, seed, name, proposer.getValue(), feedback, workshop, table));
                        }
                        bestRestart(task, name, proposer.getValue(), feedback, restarts, workshop, table);
                    }
                }
                if (task.name().equals(servers.task().name())) {
                    threshold(request.seeds(), servers, table);
                }
                normalise(task, table);
            }
        }
        String proposer = proposers.keySet().iterator().next();
        return new Result(
                ID,
                request.seeds(),
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine(),
                table.arms(),
                aims(tasks, proposer, table));
    }

    /** The sparse and the human reward on the seeds on which the best of a search is trained again. */
    private void baselines(RewardTask<?> task, int seed, Workshop workshop, ArmTable table) {
        List<Long> seeds = Eureka.retrainingSeeds(seed, config.retrainings());
        List<Figures> sparse = workshop.candidates().test(task, "sparse", "", seeds);
        List<Figures> human = workshop.candidates().test(task, "human", task.human(), seeds);
        tested(task, SPARSE, "none", sparse, table);
        tested(task, HUMAN, "none", human, table);
    }

    private EurekaRun search(
            RewardTask<?> task,
            int seed,
            String name,
            Proposer proposer,
            Feedback feedback,
            Workshop workshop,
            ArmTable table)
            throws IOException {
        EurekaRun run = new Eureka(proposer, workshop.candidates(), config.withFeedback(feedback)).run(task, seed);
        String arm = name + ", " + words(feedback);
        workshop.keep(task.name(), arm, seed, proposer.model(), run.candidates());
        // where no candidate could be trained, what is left is the sparse reward
        List<Figures> retrained = run.best().isPresent()
                ? run.retrained()
                : workshop.candidates().test(task, "sparse", "", Eureka.retrainingSeeds(seed, config.retrainings()));
        tested(task, arm, proposer.model(), retrained, table);
        String row = task.name() + ": " + arm;
        Optional<CandidateRecord> best = run.best();
        if (best.isPresent()) {
            table.add(
                    row,
                    proposer.model(),
                    "score in the search",
                    unit(task),
                    best.get().score());
        }
        table.add(row, proposer.model(), "execute rate", "share", run.executeRate());
        RankCorrelation.overCheckpoints(run.candidates())
                .ifPresent(value -> table.add(
                        row,
                        proposer.model(),
                        "rank correlation over checkpoints",
                        "Spearman, mean of candidates",
                        value));
        RankCorrelation.overCandidates(run.candidates())
                .ifPresent(value ->
                        table.add(row, proposer.model(), "rank correlation over candidates", "Spearman", value));
        return run;
    }

    /** The paper's protocol: of all restarts the reward of the greatest score, trained again on seeds of its own. */
    private void bestRestart(
            RewardTask<?> task,
            String name,
            Proposer proposer,
            Feedback feedback,
            List<EurekaRun> restarts,
            Workshop workshop,
            ArmTable table) {
        Optional<CandidateRecord> best = restarts.stream()
                .flatMap(run -> run.best().stream())
                .max(Comparator.comparingDouble(CandidateRecord::score));
        if (restarts.size() < 2 || best.isEmpty()) {
            return;
        }
        String arm = name + ", " + words(feedback) + ", best of " + restarts.size() + " restarts";
        for (long seed : Eureka.retrainingSeeds(NO_RESTART, RETRAININGS_OF_BEST)) {
            List<Figures> retrained =
                    workshop.candidates().test(task, best.get().id(), best.get().program(), List.of(seed));
            tested(task, arm, proposer.model(), retrained, table);
        }
    }

    private static String words(Feedback feedback) {
        return switch (feedback) {
            case REFLECTION -> "reflection";
            case NONE -> "K x N independent";
            case SHUFFLED -> "shuffled reflection";
        };
    }

    private static void tested(RewardTask<?> task, String arm, String model, List<Figures> trainings, ArmTable table) {
        String row = task.name() + ": " + arm;
        double value = Workshop.mean(trainings, CandidateTraining.TEST);
        table.add(row, model, METRIC, unit(task), value);
        table.add(row, model, "success", "share", Workshop.mean(trainings, CandidateTraining.TEST_SUCCESS));
        for (String figure : List.of(RewardTasks.COST, RewardTasks.ON_TIME)) {
            String name = CandidateTraining.TEST_FIGURE + figure;
            if (trainings.get(0).metrics().containsKey(name)) {
                table.add(row, model, figure, figureUnit(figure), Workshop.mean(trainings, name));
            }
        }
    }

    /** The score of every arm of a task, by the means of the sparse and the human reward over all seeds. */
    private static void normalise(RewardTask<?> task, ArmTable table) {
        double sparse = table.mean(task.name() + ": " + SPARSE, METRIC);
        double human = table.mean(task.name() + ": " + HUMAN, METRIC);
        if (human == sparse) {
            return;
        }
        for (String arm : table.names()) {
            boolean reference = arm.endsWith(": " + SPARSE) || arm.endsWith(": " + HUMAN);
            if (arm.startsWith(task.name() + ": ") && !reference) {
                for (double value : table.values(arm, METRIC)) {
                    table.add(arm, NORMALISED, "sparse 0, human 1", Eureka.humanNormalised(value, sparse, human));
                }
            }
        }
    }

    private static String unit(RewardTask<?> task) {
        return switch (task.name()) {
            case "mountain-car" -> "share of the steps left at the flag";
            case "swimmer" -> "lengths";
            default -> "$ an episode, negative";
        };
    }

    private static String figureUnit(String figure) {
        return figure.equals(RewardTasks.COST) ? "$ an episode" : "share";
    }

    private static void threshold(int seeds, Servers servers, ArmTable table) {
        String row = servers.task().name() + ": " + THRESHOLD;
        for (int seed = 1; seed <= seeds; seed++) {
            Judged test = servers.threshold(seed);
            table.add(row, "none", METRIC, unit(servers.task()), test.value());
            table.add(row, "none", "success", "share", test.success());
            for (String figure : List.of(RewardTasks.COST, RewardTasks.ON_TIME)) {
                table.add(
                        row, "none", figure, figureUnit(figure), test.figures().getOrDefault(figure, Double.NaN));
            }
        }
    }

    private static List<Aim> aims(List<RewardTask<?>> tasks, String proposer, ArmTable table) {
        List<Aim> aims = new ArrayList<>();
        for (RewardTask<?> task : tasks) {
            String start = task.name() + ": ";
            String found = start + proposer + ", " + words(Feedback.REFLECTION);
            for (String other : List.of(
                    SPARSE, proposer + ", " + words(Feedback.NONE), proposer + ", " + words(Feedback.SHUFFLED))) {
                aims.add(above(
                        start + "reflection less " + other,
                        table.mean(found, METRIC),
                        table.mean(start + other, METRIC)));
            }
            if (table.has(start + THRESHOLD)) {
                aims.add(above(
                        start + "reflection less threshold autoscaler",
                        table.mean(found, METRIC),
                        table.mean(start + THRESHOLD, METRIC)));
            }
            aims.add(Aim.atLeast(start + "execute rate", table.mean(found, "execute rate"), DesignBounds.EXECUTE_RATE));
        }
        return aims;
    }

    private static Aim above(String name, double value, double other) {
        double difference = value - other;
        return new Aim(name, difference, DesignBounds.APART, difference > DesignBounds.APART);
    }
}
