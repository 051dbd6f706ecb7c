package io.github.rlllm.examples.learn;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.alignment.Advantages.Scale;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rl4llm.exact.EnumeratedModel;
import io.github.rlllm.rl4llm.exact.ExactProblem;
import io.github.rlllm.rl4llm.exact.ExactTuning;
import io.github.rlllm.rl4llm.exact.GroupBias;
import io.github.rlllm.rl4llm.exact.GroupSettings;
import io.github.rlllm.rl4llm.exact.KlGradients;
import io.github.rlllm.rl4llm.exact.KlGradients.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * {@code rlllm run exact-rlhf}: every method of tuning by feedback on a language model of 63 completions a prompt, against the
 * exactly known optimum {@code ref * exp(r / beta) / Z}; the gradients of the KL estimators against enumeration; and the
 * biases of GRPO as numbers. A seed draws the reference, the reward and the samples.
 */
public final class ExactRlhf implements Demonstration {
    private static final double BETA = 0.5;
    private static final int BEST_OF = 8;
    private static final double KEPT = 0.1;
    private static final int WITHOUT_KL_ROLLOUTS = 100;
    /** Prices of the frontier's points: from 12.5 down by a factor of 1.05. */
    private static final int FRONTIER = 150;

    private static final String MODEL = "enumerated, 63 completions";

    private static final String EXACT = "exact gradient";
    private static final String PPO = "PPO";
    private static final String RLOO = "RLOO";
    private static final String GRPO_REWARD = "GRPO, k1 in the reward";
    private static final String GRPO = "GRPO, k3 in the loss";
    private static final String DPO = "DPO, exact labels";
    private static final String RWR = "reward-weighted regression";
    private static final String SHUFFLED = "RLOO, shuffled reward";
    private static final String OPTIMUM = "optimum, ref exp(r / beta) / Z";
    private static final String REFERENCE = "reference";
    private static final List<String> AIM_FOR_THE_OPTIMUM = List.of(EXACT, PPO, RLOO, GRPO_REWARD, DPO, RWR);

    private static final String TO_OPTIMUM = "KL(pi || optimum)";
    private static final String TO_REFERENCE = "KL(pi || ref)";
    private static final String REWARD = "true reward";
    private static final String TO_REVERSE = "distance to grad KL(pi || ref)";
    private static final String TO_FORWARD = "distance to grad KL(ref || pi)";
    private static final String HARD = "pull at the hardest prompt";
    private static final String EASY = "pull at the easiest prompt";
    private static final String WRONG = "longer wrong answers, KL off";
    private static final String PLAIN = "bias: Dr. GRPO";
    private static final String DIVIDED = "bias: divided by the deviation";
    private static final String AVERAGED = "bias: mean over a completion";

    private final ExactTuning.Config config;
    private final LongSupplier nanos;
    /** Figure by seed, by metric, by arm; units by metric. */
    private final Map<String, Map<String, double[]>> figures = new LinkedHashMap<>();

    private final Map<String, String> units = new LinkedHashMap<>();
    private final double[][] frontier = new double[FRONTIER][2];

    /** The run of the command line. */
    public ExactRlhf() {
        this(ExactTuning.Config.defaults(), System::nanoTime);
    }

    /**
     * A run of other sizes, to be made once.
     *
     * @param config the methods' sizes
     * @param nanos a nanosecond clock
     */
    public ExactRlhf(ExactTuning.Config config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 5;
    }

    /** Tunes from a start with a source of randomness. */
    private interface Method {
        EnumeratedModel tuned(EnumeratedModel start, RandomGenerator rng);
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        for (int seed = 1; seed <= request.seeds(); seed++) {
            methods(request, seed);
            gradients(request, seed);
            biases(request, seed);
        }
        double seconds = (nanos.getAsLong() - start) / 1e9;
        Files.writeString(request.folder().resolve("frontier.svg"), picture());
        List<Arm> arms = new ArrayList<>();
        figures.forEach((arm, metrics) -> {
            Map<String, Metric> shown = new LinkedHashMap<>();
            metrics.forEach((name, values) -> shown.put(name, Metric.of(units.getOrDefault(name, ""), values)));
            arms.add(new Arm(arm, MODEL, shown));
        });
        return new Result("exact-rlhf", request.seeds(), seconds, Provenance.thisMachine(), arms, aims(seconds));
    }

