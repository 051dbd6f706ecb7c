package io.github.rlllm.rl4llm.exact;

import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.alignment.Likelihood;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.engine.alignment.TokenRewards;
import io.github.rlllm.engine.alignment.ValueLoss;
import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The methods of tuning by feedback on an {@link ExactProblem}, each written out from its samples to its updates. All start
 * from a given model, draw equally many completions, and make equally many steps of Adam, whose rate falls linearly to 0.
 * Nothing is whitened. Confined to one thread.
 */
public final class ExactTuning {
    private static final double LAMBDA = 0.95;
    private static final double GRPO_EPSILON = 1e-4;

    private final ExactProblem problem;
    private final Config config;
    private final EnumeratedModel reference;

    /**
     * The sizes.
     *
     * @param rollouts batches of samples, at least 1
     * @param samples completions a prompt in a batch, even, at least 2
     * @param group completions that are compared with each other, at least 2, divides {@code samples}
     * @param passes steps on a batch, at least 1
     * @param rate of Adam at the start, above 0
     */
    public record Config(int rollouts, int samples, int group, int passes, double rate) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Config {
            require("rollouts", rollouts, rollouts >= 1, ">= 1");
            require("samples", samples, samples >= 2 && samples % 2 == 0, "even, >= 2");
            require("group", group, group >= 2 && samples % group == 0, ">= 2, a divisor of samples = " + samples);
            require("passes", passes, passes >= 1, ">= 1");
            require("rate", rate, rate > 0 && rate < Double.POSITIVE_INFINITY, "> 0");
        }

