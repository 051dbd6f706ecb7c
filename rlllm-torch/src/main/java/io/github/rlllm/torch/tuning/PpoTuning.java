package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.AdaptiveKl;
import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.RewardTable;
import io.github.rlllm.engine.alignment.TokenRewards;
import io.github.rlllm.engine.alignment.Whitening;
import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.BatchSampler;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * PPO from human feedback (Ziegler et al. 2019; Ouyang et al. 2022, "Training language models to follow instructions with
 * human feedback", equation 2): the score of a whole completion on its last token, a KL penalty at every token, advantages
 * by a value model, the clipped surrogate, and where wanted the likelihood of pre-training text (PPO-ptx).
 *
 * <p>The value model is one of its own, with an optimiser of its own: {@link CausalLm#copy} of the policy with {@link
 * CausalLm#addScore}, or a reward model, as InstructGPT begins. Where it is the policy itself, its score head shares the trunk
 * and the losses are added up before the one step.
 *
 * <p>Old log-probabilities are the trainer's own; where a pass is one forward pass, those of the first, whose ratio is then
 * exactly 1. At the very first update the sampler's are compared with them, and a difference over 1e-4 stops the run with its
 * size. The state (what is trained, the optimisers, the KL weight, the number of updates) is saved between updates; random
 * generators are parts of their own. After an update that threw, the trainer is not to be used. Confined to one thread.
 */
public final class PpoTuning implements Snapshot {
    private final CausalLm policy;
    private final Reference reference;
    private final CausalLm value;
    private final BatchSampler sampler;
    private final RewardModel<? super TokenCompletion> reward;
    private final PpoTuningConfig config;
    private final Descent descent;
    private final Descent valueDescent;
    private @Nullable AdaptiveKl adaptive;
    private long updates;

    /**
     * A trainer that has made no update.
     *
     * @param policy what learns is said by {@link CausalLm#train} before
     * @param reference that the KL term holds to, and that the KL is measured from
     * @param value gives a value before each token, with a score head and told what learns; or the policy itself
     * @param sampler draws from the policy as it is
     * @param reward judges a whole completion
     * @param config the settings
     */
    public PpoTuning(
            CausalLm policy,
            Reference reference,
            CausalLm value,
            BatchSampler sampler,
            RewardModel<? super TokenCompletion> reward,
            PpoTuningConfig config) {
        this.policy = policy;
        this.reference = reference;
        this.value = value;
        this.sampler = sampler;
        this.reward = reward;
        this.config = config;
        this.adaptive = config.reward().adaptive();
        this.descent = new Descent(policy, config.optimisation());
        this.valueDescent = value == policy ? descent : new Descent(value, config.valueOptimisation());
    }

    /**
     * One update without pre-training text.
     *
     * @param prompts at least one, of at least one token each, one completion each; both fit the model's context
     * @param rng draws the completions, and shuffles them where a pass has several steps
     * @return what it saw
     */
    public PpoUpdate update(int[][] prompts, RandomGenerator rng) {
        return update(prompts, new int[0][], rng);
    }

    /**
     * One update: a rollout and the passes over it.
     *
     * @param prompts at least one, of at least one token each, one completion each; both fit the model's context
     * @param pretraining token rows of at least 2, dealt out to the minibatches of a pass; at least as many as those where
     *     their loss has a weight, none otherwise
     * @param rng draws the completions, and shuffles them where a pass has several steps
     * @return what it saw
     * @throws NothingLeftException if a completion cannot be scored
     * @throws IllegalStateException if at the first update the sampler's log-probabilities are not the policy's
     * @throws NotFiniteException if a log-probability, a loss or a gradient is not finite
     */
    public PpoUpdate update(int[][] prompts, int[][] pretraining, RandomGenerator rng) {
        Passes passes = config.passes();
        PpoLoss loss = config.loss();
        int micro = config.optimisation().microBatch();
        int valueMicro = config.valueOptimisation().microBatch();
        double temperature = config.generation().temperature();
        requirePretraining(pretraining);

        // A completion of each prompt by the policy as it is, its score, and what reference and value model say of it.
        Rollout rollout = Rollout.draw(sampler, prompts, config.generation(), rng);
        double[] judged = RewardTable.of(List.of(reward), new double[] {1}, rollout.completions())
                .sums();
        double[] scores = config.reward().penalties().from(judged, rollout.lengths(), rollout.ended());
        double[][] ref = rollout.logProbs(reference, micro, temperature);
        double[][] values = rollout.values(value, valueMicro);

        // Where a pass is one forward pass, the first gives the old log-probabilities.
        Targets targets = new Targets(rollout, scores, ref, values);
        if (passes.minibatches() > 1 || micro < rollout.size()) {
            targets.see(rollout.logProbs(policy::logProbs, micro, temperature));
        }

        StepFigures figures = new StepFigures();
        double pretrainingLoss = 0;
        int made = 0;
        while (made < passes.passes() && figures.klOfPass() <= passes.klStop()) {
            made++;
            figures.beginPass();
            int[][] minibatches = rollout.minibatches(passes.minibatches(), rng);
            for (int k = 0; k < minibatches.length; k++) {
                Aggregation.Batch whole =
                        rollout.whole(minibatches[k], config.generation().newTokens());
                double sum = 0;
                for (int[] part : Rollout.parts(minibatches[k], micro)) {
                    CompletionBatch batch = rollout.batch(part);
                    sum += descent.accumulate(batch, temperature, (logProbs, gradient) -> {
                        targets.see(logProbs);
                        double[][] old = Rollout.pick(targets.old, part);
                        double[][] advantages = Rollout.pick(targets.advantages, part);
                        figures.saw(logProbs, old, loss.policy().clipFraction(logProbs, old, advantages));
                        return loss.policy().loss(logProbs, old, Rollout.pick(ref, part), advantages, whole, gradient);
                    });
                }
                for (int[] part : Rollout.parts(minibatches[k], valueMicro)) {
                    sum += valueDescent.accumulateValues(rollout.batch(part), (now, gradient) -> {
                        double[][] before = Rollout.pick(values, part);
                        double[][] returns = Rollout.pick(targets.returns, part);
                        double error = loss.value().loss(now, before, returns, whole, gradient);
                        Rollout.scale(gradient, loss.valueWeight());
                        return loss.valueWeight() * error;
                    });
                }
                int[][] texts = Arrays.copyOfRange(
                        pretraining,
                        k * pretraining.length / minibatches.length,
                        (k + 1) * pretraining.length / minibatches.length);
                pretrainingLoss += pretraining.length == 0 ? 0 : accumulateLikelihood(texts);
                figures.stepped(sum, descent.step());
                if (valueDescent != descent) {
                    valueDescent.step();
                }
            }
        }
        double beta = beta();
        double kl = Rollout.kl(targets.old, ref);
        adaptive = adaptive == null ? null : adaptive.after(kl, rollout.size());
        updates++;
        return new PpoUpdate(
                Arrays.stream(scores).average().orElseThrow(),
                kl,
                beta,
                figures.meanLoss(),
                pretrainingLoss / figures.steps(),
                figures.clipped(),
                made,
                figures.gradientNorm(),
                rollout.meanLength(),
                rollout.endedShare(),
                targets.difference);
    }

    /** What the losses compare with, known once the old log-probabilities are. */
    private final class Targets {
        private final Rollout rollout;
        private final double[] scores;
        private final double[][] ref;
        private final double[][] values;
        private double[][] old = {};
        private double[][] advantages = {};
        private double[][] returns = {};
        private double difference;

        Targets(Rollout rollout, double[] scores, double[][] ref, double[][] values) {
            this.rollout = rollout;
            this.scores = scores;
            this.ref = ref;
            this.values = values;
        }

        /** Takes the log-probabilities of the whole rollout as the old ones if there are none yet. */
        void see(double[][] logProbs) {
            if (old.length > 0) {
                return;
            }
            old = Arrays.stream(logProbs).map(double[]::clone).toArray(double[][]::new);
            difference = rollout.difference(Rollout.indices(rollout.size()), old, updates == 0);
            TokenRewards shaped = config.reward().tokens().withBeta(beta());
            double[][] rewards = shaped.tokens(old, ref, scores);
            rewards = config.reward().whitened() ? Whitening.rewards().of(rewards) : rewards;
            PpoAdvantage settings = config.advantage();
            double[][] raw = Advantages.gae(rewards, values, settings.gamma(), settings.lambda());
            advantages = settings.whitened() ? Whitening.advantages().of(raw) : raw;
            returns = new double[raw.length][];
            for (int i = 0; i < raw.length; i++) {
                returns[i] = new double[raw[i].length];
                for (int t = 0; t < raw[i].length; t++) {
                    returns[i][t] = raw[i][t] + values[i][t];
                }
            }
        }
    }

    /** Adds the gradient of the mean of {@code -log pi} over the tokens of texts, at its weight; answers that mean. */
    private double accumulateLikelihood(int[][] texts) {
        long tokens = Arrays.stream(texts).mapToLong(text -> text.length - 1).sum();
        double weight = config.loss().pretrainingWeight() / tokens;
        double sum = 0;
        for (int[] part : Rollout.parts(
                Rollout.indices(texts.length), config.optimisation().microBatch())) {
            int[][] some = Arrays.stream(part).mapToObj(i -> texts[i]).toArray(int[][]::new);
            sum += policy.accumulateLogProbs(some, (logProbs, gradients) -> {
                double less = 0;
                for (int i = 0; i < logProbs.length; i++) {
                    for (float logProb : logProbs[i]) {
                        less -= logProb;
                    }
                    Arrays.fill(gradients[i], (float) -weight);
                }
                return less;
            });
        }
        return sum / tokens;
    }

    private void requirePretraining(int[][] rows) {
        double weight = config.loss().pretrainingWeight();
        int least = weight > 0 ? config.passes().minibatches() : 0;
        Require.that(
                "pretraining",
                rows.length,
                rows.length >= least && (weight > 0 || rows.length == 0),
                weight > 0 ? "rows >= minibatches = " + least : "0 rows where their weight is 0");
    }

    /**
     * The weight of the KL term now.
     *
     * @return at least 0
     */
    public double beta() {
        return adaptive == null ? config.reward().tokens().beta() : adaptive.beta();
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
        Checkpoint.Builder state = new Checkpoint.Builder()
                .bytes("policy", descent.save())
                .doubles("beta", beta())
                .longs("updates", updates);
        if (valueDescent != descent) {
            state.bytes("value", valueDescent.save());
        }
        return state.build().encode();
    }

    @Override
    public void restore(byte[] state) {
        Checkpoint saved = Checkpoint.ofState(state);
        descent.restore(saved.bytes("policy"));
        if (valueDescent != descent) {
            valueDescent.restore(saved.bytes("value"));
        }
        double beta = saved.doubles("beta")[0];
        adaptive = adaptive == null ? null : new AdaptiveKl(beta, adaptive.target(), adaptive.horizon());
        updates = saved.longs("updates")[0];
    }
}