    private void methods(RunRequest request, int seed) {
        ExactProblem problem = ExactProblem.draw(BETA, SeededRandom.of(seed, "problem"));
        ExactTuning tuning = new ExactTuning(problem, config);
        ExactTuning shuffled = new ExactTuning(shuffled(problem, SeededRandom.of(seed, "shuffle")), config);
        Map<String, Method> methods = new LinkedHashMap<>();
        methods.put(EXACT, (from, rng) -> tuning.exactGradient(from));
        methods.put(PPO, tuning::ppo);
        methods.put(RLOO, (from, rng) -> tuning.rloo(from, BETA, rng));
        methods.put(
                GRPO_REWARD,
                (from, rng) -> tuning.grpo(from, GroupSettings.grpo(BETA).withKlInTheReward(), rng));
        methods.put(GRPO, (from, rng) -> tuning.grpo(from, GroupSettings.grpo(BETA), rng));
        methods.put("Dr. GRPO, k3 in the loss", (from, rng) -> tuning.grpo(from, GroupSettings.drGrpo(BETA), rng));
        methods.put(DPO, tuning::dpo);
        methods.put(RWR, tuning::rewardWeighted);
        methods.put("filtering, best 10 %", (from, rng) -> tuning.filtered(from, KEPT, rng));
        methods.put("RLOO, KL off", (from, rng) -> tuning.rloo(from, 0, rng));
        methods.put(SHUFFLED, (from, rng) -> shuffled.rloo(from, BETA, rng));

        for (int i = 0; i < FRONTIER; i++) {
            ExactProblem priced = problem.withBeta(12.5 * Math.pow(1.05, -i));
            ExactProblem.Standing best = priced.standing(priced.optima());
            frontier[i][0] += best.klToReference() / request.seeds();
            frontier[i][1] += best.reward() / request.seeds();
        }
        EnumeratedModel reference = problem.reference();
        stand(request, seed, OPTIMUM, problem, problem.optima(), 0);
        stand(request, seed, REFERENCE, problem, problem.distributions(reference), 0);
        methods.forEach((name, method) -> {
            proceed(request, name, seed);
            long before = nanos.getAsLong();
            EnumeratedModel tuned = method.tuned(reference, SeededRandom.of(seed, "samples of " + name));
            double seconds = (nanos.getAsLong() - before) / 1e9;
            stand(request, seed, name, problem, problem.distributions(tuned), seconds);
        });
        stand(request, seed, "best of " + BEST_OF, problem, problem.bestOf(BEST_OF), 0);
    }

    private void stand(
            RunRequest request,
            int seed,
            String arm,
            ExactProblem problem,
            List<Finite<Integer>> policy,
            double seconds) {
        ExactProblem.Standing standing = problem.standing(policy);
        put(request, seed, arm, TO_OPTIMUM, "nats", standing.klToOptimum());
        put(request, seed, arm, REWARD, "reward", standing.reward());
        put(request, seed, arm, TO_REFERENCE, "nats", standing.klToReference());
        if (seconds > 0) {
            put(request, seed, arm, "seconds", "s", seconds);
        }
    }

    /** The control: the same rewards, dealt to other completions of the same prompt. */
    private static ExactProblem shuffled(ExactProblem problem, RandomGenerator rng) {
        EnumeratedModel reference = problem.reference();
        double[][] rewards = new double[reference.prompts()][reference.size()];
        for (int prompt = 0; prompt < rewards.length; prompt++) {
            for (int c = 0; c < reference.size(); c++) {
                int j = rng.nextInt(c + 1);
                rewards[prompt][c] = rewards[prompt][j];
                rewards[prompt][j] = problem.reward(prompt, c);
            }
        }
        return new ExactProblem(reference, rewards, problem.beta());
    }

    private void gradients(RunRequest request, int seed) {
        EnumeratedModel reference =
                ExactProblem.draw(BETA, SeededRandom.of(seed, "problem")).reference();
        EnumeratedModel policy = reference.perturbed(0.5, SeededRandom.of(seed, "policy"));
        double[][] reverse = KlGradients.reverseKl(policy, reference);
        double[][] forward = KlGradients.forwardKl(policy, reference);
        for (Place place : Place.values()) {
            for (KlEstimator kl : List.of(KlEstimator.K1, KlEstimator.K2, KlEstimator.K3)) {
                double[][] gradient = KlGradients.expected(policy, reference, kl, place);
                String arm = gradient(kl, place);
                put(request, seed, arm, TO_REVERSE, "of its length", KlGradients.distance(gradient, reverse));
                put(request, seed, arm, TO_FORWARD, "of its length", KlGradients.distance(gradient, forward));
            }
        }
    }

    private static String gradient(KlEstimator kl, Place place) {
        String where = switch (place) {
            case REWARD -> "in the reward";
            case LOSS -> "as a loss";
            case TOKEN_LOSS -> "as a loss by token";
        };
        return "gradient: " + kl.name().toLowerCase(java.util.Locale.ROOT) + " " + where;
    }

