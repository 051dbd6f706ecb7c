package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.ValueLoss;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.Comparisons;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.StageWatch;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.Generation;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.Passes;
import io.github.rlllm.torch.tuning.PpoAdvantage;
import io.github.rlllm.torch.tuning.PpoLoss;
import io.github.rlllm.torch.tuning.PpoReward;
import io.github.rlllm.torch.tuning.PpoTuning;
import io.github.rlllm.torch.tuning.PpoTuningConfig;
import io.github.rlllm.torch.tuning.PpoUpdate;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Training language models to follow instructions with human feedback (Ouyang et al., 2022), from top to bottom: a
 * pre-trained model is tuned on demonstrations, an annotator compares its samples, a reward model is fitted on the
 * comparisons, and PPO raises that reward while a KL term at every token holds the policy to the tuned model. Each stage can
 * be kept: broken off at any moment it goes on as the unbroken one would have; {@link Stages#none()} keeps nothing. Models
 * that are given are read only, and those that are returned are frozen. Confined to one thread.
 */
public final class InstructGpt {
    private static final double TEXT_RATE = 4e-3;
    private static final int DEMONSTRATIONS = 256;
    /** As lm-human-preferences has it: a large epsilon, no decay. */
    private static final AdamW.Config FEEDBACK = new AdamW.Config(0.9, 0.999, 1e-5, 0, 1);

    private final TorchRuntime runtime;
    private final HotelReplies task;
    private final InstructGptConfig config;
    private final TextTuning likelihood;
    private final Comparisons comparisons;
    private final RewardFitting rewards;
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
        this.likelihood = new TextTuning(TEXT_RATE, progress, control);
        this.comparisons = new Comparisons(task, progress, control);
        this.rewards = new RewardFitting(progress, control);
        this.stage = new StageWatch(progress, control);
    }

    /**
     * Stage 0: a language model of the corpus.
     *
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the model
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm pretrain(SeededRandom rng, Stages kept) throws IOException {
        CausalLm start = ReplyModel.draw(runtime, task.vocabulary(), rng.split("weights"));
        Function<RandomGenerator, Text> corpus = texts -> Text.of(new int[0], task.corpusText(texts));
        int steps = config.pretrainSteps();
        return likelihood.likelihood(
                "pre-training", start, steps, Learned.WHOLE_TEXTS, rng.split("texts"), corpus, kept);
    }

    /**
     * Stage 1, supervised fine-tuning (section 3.5): the likelihood of demonstrated replies, prompts masked.
     *
     * @param start the model to begin with
     * @param steps batches of 64 demonstrations
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the tuned model
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm sft(CausalLm start, int steps, SeededRandom rng, Stages kept) throws IOException {
        Function<RandomGenerator, Text> demonstrations = texts -> {
            Reply shown = task.demonstration(task.prompt(texts), texts);
            return Text.of(shown.prompt(), shown.completion());
        };
        SeededRandom texts = rng.split("demonstrations");
        return likelihood.likelihood(
                "supervised tuning", start, steps, Learned.COMPLETIONS, texts, demonstrations, kept);
    }

    /**
     * Stage 2, comparisons (section 3.2, K = 2): an annotator compares two samples of the tuned model to each of many prompts.
     *
     * @param tuned whose samples are compared
     * @param prompts draws a prompt; prompts too narrow make a reward model that does not generalise
     * @param annotator who compares
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return as many as the configuration says
     * @throws IOException if the stage cannot be kept
     */
    public List<Preference> compare(
            CausalLm tuned,
            Function<RandomGenerator, int[]> prompts,
            Annotator annotator,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        return comparisons.collect(tuned, config.pairs(), prompts, annotator, rng, kept);
    }

    /**
     * Stage 3, the reward model (equation 1 with K = 2): from the tuned model, with a score head that says nothing yet, the
     * loss {@code -log sigmoid(r(chosen) - r(rejected))}. A share of the comparisons is held out ({@link
     * RewardFitting#heldOut}), and the weights with the best loss on them are kept. The scores are then shifted so that
     * demonstrations have mean 0.
     *
     * @param tuned the model to begin with
     * @param preferences at least 16
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the reward model
     * @throws IOException if the stage cannot be kept
     */
    public ReplyReward fitReward(CausalLm tuned, List<Preference> preferences, SeededRandom rng, Stages kept)
            throws IOException {
        RandomGenerator demonstrations = rng.split("demonstrations");
        List<Reply> shown = Stream.generate(() -> task.demonstration(task.prompt(demonstrations), demonstrations))
                .limit(DEMONSTRATIONS)
                .toList();
        FlopCount uncounted = new FlopCount(tuned.config());
        return rewards.fit(tuned, preferences, config.rewardEpochs(), shown, uncounted, rng, kept);
    }

    /**
     * Stage 4, reinforcement learning (equation 2): a token's reward is {@code -beta * (log pi - log ref)}, and on the last
     * token the score is added. PPO with a value function of its own, which starts from the reward model; where the
     * configuration says so, the likelihood of texts of the corpus takes part (PPO-ptx).
     *
     * @param tuned where the policy starts and what it is held to
     * @param valueStart where the value function starts, with a score head
     * @param reward scores a whole reply
     * @param settings of PPO
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the sampler's log-probabilities differ from the trainer's at the first rollout
     */
    public TunedModel ppo(
            CausalLm tuned,
            CausalLm valueStart,
            RewardModel<Reply> reward,
            InstructGptConfig.Ppo settings,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        CausalLm policy = tuned.copy();
        policy.train(CausalLm.Trained.ALL);
        CausalLm value = valueStart.copy();
        value.train(CausalLm.Trained.ALL);
        Judge judge = new Judge(reward, task);
        PpoTuning tuning =
                new PpoTuning(policy, tuned::logProbs, value, new CausalSampler(policy), judge, tuning(settings));
        SeededRandom prompts = rng.split("prompts");
        SeededRandom samples = rng.split("samples");
        SeededRandom corpus = rng.split("corpus");
        KeptList<Rollout> rollouts = Rollout.list();
        Map<String, Snapshot> parts = Map.of(
                "tuning", tuning, "prompts", prompts, "samples", samples, "corpus", corpus, "rollouts", rollouts);
        try (KeptRun run = kept.open("PPO", parts)) {
            for (int iteration = (int) run.step(); iteration < settings.iterations(); iteration++) {
                stage.proceed("PPO", run, settings.iterations());
                int[][] asked = draw(settings.batch(), () -> task.prompt(prompts));
                int[][] texts = draw(settings.pretraining() > 0 ? settings.batch() : 0, () -> task.corpusText(corpus));
                PpoUpdate update = tuning.update(asked, texts, samples);
                rollouts.add(new Rollout(iteration, update.reward(), judge.truth(), update.kl(), update.clipped()));
                run.updated(iteration + 1);
            }
            run.finish(settings.iterations());
        }
        policy.train(CausalLm.Trained.NOTHING);
        return new TunedModel(policy, rollouts.elements());
    }

    /** Clip .2 of ratio and value, gamma 1, lambda .95, whitened advantages, temperature 1, a rate that falls to a tenth. */
    private static PpoTuningConfig tuning(InstructGptConfig.Ppo ppo) {
        int minibatches = ppo.batch() / ppo.minibatch();
        long steps = (long) ppo.iterations() * ppo.epochs() * minibatches;
        LearningRate falling = LearningRate.linear(ppo.rate(), (long) Math.ceil(steps / 0.9));
        Optimisation optimisation = new Optimisation(ppo.batch(), falling, FEEDBACK);
        return new PpoTuningConfig(
                new Generation(HotelReplies.LONGEST, 1),
                PpoReward.fixed(ppo.beta()),
                PpoAdvantage.defaults(),
                new PpoLoss(ClippedSurrogate.ppo(), ValueLoss.defaults(), 1, ppo.pretraining()),
                new Passes(ppo.epochs(), minibatches, Double.POSITIVE_INFINITY),
                optimisation,
                optimisation);
    }

    private static int[][] draw(int number, Supplier<int[]> one) {
        return Stream.generate(one).limit(number).toArray(int[][]::new);
    }
}
