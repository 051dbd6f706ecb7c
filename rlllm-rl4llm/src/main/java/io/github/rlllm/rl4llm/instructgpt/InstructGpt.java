package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.returns.PolicyLosses;
import io.github.rlllm.engine.returns.Returns;
import io.github.rlllm.engine.returns.Trajectory;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Batches;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.LearnedReward;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.StageWatch;
import io.github.rlllm.rl4llm.replies.SupervisedTraining;
import io.github.rlllm.rl4llm.replies.TunedPolicy;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptDecoder;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TinyGpt;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;

/**
 * Training language models to follow instructions with human feedback (Ouyang et al., 2022), from top to bottom: a
 * pre-trained model is tuned on demonstrations, a reward model is fitted on preferences between its samples, and PPO
 * raises that reward while a KL term holds the policy to the tuned model. Each stage can be kept: broken off at any moment
 * it goes on as the unbroken one would have; {@link Stages#none()} keeps nothing. Confined to one thread.
 */
public final class InstructGpt {
    private static final double CLIP = 0.2;
    private static final double VALUE_CLIP = 0.2;
    private static final double GAMMA = 1;
    private static final double LAMBDA = 0.95;
    /** As lm-human-preferences has it: a large epsilon, no decay. */
    private static final AdamW.Config FEEDBACK = new AdamW.Config(0.9, 0.999, 1e-5, 0, 1);

    private final TorchRuntime runtime;
    private final HotelReplies task;
    private final InstructGptConfig config;
    private final SupervisedTraining supervised;
    private final StageWatch stage;

    /**
     * The study over one language.
     *
     * @param runtime the engine
     * @param task the language
     * @param config the sizes
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link CancellationException}
     */
    public InstructGpt(
            TorchRuntime runtime, HotelReplies task, InstructGptConfig config, Progress progress, Control control) {
        this.runtime = runtime;
        this.task = task;
        this.config = config;
        this.supervised = new SupervisedTraining(runtime, progress, control);
        this.stage = new StageWatch(progress, control);
    }