    private void biases(RunRequest request, int seed) {
        ExactProblem problem = GroupBias.problem(BETA, SeededRandom.of(seed, "quiz"));
        ExactTuning tuning = new ExactTuning(problem, config);
        ExactTuning brief =
                new ExactTuning(problem, config.withRollouts(Math.min(WITHOUT_KL_ROLLOUTS, config.rollouts())));
        EnumeratedModel reference = problem.reference();
        GroupSettings plain = GroupSettings.drGrpo(BETA);
        Map<String, GroupSettings> variants = new LinkedHashMap<>();
        variants.put(PLAIN, plain);
        variants.put(DIVIDED, plain.with(Scale.GROUP));
        variants.put(AVERAGED, plain.with(Aggregation.SEQUENCE_MEAN));
        variants.put("bias: both, GRPO", GroupSettings.grpo(BETA));
        variants.put("bias: both, k1 in the reward", GroupSettings.grpo(BETA).withKlInTheReward());
        variants.forEach((arm, settings) -> {
            proceed(request, arm, seed);
            GroupBias held = GroupBias.of(
                    problem, tuning.grpo(reference, settings, SeededRandom.of(seed, "samples of the quiz")));
            put(request, seed, arm, HARD, "of the optimum's", held.pull()[0]);
            put(request, seed, arm, EASY, "of the optimum's", held.pull()[held.pull().length - 1]);
            put(request, seed, arm, "longer wrong answers", "tokens", held.wrongTokens());
            if (settings.rewardBeta() == 0) {
                GroupSettings free = new GroupSettings(settings.loss().withBeta(0), settings.scale(), 0);
                GroupBias drifted = GroupBias.of(
                        problem, brief.grpo(reference, free, SeededRandom.of(seed, "samples of the quiz")));
                put(request, seed, arm, WRONG, "tokens", drifted.wrongTokens());
            }
        });
    }

    /** The means of all methods, under the frontier of {@code ref exp(r / beta) / Z} over all prices. */
    private String picture() {
        List<FrontierPicture.Point> best = new ArrayList<>();
        for (double[] point : frontier) {
            best.add(new FrontierPicture.Point("", point[0], point[1]));
        }
        List<FrontierPicture.Point> methods = new ArrayList<>();
        figures.forEach((arm, metrics) -> {
            if (metrics.containsKey(TO_OPTIMUM)) {
                methods.add(new FrontierPicture.Point(arm, mean(arm, TO_REFERENCE), mean(arm, REWARD)));
            }
        });
        return FrontierPicture.svg(best, methods);
    }

    private List<Aim> aims(double seconds) {
        List<Aim> aims = new ArrayList<>();
        for (String arm : AIM_FOR_THE_OPTIMUM) {
            aims.add(Aim.atMost(arm + ": KL to the optimum", mean(arm, TO_OPTIMUM), Bounds.OPTIMUM_REACHED));
        }
        aims.add(Aim.atLeast(
                "GRPO with k3 in the loss stays away from it", mean(GRPO, TO_OPTIMUM), Bounds.OPTIMUM_REACHED));
        same(aims, KlEstimator.K1, Place.REWARD, TO_REVERSE);
        same(aims, KlEstimator.K2, Place.LOSS, TO_REVERSE);
        same(aims, KlEstimator.K3, Place.LOSS, TO_FORWARD);
        aims.add(Aim.atMost(
                "k1 as a loss has no expected gradient: its length over that of KL(pi || ref)",
                Math.abs(mean(gradient(KlEstimator.K1, Place.LOSS), TO_REVERSE) - 1),
                Bounds.SAME_GRADIENT));
        aims.add(Aim.atLeast(
                "bias by deviation: the hardest prompt's pull, divided less not", difference(DIVIDED, HARD), 0));
        aims.add(Aim.atLeast("bias by length: tokens of wrong answers, mean less sum", difference(AVERAGED, WRONG), 0));
        double rise = mean(RLOO, REWARD) - mean(REFERENCE, REWARD);
        aims.add(Aim.atMost(
                "a shuffled reward raises the true one, over the rise under the true one",
                (mean(SHUFFLED, REWARD) - mean(REFERENCE, REWARD)) / rise,
                Bounds.SHUFFLED_SHARE));
        aims.add(Aim.atMost("seconds in all", seconds, Bounds.EXACT_SECONDS));
        return aims;
    }

    private void same(List<Aim> aims, KlEstimator kl, Place place, String to) {
        aims.add(Aim.atMost(gradient(kl, place) + ", " + to, mean(gradient(kl, place), to), Bounds.SAME_GRADIENT));
    }

    private double difference(String arm, String metric) {
        return mean(arm, metric) - mean(PLAIN, metric);
    }

    private double mean(String arm, String metric) {
        Map<String, double[]> metrics = figures.get(arm);
        double[] values = metrics == null ? null : metrics.get(metric);
        if (values == null) {
            throw new IllegalStateException(arm + ", " + metric + ": no figure (expected: one a seed)");
        }
        return Arrays.stream(values).average().orElseThrow();
    }

    private void put(RunRequest request, int seed, String arm, String metric, String unit, double value) {
        units.put(metric, unit);
        figures.computeIfAbsent(arm, name -> new LinkedHashMap<>())
                .computeIfAbsent(metric, name -> new double[request.seeds()])[seed - 1] = value;
    }

    private static void proceed(RunRequest request, String what, int seed) {
        if (request.control().cancelled()) {
            throw new CancellationException("exact-rlhf");
        }
        request.progress().update(what, seed - 1, request.seeds());
    }
}
