package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.RewardTable;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.BatchSampler;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.tuning.GroupAdvantage.Combination;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Policy gradients whose baseline is the other completions of the same prompt, so that no value model is needed: GRPO (Shao
 * et al. 2024, "DeepSeekMath", section 4.1) with its kinds of loss (Dr. GRPO, DAPO, BNPO), and RLOO (Ahmadian et al. 2024,
 * "Back to Basics"). {@link GroupTuningConfig} has one factory each.
 *
 * <p>An update draws a group of completions a prompt, judges them, and makes the optimiser's steps. Old log-probabilities
 * are the trainer's own: where a pass is one step, those of the first pass, whose ratio is then exactly 1. At the very first
 * update the sampler's are compared with them, and a difference over 1e-4 stops the run with its size.
 *
 * <p>The state (what of the policy is trained, the optimiser, the number of updates) is saved between updates; random
 * generators are parts of their own. After an update that threw, the trainer is not to be used. Confined to one thread.
 */
public final class GroupTuning implements Snapshot {
    private final CausalLm policy;
    private final @Nullable Reference reference;
    private final BatchSampler sampler;
    private final List<RewardModel<? super TokenCompletion>> rewards;
    private final double[] weights;
    private final GroupTuningConfig config;
    private final Descent descent;
    private long updates;

    /**
     * A trainer that has made no update.
     *
     * @param policy what learns is said by {@link CausalLm#train} before
     * @param reference that the KL term holds to; null where there is no such term
     * @param sampler draws from the policy as it is
     * @param rewards judge a completion, at least one; each completion needs one that scores it
     * @param weights one a reward, finite
     * @param config the settings
     * @throws IllegalArgumentException if a KL term has no reference, or sizes differ
     */
    public GroupTuning(
            CausalLm policy,
            @Nullable Reference reference,
            BatchSampler sampler,
            List<? extends RewardModel<? super TokenCompletion>> rewards,
            double[] weights,
            GroupTuningConfig config) {
        Require.that("rewards", rewards.size(), !rewards.isEmpty(), ">= 1");
        Require.that("weights", weights.length, weights.length == rewards.size(), rewards.size() + ", one a reward");
        Require.that(
                "reference",
                reference,
                reference != null
                        || config.surrogate().beta() == 0 && config.rewardKl().beta() == 0,
                "one where a KL term has a beta above 0");
        this.policy = policy;
        this.reference = reference;
        this.sampler = sampler;
        this.rewards = List.copyOf(rewards);
        this.weights = weights.clone();
        this.config = config;
        this.descent = new Descent(policy, config.optimisation());
    }

    /**
     * One update: completions of every prompt, their rewards, and the optimiser's steps.
     *
     * @param prompts at least one, of at least one token each; prompt and completion fit the model's context
     * @param rng draws the completions, and shuffles them where a pass has several steps
     * @return what it saw
     * @throws NothingLeftException if no reward scores a completion
     * @throws IllegalStateException if at the first update the sampler's log-probabilities are not the policy's
     * @throws NotFiniteException if a log-probability, the loss or the gradient is not finite
     */
    public GroupUpdate update(int[][] prompts, RandomGenerator rng) {
        Passes passes = config.passes();
        ClippedSurrogate surrogate = config.surrogate();
        int micro = config.optimisation().microBatch();
        double temperature = config.generation().temperature();

        // A group of completions of each prompt, drawn by the policy as it is, and what they earn.
        Rollout rollout = Rollout.draw(sampler, grouped(prompts), config.generation(), rng);
        RewardTable table = judge(rollout.completions());
        double[][] ref = reference == null ? null : rollout.logProbs(reference, micro, temperature);

        // Where a pass is one step, the first pass gives the old log-probabilities, unless a reward needs all of them
        // before.
        Targets targets = new Targets(rollout, table, ref);
        boolean early = config.rewardKl().beta() > 0 && micro < rollout.size();
        if (early || passes.minibatches() > 1) {
            targets.see(Rollout.indices(rollout.size()), rollout.logProbs(policy::logProbs, micro, temperature));
        }

        StepFigures figures = new StepFigures();
        for (int pass = 0; pass < passes.passes() && figures.klOfPass() <= passes.klStop(); pass++) {
            figures.beginPass();
            for (int[] minibatch : rollout.minibatches(passes.minibatches(), rng)) {
                Aggregation.Batch whole =
                        rollout.whole(minibatch, config.generation().newTokens());
                double loss = 0;
                for (int[] part : Rollout.parts(minibatch, micro)) {
                    CompletionBatch batch = rollout.batch(part);
                    // The mean of a forward pass says nothing of the others': each counts by its completions.
                    double share = surrogate.aggregation() == Aggregation.LOCAL_TOKEN_MEAN
                            ? (double) part.length / minibatch.length
                            : 1;
                    loss += descent.accumulate(batch, temperature, (logProbs, gradient) -> {
                        targets.see(part, logProbs);
                        double[][] old = Rollout.pick(targets.old, part);
                        double[][] advantages = Advantages.perToken(Rollout.pick(targets.advantages, part), logProbs);
                        double[][] held = ref == null ? null : Rollout.pick(ref, part);
                        double sum = surrogate.loss(logProbs, old, held, advantages, whole, gradient);
                        Rollout.scale(gradient, share);
                        figures.saw(logProbs, old, surrogate.clipFraction(logProbs, old, advantages));
                        return share * sum;
                    });
                }
                figures.stepped(loss, descent.step());
            }
        }
        updates++;
        return new GroupUpdate(
                Arrays.stream(table.sums()).average().orElseThrow(),
                flat(targets.advantages),
                ref == null ? OptionalDouble.empty() : OptionalDouble.of(Rollout.kl(targets.old, ref)),
                figures.meanLoss(),
                figures.clipped(),
                figures.gradientNorm(),
                rollout.meanLength(),
                rollout.endedShare(),
                targets.difference);
    }

