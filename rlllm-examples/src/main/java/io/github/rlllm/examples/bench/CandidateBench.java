package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.MountainCar;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Candidates a minute: a reward program is compiled, and PPO learns with it for 20,480 environment steps of MountainCar, the
 * program called at every step. Two candidates at a time. The settings are those of rl-baselines3-zoo for MountainCar-v0
 * (16 environments, 16 steps, batches of 64, 4 epochs, gamma .99, lambda .98), without its normalisation. The peer in
 * {@code bench/peers.py} does the same in two processes.
 */
public final class CandidateBench implements Benchmark {
    /** Environment steps of one candidate. */
    public static final int STEPS = 20_480;

    private static final String ID = "candidates";
    private static final String RATE = "candidates/min";
    private static final int THREADS = 2;
    private static final int CANDIDATES = 16;
    private static final int RUNS = 5;

    private static final PpoConfig CONFIG = PpoConfig.defaults()
            .withDiscounts(0.99, 0.98)
            .withRollout(new PpoConfig.Rollout(16, 16, STEPS), new PpoConfig.Updates(4, 64, Double.POSITIVE_INFINITY))
            .withAdam(AdamConfig.defaults()
                    .withLearningRate(3e-4)
                    .withEpsilon(1e-5)
                    .withMaxGradientNorm(0.5));

    private static final RewardSchema SCHEMA = new RewardSchema(
            "MountainCar",
            "A car in a valley, after one step of its engine.",
            List.of(
                    RewardInput.number("position", "", "Where the car is.").withRange(-1.2, 0.6),
                    RewardInput.number("velocity", "1/step", "Its velocity.").withRange(-0.07, 0.07),
                    RewardInput.integer("engine", "", "What the engine did.").withRange(-1, 1)));

    private static final String PROGRAM = """
            double reward() {
                double height = Math.sin(3 * position);
                double speed = 10 * Math.abs(velocity);
                double flag = position >= 0.5 ? 10.0 : 0.0;
                double effort = engine == 0 ? 0.0 : -0.01;
                component("height", height);
                component("speed", speed);
                component("flag", flag);
                component("effort", effort);
                return height + speed + flag + effort;
            }
            """;

    private final LongSupplier nanos;

    /** The benchmark on the system's clock. */
    public CandidateBench() {
        this(System::nanoTime);
    }

    /**
     * The benchmark on another clock.
     *
     * @param nanos a nanosecond clock
     */
    public CandidateBench(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The task that is measured.
     *
     * @return the training of one candidate, whose payload is its program
     */
    public static Task training() {
        return new Training();
    }

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long start = nanos.getAsLong();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        measure(request, metrics);
        return new Result(
                ID,
                request.seeds(),
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", Kernels.fastest().name(), metrics)),
                List.of(Aim.atLeast(
                        "candidates/min over SB3 in two processes, recorded",
                        TimedRun.mean(metrics, RATE) / Bounds.SB3_CANDIDATES,
                        Bounds.CANDIDATES_OVER_SB3)));
    }

    /** The first round is outside the clock, for the compiler's sake. */
    private void measure(RunRequest request, Map<String, Metric> metrics) {
        InProcess executor = new InProcess(THREADS, Tasks.of(new Training()), nanos);
        Evaluator evaluator = new Evaluator(executor, Journal.none(), Progress.none());
        double[] rates = new double[RUNS];
        double[] shares = new double[RUNS];
        for (int run = -1; run < RUNS; run++) {
            long first = 1 + (long) (run + 1) * CANDIDATES;
            List<Job> jobs = LongStream.range(first, first + CANDIDATES)
                    .mapToObj(seed -> new Job("candidate" + seed, seed, PROGRAM))
                    .toList();
            long processor = TimedRun.processorNanos();
            long begin = nanos.getAsLong();
            List<Evaluation> ended = evaluator
                    .evaluate(new Batch(Training.NAME, jobs, Limits.defaults()), request.control())
                    .all();
            long passed = nanos.getAsLong() - begin;
            if (request.control().cancelled()) {
                throw new CancellationException(ID);
            }
            for (Evaluation evaluation : ended) {
                evaluation.outcome().failure().ifPresent(failed -> {
                    throw new IllegalStateException(evaluation.id() + ": " + failed + " (expected: it learns)");
                });
            }
            if (run >= 0) {
                rates[run] = CANDIDATES * 60e9 / passed;
                shares[run] = (double) (TimedRun.processorNanos() - processor) / passed;
            }
            request.progress().update(ID, run + 2L, RUNS + 1L);
        }
        metrics.put(RATE, Metric.of(RATE, rates));
        metrics.put(
                "env steps/s",
                Metric.of(
                        "env steps/s",
                        Arrays.stream(rates).map(rate -> rate * STEPS / 60).toArray()));
        metrics.put("core share", Metric.of("share", shares));
    }

    /** One candidate: its program compiled, and a policy learned with it. */
    static final class Training implements Task {
        static final String NAME = "mountain-car training";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Figures run(Job job, Meter meter) {
            RewardProgram reward = RewardCompiler.compile(SCHEMA, job.payload()).fold(program -> program, reason -> {
                throw new RejectedJobException(reason);
            });
            try (Ppo<Integer> ppo = Ppo.categorical(
                    CONFIG, meter.counting(() -> new Rewarded(reward)), job.seed(), Kernels.fastest())) {
                ppo.learn(STEPS, Progress.none(), meter);
                return Figures.of(Map.of("return", ppo.recentReturn(), "steps", (double) ppo.steps()));
            }
        }
    }

    /** The car with the program's reward in the place of its own. */
    private static final class Rewarded implements Environment<float[], Integer> {
        private final MountainCar world = new MountainCar();
        private final RewardProgram reward;
        private final double[] inputs = new double[SCHEMA.width()];
        private final double[] components;

        Rewarded(RewardProgram reward) {
            this.reward = reward;
            components = new double[reward.components().size()];
        }

        @Override
        public Space<float[]> observationSpace() {
            return world.observationSpace();
        }

        @Override
        public Space<Integer> actionSpace() {
            return world.actionSpace();
        }

        @Override
        public float[] reset(long seed) {
            return world.reset(seed);
        }

        @Override
        public Step<float[]> step(Integer action) {
            Step<float[]> step = world.step(action);
            double[] state = world.state();
            inputs[0] = state[0];
            inputs[1] = state[1];
            inputs[2] = action - 1;
            return new Step<>(step.observation(), reward.evaluate(inputs, components), step.ending());
        }
    }
}