        private static void require(String name, Number value, boolean good, String expected) {
            if (!good) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
            }
        }

        /**
         * 400 batches of 64 completions a prompt in groups of 8, 2 passes, rate .05.
         *
         * @return the settings
         */
        public static Config defaults() {
            return new Config(400, 64, 8, 2, 0.05);
        }

        /**
         * The same with another number of batches.
         *
         * @param other at least 1
         * @return a changed copy
         */
        public Config withRollouts(int other) {
            return new Config(other, samples, group, passes, rate);
        }
    }

    /** Completions with what the sampling policy and the reference gave their tokens. */
    private record Batch(int[] prompts, int[] completions, double[][] old, double[][] ref, double[] scores) {
        double[][] now(EnumeratedModel model) {
            return rows(model, prompts, completions);
        }
    }

    /**
     * Methods on a problem.
     *
     * @param problem what is to be solved
     * @param config the sizes
     */
    public ExactTuning(ExactProblem problem, Config config) {
        this.problem = problem;
        this.config = config;
        this.reference = problem.reference();
    }

    /**
     * No sampling: ascent along the enumerated gradient of the objective, {@code E[(r - beta d) grad log pi]}.
     *
     * @param start where to begin
     * @return the tuned model
     */
    public EnumeratedModel exactGradient(EnumeratedModel start) {
        EnumeratedModel policy = start.copy();
        TableAdam adam = new TableAdam(policy.zeros());
        for (int step = 0; step < config.rollouts() * config.passes(); step++) {
            double[][] gradient = policy.zeros();
            for (int prompt = 0; prompt < policy.prompts(); prompt++) {
                for (int c = 0; c < policy.size(); c++) {
                    double p = policy.probability(prompt, c);
                    double d = Math.log(p / reference.probability(prompt, c));
                    double[] slopes = new double[policy.logProbs(prompt, c).length];
                    Arrays.fill(slopes, -p * (problem.reward(prompt, c) - problem.beta() * d));
                    policy.addGradient(prompt, c, slopes, gradient);
                }
            }
            step(policy, adam, gradient, rate(step / config.passes()));
        }
        return policy;
    }

    /**
     * PPO (Schulman et al. 2017; Ouyang et al. 2022): k1 in every token's reward, the score on the last, generalised
     * advantages against a table of values that starts at 0.
     *
     * @param start where to begin
     * @param rng the source of randomness
     * @return the tuned model
     */
    public EnumeratedModel ppo(EnumeratedModel start, RandomGenerator rng) {
        return ppo(start, new double[start.zeros().length], rng);
    }

    EnumeratedModel ppo(EnumeratedModel start, double[] startValues, RandomGenerator rng) {
        EnumeratedModel policy = start.copy();
        double[][] table = {startValues.clone()};
        TableAdam policyAdam = new TableAdam(policy.zeros());
        TableAdam valueAdam = new TableAdam(table);
        TokenRewards shaping = TokenRewards.defaults().withBeta(problem.beta());
        ClippedSurrogate surrogate = ClippedSurrogate.ppo();
        ValueLoss valueLoss = new ValueLoss(Double.POSITIVE_INFINITY);
        for (int rollout = 0; rollout < config.rollouts(); rollout++) {
            Batch batch = sample(policy, rng);
            Aggregation.Batch whole = Aggregation.Batch.of(batch.old, policy.longest());
            double[][] rewards = shaping.tokens(batch.old, batch.ref, batch.scores);
            double[][] values = values(policy, batch, table[0]);
            double[][] advantages = Advantages.gae(rewards, values, 1, LAMBDA);
            double[][] returns = sum(advantages, values);
            for (int pass = 0; pass < config.passes(); pass++) {
                double[][] gradient = zeros(batch.old);
                surrogate.loss(batch.now(policy), batch.old, null, advantages, whole, gradient);
                double[][] valueGradient = zeros(batch.old);
                valueLoss.loss(values(policy, batch, table[0]), values, returns, whole, valueGradient);
                double[][] tableGradient = {new double[table[0].length]};
                for (int i = 0; i < valueGradient.length; i++) {
                    for (int t = 0; t < valueGradient[i].length; t++) {
                        tableGradient[0][policy.row(batch.prompts[i], batch.completions[i], t)] += valueGradient[i][t];
                    }
                }
                descend(policy, policyAdam, batch.prompts, batch.completions, gradient, rate(rollout));
                valueAdam.step(table, tableGradient, rate(rollout));
            }
        }
        return policy;
    }

    /**
     * RLOO (Ahmadian et al. 2024): k1 taken from the reward of the whole completion, each compared with the others of its
     * group.
     *
     * @param start where to begin
     * @param beta the weight of the KL term; the problem's for its optimum, 0 switches it off
     * @param rng the source of randomness
     * @return the tuned model
     */
    public EnumeratedModel rloo(EnumeratedModel start, double beta, RandomGenerator rng) {
        EnumeratedModel policy = start.copy();
        TableAdam adam = new TableAdam(policy.zeros());
        TokenRewards shaping = TokenRewards.defaults().withBeta(beta);
        ClippedSurrogate surrogate = ClippedSurrogate.rloo();
        for (int rollout = 0; rollout < config.rollouts(); rollout++) {
            Batch batch = sample(policy, rng);
            Aggregation.Batch whole = Aggregation.Batch.of(batch.old, policy.longest());
            double[] rewards = shaping.completions(batch.old, batch.ref, batch.scores);
            double[] advantages = Advantages.leaveOneOut(rewards, config.group());
            double[][] spread = Advantages.perToken(advantages, batch.old);
            for (int pass = 0; pass < config.passes(); pass++) {
                double[][] gradient = zeros(batch.old);
                surrogate.loss(batch.now(policy), batch.old, null, spread, whole, gradient);
                descend(policy, adam, batch.prompts, batch.completions, gradient, rate(rollout));
            }
        }
        return policy;
    }

    /**
     * GRPO (Shao et al. 2024) and its family: rewards centred within a group, divided or not, with the KL term in the loss
     * or in the reward.
     *
     * @param start where to begin
     * @param settings the member of the family
     * @param rng the source of randomness
     * @return the tuned model
     */
    public EnumeratedModel grpo(EnumeratedModel start, GroupSettings settings, RandomGenerator rng) {
        EnumeratedModel policy = start.copy();
        TableAdam adam = new TableAdam(policy.zeros());
        TokenRewards shaping = new TokenRewards(
                KlEstimator.K1, settings.rewardBeta(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        for (int rollout = 0; rollout < config.rollouts(); rollout++) {
            Batch batch = sample(policy, rng);
            Aggregation.Batch whole = Aggregation.Batch.of(batch.old, policy.longest());
            double[] rewards = shaping.completions(batch.old, batch.ref, batch.scores);
            double[] advantages = Advantages.group(rewards, config.group(), settings.scale(), GRPO_EPSILON);
            double[][] spread = Advantages.perToken(advantages, batch.old);
            for (int pass = 0; pass < config.passes(); pass++) {
                double[][] gradient = zeros(batch.old);
                settings.loss().loss(batch.now(policy), batch.old, batch.ref, spread, whole, gradient);
                descend(policy, adam, batch.prompts, batch.completions, gradient, rate(rollout));
            }
        }
        return policy;
    }

    /**
     * DPO (Rafailov et al. 2023) on pairs of the reference's samples, with exact labels: both orders of a pair, weighted by
     * Bradley and Terry's probability {@code sigmoid(r - r')}.
     *
     * @param start where to begin
     * @param rng the source of randomness
     * @return the tuned model
     */
    public EnumeratedModel dpo(EnumeratedModel start, RandomGenerator rng) {
        EnumeratedModel policy = start.copy();
        TableAdam adam = new TableAdam(policy.zeros());
        Dpo dpo = Dpo.defaults().withBeta(problem.beta());
        for (int rollout = 0; rollout < config.rollouts(); rollout++) {
            Batch batch = sample(reference, rng);
            // Completion i of an even index is compared with the next of the same prompt: samples is even.
            int pairs = batch.prompts.length / 2;
            int[] prompts = new int[2 * pairs];
            int[] chosen = new int[2 * pairs];
            int[] rejected = new int[2 * pairs];
            double[] weights = new double[2 * pairs];
            for (int k = 0; k < pairs; k++) {
                int one = batch.completions[2 * k];
                int two = batch.completions[2 * k + 1];
                double preferred = 1 / (1 + Math.exp(batch.scores[2 * k + 1] - batch.scores[2 * k]));
                prompts[2 * k] = batch.prompts[2 * k];
                prompts[2 * k + 1] = batch.prompts[2 * k];
                chosen[2 * k] = one;
                rejected[2 * k] = two;
                weights[2 * k] = preferred;
                chosen[2 * k + 1] = two;
                rejected[2 * k + 1] = one;
                weights[2 * k + 1] = 1 - preferred;
            }
            Pairs ref = new Pairs(rows(reference, prompts, chosen), rows(reference, prompts, rejected));
            for (int pass = 0; pass < config.passes(); pass++) {
                Pairs now = new Pairs(rows(policy, prompts, chosen), rows(policy, prompts, rejected));
                Pairs slopes = now.zeros();
                dpo.loss(now, ref, weights, slopes);
                double[][] gradient = policy.zeros();
                add(policy, prompts, chosen, slopes.chosen(), gradient);
                add(policy, prompts, rejected, slopes.rejected(), gradient);
                step(policy, adam, gradient, rate(rollout));
            }
        }
        return policy;
    }

    /**
     * Reward-weighted regression (Peters and Schaal 2007; Hu et al. 2023): the likelihood of the reference's samples, each
     * weighted by {@code exp(r / beta)}.
     *
     * @param start where to begin
     * @param rng the source of randomness
     * @return the tuned model
     */
    public EnumeratedModel rewardWeighted(EnumeratedModel start, RandomGenerator rng) {
        double[][] weights = counts(rng);
        for (int prompt = 0; prompt < weights.length; prompt++) {
            double[] byReward = Likelihood.rewardWeights(rewards(prompt), problem.beta());
            for (int c = 0; c < byReward.length; c++) {
                weights[prompt][c] *= byReward[c];
            }
        }
        return likelihood(start, weights);
    }

    /**
     * Filtering alignment (Hu et al. 2023): the likelihood of the best of the reference's samples.
     *
     * @param start where to begin
     * @param share of the samples that are kept, in (0, 1]
     * @param rng the source of randomness
     * @return the tuned model
     * @throws IllegalArgumentException if the share is out of its range
     */
    public EnumeratedModel filtered(EnumeratedModel start, double share, RandomGenerator rng) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: in (0, 1])");
        }
        double[][] weights = counts(rng);
        for (int prompt = 0; prompt < weights.length; prompt++) {
            double[] rewards = rewards(prompt);
            double left = share * Arrays.stream(weights[prompt]).sum();
            Comparator<Integer> best = Comparator.comparingDouble(c -> -rewards[c]);
            for (int c : IntStream.range(0, rewards.length).boxed().sorted(best).toList()) {
                weights[prompt][c] = Math.min(weights[prompt][c], left);
                left -= weights[prompt][c];
            }
        }
        return likelihood(start, weights);
    }

    /** How often each completion is drawn from the reference, in as many samples as the other methods see. */
    private double[][] counts(RandomGenerator rng) {
        double[][] counts = new double[reference.prompts()][reference.size()];
        for (int prompt = 0; prompt < counts.length; prompt++) {
            for (int i = 0; i < config.rollouts() * config.samples(); i++) {
                counts[prompt][reference.sample(prompt, rng)]++;
            }
        }
        return counts;
    }

    /** Supervised tuning on weighted completions, equal ones taken together. */
    private EnumeratedModel likelihood(EnumeratedModel start, double[][] weights) {
        EnumeratedModel policy = start.copy();
        TableAdam adam = new TableAdam(policy.zeros());
        int[] completions = IntStream.range(0, policy.size()).toArray();
        for (int step = 0; step < config.rollouts() * config.passes(); step++) {
            double[][] gradient = policy.zeros();
            for (int prompt = 0; prompt < weights.length; prompt++) {
                int[] prompts = new int[completions.length];
                Arrays.fill(prompts, prompt);
                double[][] now = rows(policy, prompts, completions);
                double[][] slopes = zeros(now);
                double whole = Arrays.stream(weights[prompt]).sum();
                double[] shares = Arrays.stream(weights[prompt])
                        .map(weight -> weight / whole)
                        .toArray();
                Aggregation.Batch one = new Aggregation.Batch(1, policy.longest(), policy.longest());
                Likelihood.loss(now, shares, Aggregation.SEQUENCE_SUM, one, slopes);
                add(policy, prompts, completions, slopes, gradient);
            }
            step(policy, adam, gradient, rate(step / config.passes()));
        }
        return policy;
    }

    private double[] rewards(int prompt) {
        return IntStream.range(0, reference.size())
                .mapToDouble(c -> problem.reward(prompt, c))
                .toArray();
    }

    private double rate(int rollout) {
        return config.rate() * (1 - (double) rollout / config.rollouts());
    }

    private Batch sample(EnumeratedModel model, RandomGenerator rng) {
        int n = model.prompts() * config.samples();
        int[] prompts = new int[n];
        int[] completions = new int[n];
        double[] scores = new double[n];
        for (int i = 0; i < n; i++) {
            prompts[i] = i / config.samples();
            completions[i] = model.sample(prompts[i], rng);
            scores[i] = problem.reward(prompts[i], completions[i]);
        }
        return new Batch(
                prompts, completions, rows(model, prompts, completions), rows(reference, prompts, completions), scores);
    }

    private static double[][] rows(EnumeratedModel model, int[] prompts, int[] completions) {
        double[][] rows = new double[prompts.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = model.logProbs(prompts[i], completions[i]);
        }
        return rows;
    }

    private static double[][] values(EnumeratedModel model, Batch batch, double[] table) {
        double[][] values = zeros(batch.old);
        for (int i = 0; i < values.length; i++) {
            for (int t = 0; t < values[i].length; t++) {
                values[i][t] = table[model.row(batch.prompts[i], batch.completions[i], t)];
            }
        }
        return values;
    }

    private static void descend(
            EnumeratedModel policy, TableAdam adam, int[] prompts, int[] completions, double[][] slopes, double rate) {
        double[][] gradient = policy.zeros();
        add(policy, prompts, completions, slopes, gradient);
        step(policy, adam, gradient, rate);
    }

    private static void add(
            EnumeratedModel policy, int[] prompts, int[] completions, double[][] slopes, double[][] gradient) {
        for (int i = 0; i < slopes.length; i++) {
            policy.addGradient(prompts[i], completions[i], slopes[i], gradient);
        }
    }

    private static void step(EnumeratedModel policy, TableAdam adam, double[][] gradient, double rate) {
        adam.step(policy.logits(), gradient, rate);
        policy.changed();
    }

    private static double[][] zeros(double[][] shape) {
        double[][] zeros = new double[shape.length][];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = new double[shape[i].length];
        }
        return zeros;
    }

    private static double[][] sum(double[][] one, double[][] other) {
        double[][] sum = zeros(one);
        for (int i = 0; i < sum.length; i++) {
            for (int t = 0; t < sum[i].length; t++) {
                sum[i][t] = one[i][t] + other[i][t];
            }
        }
        return sum;
    }
}