    /** What the loss compares with; advantages may have to wait for the old log-probabilities. */
    private final class Targets {
        private final Rollout rollout;
        private final double[] scores;
        private final double @Nullable [][] ref;
        private final double[][] old;
        private double[] advantages = {};
        private double difference;

        Targets(Rollout rollout, RewardTable table, double @Nullable [][] ref) {
            this.rollout = rollout;
            this.scores = table.sums();
            this.ref = ref;
            this.old = new double[rollout.size()][];
            if (config.advantage().combination() == Combination.NORMALISE_THEN_SUM) {
                advantages = config.advantage().of(table, config.groupSize());
            } else if (config.rewardKl().beta() == 0) {
                advantages = config.advantage().of(scores, config.groupSize());
            }
        }

        /** Takes log-probabilities as the old ones where there are none yet. */
        void see(int[] part, double[][] logProbs) {
            if (old[part[0]] != null) {
                return;
            }
            difference = Math.max(difference, rollout.difference(part, logProbs, updates == 0));
            for (int i = 0; i < part.length; i++) {
                old[part[i]] = logProbs[i].clone();
            }
            if (advantages.length == 0 && ref != null) {
                double[] less = config.rewardKl().completions(old, ref, scores);
                advantages = config.advantage().of(less, config.groupSize());
            }
        }
    }

    private int[][] grouped(int[][] prompts) {
        int[][] repeated = new int[prompts.length * config.groupSize()][];
        Arrays.setAll(repeated, i -> prompts[i / config.groupSize()]);
        return repeated;
    }

    /** The rewards, and what is taken for form as one more function. */
    private RewardTable judge(List<TokenCompletion> completions) {
        RewardModel<TokenCompletion> form = new RewardModel<>() {
            @Override
            public double score(TokenCompletion one) {
                return config.penalties().from(new double[1], new int[] {one.length()}, new boolean[] {one.ended()})[0];
            }

            @Override
            public boolean scores(TokenCompletion one) {
                return rewards.stream().anyMatch(reward -> reward.scores(one));
            }
        };
        List<RewardModel<? super TokenCompletion>> all = new ArrayList<>(rewards);
        all.add(form);
        double[] each = Arrays.copyOf(weights, all.size());
        each[weights.length] = 1;
        return RewardTable.of(all, each, completions);
    }

    private double flat(double[] advantages) {
        int size = config.groupSize();
        int flat = 0;
        for (int from = 0; from < advantages.length; from += size) {
            flat += Arrays.stream(advantages, from, from + size).allMatch(a -> a == 0) ? 1 : 0;
        }
        return (double) flat * size / advantages.length;
    }

    /**
     * The updates made so far.
     *
     * @return at least 0
     */
    public long updates() {
        return updates;
    }

    @Override
    public byte[] save() {
        return new Checkpoint.Builder()
                .bytes("policy", descent.save())
                .longs("updates", updates)
                .build()
                .encode();
    }

    @Override
    public void restore(byte[] state) {
        Checkpoint saved = Checkpoint.ofState(state);
        descent.restore(saved.bytes("policy"));
        updates = saved.longs("updates")[0];
    }
}