    /**
     * Stage 0: a language model of the corpus.
     *
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights pretrain(SeededRandom rng, Stages kept) throws IOException {
        GptWeights start = GptWeights.draw(GptConfig.defaults(task.vocabulary().size()), rng.split("weights"));
        int steps = config.pretrainSteps();
        return supervised.likelihood(
                "pre-training", start, steps, rng.split("texts"), task::corpusText, row -> 0, kept);
    }

    /**
     * Stage 1, supervised fine-tuning (section 3.5): the likelihood of demonstrated replies, prompts masked.
     *
     * @param start the weights to begin with
     * @param steps batches of 64 demonstrations
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the tuned weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights sft(GptWeights start, int steps, SeededRandom rng, Stages kept) throws IOException {
        return supervised.likelihood(
                "supervised tuning",
                start,
                steps,
                rng.split("demonstrations"),
                texts -> task.demonstration(task.prompt(texts), texts).row(),
                Batches::promptLength,
                kept);
    }

    /**
     * Stage 2, the reward model (equation 1 with K = 2): from the tuned model's weights, the loss
     * {@code -log sigmoid(r(chosen) - r(rejected))}. A share of the preferences is held out, and the pass with the best
     * loss on them is kept. The scores are then shifted so that demonstrations have mean 0.
     *
     * @param start the tuned model's weights
     * @param preferences at least 16
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the reward model
     * @throws IOException if the stage cannot be kept
     */
    public LearnedReward fitReward(GptWeights start, List<Preference> preferences, SeededRandom rng, Stages kept)
            throws IOException {
        RandomGenerator demonstrations = rng.split("demonstrations");
        List<Reply> shown = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            shown.add(task.demonstration(task.prompt(demonstrations), demonstrations));
        }
        FlopCount uncounted = new FlopCount(start.config());
        return supervised.fitReward(start, preferences, config.rewardEpochs(), shown, uncounted, rng, kept);
    }

    /**
     * Stage 3, reinforcement learning (equation 2 without its pre-training term): a token's reward is
     * {@code -beta * (log pi - log ref)}, and on the last token the score is added. PPO with a value function of its own,
     * which starts from the reward model.
     *
     * @param tuned where the policy starts and what it is held to
     * @param valueStart where the value function starts
     * @param reward scores a whole reply
     * @param settings of PPO
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the decoder's log-probabilities differ from the engine's at the first rollout
     */
    public TunedPolicy ppo(
            GptWeights tuned,
            GptWeights valueStart,
            RewardModel<Reply> reward,
            InstructGptConfig.Ppo settings,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        TinyGpt policy = new TinyGpt(runtime, tuned);
        TinyGpt reference = new TinyGpt(runtime, tuned);
        TinyGpt value = new TinyGpt(runtime, valueStart);
        AdamW policyOptimiser = new AdamW(FEEDBACK, tuned);
        AdamW valueOptimiser = new AdamW(FEEDBACK, valueStart);
        SeededRandom prompts = rng.split("prompts");
        SeededRandom samples = rng.split("samples");
        SeededRandom order = rng.split("order");
        KeptList<Rollout> rollouts = Rollout.list();
        Map<String, Snapshot> parts = Map.of(
                "policy", policy,
                "policy optimiser", policyOptimiser,
                "value", value,
                "value optimiser", valueOptimiser,
                "prompts", prompts,
                "samples", samples,
                "order", order,
                "rollouts", rollouts);
        try (KeptRun run = kept.open("PPO", parts)) {
            for (int iteration = (int) run.step(); iteration < settings.iterations(); iteration++) {
                stage.proceed("PPO", run, settings.iterations());

                // Rollout: replies of the policy as it is, scored whole; old log-probabilities by the trainer.
                GptDecoder decoder = new GptDecoder(policy.weights());
                List<Reply> replies = new ArrayList<>();
                List<float[]> decoded = new ArrayList<>();
                for (int i = 0; i < settings.batch(); i++) {
                    int[] prompt = task.prompt(prompts);
                    GptDecoder.Sample sample = decoder.sample(prompt, HotelReplies.LONGEST, Vocabulary.END, 1, samples);
                    replies.add(new Reply(prompt, sample.tokens()));
                    decoded.add(sample.logProbs());
                }
                int[][] rows = replies.stream().map(Reply::row).toArray(int[][]::new);
                float[][] old = policy.logProbs(rows);
                float[][] ref = reference.logProbs(rows);
                float[][] values = value.scalars(rows);
                double[] scores = reward.scoreAll(replies);
                if (iteration == 0) {
                    Tokens.requireEqual(replies, old, decoded);
                }

                // Advantages of every token: the state before token t ends at position prompt + t - 1.
                double[][] advantages = new double[rows.length][];
                double[][] targets = new double[rows.length][];
                double kl = 0;
                for (int i = 0; i < rows.length; i++) {
                    Checks.finite("reward", scores[i], iteration);
                    int first = replies.get(i).prompt().length - 1;
                    int n = replies.get(i).completion().length;
                    double[] rewards = new double[n];
                    double[] before = new double[n];
                    Ending[] endings = new Ending[n];
                    Arrays.fill(endings, Ending.NONE);
                    endings[n - 1] = Ending.TERMINATED;
                    for (int t = 0; t < n; t++) {
                        double k1 = (double) old[i][first + t] - ref[i][first + t];
                        kl += k1 / rows.length;
                        rewards[t] = -settings.beta() * k1 + (t == n - 1 ? scores[i] : 0);
                        before[t] = values[i][first + t];
                    }
                    advantages[i] =
                            Returns.gae(new Trajectory(rewards, before, endings, new double[n], 0), GAMMA, LAMBDA);
                    targets[i] = new double[n];
                    for (int t = 0; t < n; t++) {
                        targets[i][t] = advantages[i][t] + before[t];
                    }
                }
                Tokens.whiten(advantages);

                // Passes over the rollout in minibatches of whole replies; every token weighs the same within one.
                double rate = settings.rate() * (1 - 0.9 * iteration / settings.iterations());
                double[] outside = new double[1];
                Integer[] shuffled = new Integer[rows.length];
                Arrays.setAll(shuffled, i -> i);
                for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                    outside[0] = 0;
                    Batches.shuffle(Arrays.asList(shuffled), order);
                    for (int from = 0; from < rows.length; from += settings.minibatch()) {
                        Integer[] part = Arrays.copyOfRange(shuffled, from, from + settings.minibatch());
                        int[][] some = Arrays.stream(part).map(i -> rows[i]).toArray(int[][]::new);
                        double policyLoss = policy.accumulateLogProbs(some, (logProbs, gradients) -> {
                            double[] slope = new double[Tokens.count(part, advantages)];
                            double[] now = Tokens.tokens(part, replies, logProbs);
                            double[] then = Tokens.tokens(part, replies, Tokens.pick(part, old));
                            double loss = PolicyLosses.clipped(now, then, Tokens.flat(part, advantages), CLIP, slope);
                            outside[0] += PolicyLosses.clipFraction(now, then, CLIP) * part.length / rows.length;
                            Tokens.spread(part, replies, slope, 1, gradients);
                            return loss;
                        });
                        Checks.finite("policy loss", policyLoss, iteration);
                        policy.step(policyOptimiser, rate);
                        double valueLoss = value.accumulateScalars(some, (scalars, gradients) -> {
                            double[] slope = new double[Tokens.count(part, targets)];
                            double[] now = Tokens.tokens(part, replies, scalars);
                            double[] then = Tokens.tokens(part, replies, Tokens.pick(part, values));
                            double loss = PolicyLosses.pessimisticValue(
                                    now, then, Tokens.flat(part, targets), VALUE_CLIP, slope);
                            Tokens.spread(part, replies, slope, 0.5, gradients);
                            return 0.5 * loss;
                        });
                        Checks.finite("value loss", valueLoss, iteration);
                        value.step(valueOptimiser, rate);
                    }
                }
                double truth =
                        replies.stream().mapToDouble(task::trueScore).average().orElseThrow();
                double proxy = Arrays.stream(scores).average().orElseThrow();
                rollouts.add(new Rollout(iteration, proxy, truth, kl, outside[0]));
                run.updated(iteration + 1);
            }
            run.finish(settings.iterations());
        }
        return new TunedPolicy(policy.weights(), rollouts.elements());
    }
}
