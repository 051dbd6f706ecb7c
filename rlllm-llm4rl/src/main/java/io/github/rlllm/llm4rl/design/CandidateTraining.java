package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Space;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.run.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Trains one candidate: PPO on the task's world with the program's reward in the place of the world's. The training goes in
 * ten parts; after each the policy is judged by the task metric, and the best of the ten is what the training gives, as in
 * Eureka's protocol (the greatest task metric of ten checkpoints). The seed decides all of it.
 *
 * <p>As a {@link Task} its payload is the program's text, and an empty one means the sparse reward. Its figures hold the
 * names of this class's constants. Thread-safe.
 *
 * @param <A> the type of an action
 */
public final class CandidateTraining<A> implements Task {
    /** Checkpoints, and points of a trace; fewer where a rollout of the learner is longer than a tenth of the training. */
    public static final int PARTS = 10;
    /** Episodes that a checkpoint is judged by, the same for every checkpoint and candidate. */
    public static final int CHECKPOINT_EPISODES = 10;
    /** Episodes of the testing world that a finished policy is judged by. */
    public static final int TEST_EPISODES = 50;

    /** Metric: the task metric of the best checkpoint. */
    public static final String BEST = "best";
    /** Metric: its share of successes. */
    public static final String SUCCESS = "success";
    /** Metric: the task metric in the testing world, where that was asked for. */
    public static final String TEST = "test";
    /** Metric: the share of successes there. */
    public static final String TEST_SUCCESS = "test success";
    /** Prefix of the task's other figures of the best checkpoint. */
    public static final String FIGURE = "figure ";
    /** Prefix of those over failed episodes alone. */
    public static final String FAILURE = "failure ";
    /** Prefix of those in the testing world. */
    public static final String TEST_FIGURE = "test figure ";

    private static final long CHECKPOINT_SEED = 7001;
    private static final long TEST_SEED = 9001;

    private final RewardTask<A> task;
    private final boolean tested;

    private CandidateTraining(RewardTask<A> task, boolean tested) {
        this.task = task;
        this.tested = tested;
    }

    /**
     * Trains candidates of a search, which never see the testing world.
     *
     * @param <A> the type of an action
     * @param task the task
     * @return the task of a job, named {@code search} and the task's name
     */
    public static <A> CandidateTraining<A> search(RewardTask<A> task) {
        return new CandidateTraining<>(task, false);
    }

    /**
     * Trains what a search has found, and judges it in the testing world.
     *
     * @param <A> the type of an action
     * @param task the task
     * @return the task of a job, named {@code test} and the task's name
     */
    public static <A> CandidateTraining<A> test(RewardTask<A> task) {
        return new CandidateTraining<>(task, true);
    }

    @Override
    public String name() {
        return (tested ? "test " : "search ") + task.name();
    }

    @Override
    public Figures run(Job job, Meter meter) {
        RewardProgram reward = job.payload().isEmpty()
                ? null
                : RewardCompiler.compile(task.schema(), job.payload()).fold(program -> program, reason -> {
                    throw new RejectedJobException(reason);
                });
        Trained<A> trained = train(task, reward, job.seed(), meter);
        Map<String, Double> metrics = new LinkedHashMap<>();
        Judged best = trained.best();
        metrics.put(BEST, best.value());
        metrics.put(SUCCESS, best.success());
        best.figures().forEach((name, figure) -> metrics.put(FIGURE + name, figure));
        best.failures().forEach((name, figure) -> metrics.put(FAILURE + name, figure));
        if (tested) {
            Judged test = Judged.of(
                    trained.policy(), task.worlds().testing(), task.metric(), TEST_EPISODES, TEST_SEED, meter::count);
            metrics.put(TEST, test.value());
            metrics.put(TEST_SUCCESS, test.success());
            test.figures().forEach((name, figure) -> metrics.put(TEST_FIGURE + name, figure));
        }
        Map<String, List<Double>> traces = new LinkedHashMap<>();
        trained.traces().forEach(trace -> traces.put(trace.name(), trace.points()));
        return new Figures(metrics, traces, Map.of());
    }

    /**
     * Trains.
     *
     * @param <A> the type of an action
     * @param task the task
     * @param reward the reward; null for the sparse one, which is the task metric, paid at the end of an episode
     * @param seed decides everything random
     * @param meter counts the steps, those of judging included, and says when to stop
     * @return what came of it
     * @throws io.github.rlllm.engine.run.NotFiniteException if a reward, a loss or a weight is not finite
     * @throws io.github.rlllm.engine.program.RewardFailure if the program is stopped
     */
    public static <A> Trained<A> train(RewardTask<A> task, @Nullable RewardProgram reward, long seed, Meter meter) {
        EpisodeLog log = new EpisodeLog(reward == null ? List.of() : reward.components());
        EnvironmentFactory<float[], A> training = task.worlds().training();
        Scaling scaling;
        UnaryOperator<A> bounded;
        try (Environment<float[], A> first = training.create()) {
            Space<A> actions = first.actionSpace();
            scaling = Scaling.of(first.observationSpace());
            bounded = action -> task.learning().bounded().apply(actions, action);
        }
        long budget = task.learning().config().rollout().budget();
        Policy<float[], A> bestPolicy = null;
        Judged best = null;
        List<Double> course = new ArrayList<>();
        try (Ppo<A> ppo = task.learning()
                .maker()
                .make(
                        task.learning().config(),
                        () -> new LearnerWorld<>(task, training.create(), reward, log, meter::count),
                        seed,
                        Kernels.fastest())) {
            for (int part = 0; part < PARTS; part++) {
                long before = ppo.steps();
                ppo.learn(Math.max(0, budget * (part + 1) / PARTS - before), Progress.none(), meter);
                if (ppo.steps() == before) {
                    continue; // a rollout is longer than a part
                }
                log.point();
                Policy<float[], A> policy = worldly(scaling, bounded, ppo.policy());
                Judged now =
                        Judged.of(policy, training, task.metric(), CHECKPOINT_EPISODES, CHECKPOINT_SEED, meter::count);
                course.add(now.value());
                if (best == null || bestPolicy == null || now.value() > best.value()) {
                    best = now;
                    bestPolicy = policy;
                }
            }
        }
        List<Trace> traces = new ArrayList<>(log.traces());
        traces.add(new Trace(Trained.METRIC, course));
        return new Trained<>(
                Objects.requireNonNull(bestPolicy, "policy"), Objects.requireNonNull(best, "best"), traces);
    }

    /** A policy on the world's own observations and actions, from the learner's. */
    private static <A> Policy<float[], A> worldly(
            Scaling scaling, UnaryOperator<A> bounded, Policy<float[], A> learned) {
        return seen -> new Bounded<>(learned.at(scaling.apply(seen)), bounded);
    }

    /** A distribution whose outcomes are those of a world; a log-probability is that of the outcome before it is clipped. */
    private record Bounded<A>(Distribution<A> free, UnaryOperator<A> bounded) implements Distribution<A> {
        @Override
        public A sample(RandomGenerator rng) {
            return bounded.apply(free.sample(rng));
        }

        @Override
        public A mode() {
            return bounded.apply(free.mode());
        }

        @Override
        public double logProb(A outcome) {
            return free.logProb(outcome);
        }
    }
}
