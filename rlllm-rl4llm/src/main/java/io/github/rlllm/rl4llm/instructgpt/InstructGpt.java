package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.returns.PolicyLosses;
import io.github.rlllm.engine.returns.Returns;
import io.github.rlllm.engine.returns.Trajectory;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptDecoder;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.OutputLoss;
import io.github.rlllm.torch.TinyGpt;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Training language models to follow instructions with human feedback (Ouyang et al., 2022), from top to bottom: a
 * pre-trained model is tuned on demonstrations, a reward model is fitted on preferences between its samples, and PPO
 * raises that reward while a KL term holds the policy to the tuned model. Confined to one thread.
 */
public final class InstructGpt {
    /** Texts a step of pre-training and supervised tuning. */
    public static final int TEXTS = 64;

    private static final double RATE = 2e-3;
    private static final int PAIRS_A_STEP = 32;
    private static final double REWARD_RATE = 1e-3;
    private static final double HELD_OUT = 0.15;
    private static final double CLIP = 0.2;
    private static final double VALUE_CLIP = 0.2;
    private static final double GAMMA = 1;
    private static final double LAMBDA = 0.95;
    private static final double DECODER_TOLERANCE = 1e-4;
    private static final AdamW.Config TEXT = AdamW.Config.defaults();
    /** As lm-human-preferences has it: a large epsilon, no decay. */
    private static final AdamW.Config FEEDBACK = new AdamW.Config(0.9, 0.999, 1e-5, 0, 1);

    private final TorchRuntime runtime;
    private final HotelReplies task;
    private final InstructGptConfig config;
    private final Progress progress;
    private final Control control;

    /**
     * What one rollout of PPO saw.
     *
     * @param iteration from 0
     * @param proxy mean score of what PPO was to raise
     * @param truth mean true score
     * @param kl mean of {@code log pi - log ref}, summed over a reply, in nats
     * @param clipped share of tokens whose ratio left the clip range in the last pass
     */
    public record Rollout(int iteration, double proxy, double truth, double kl, double clipped) {}

    /** Where PPO's rollouts are told. */
    @FunctionalInterface
    public interface RolloutListener {
        /**
         * Hears of one.
         *
         * @param rollout its figures
         */
        void heard(Rollout rollout);
    }

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
        this.progress = progress;
        this.control = control;
    }

    /**
     * Stage 0: a language model of the corpus.
     *
     * @param rng the source of randomness
     * @return the weights
     */
    public GptWeights pretrain(SeededRandom rng) {
        GptWeights start = GptWeights.draw(GptConfig.defaults(task.vocabulary().size()), rng.split("weights"));
        RandomGenerator texts = rng.split("texts");
        return likelihood("pre-training", start, config.pretrainSteps(), () -> task.corpusText(texts), row -> 0);
    }

    /**
     * Stage 1, supervised fine-tuning (section 3.5): the likelihood of demonstrated replies, prompts masked.
     *
     * @param start the weights to begin with
     * @param steps batches of 64 demonstrations
     * @param rng the source of randomness
     * @return the tuned weights
     */
    public GptWeights sft(GptWeights start, int steps, SeededRandom rng) {
        RandomGenerator texts = rng.split("demonstrations");
        return likelihood(
                "supervised tuning",
                start,
                steps,
                () -> task.demonstration(task.prompt(texts), texts).row(),
                InstructGpt::promptLength);
    }

    /** Number of log-probabilities that belong to the prompt: the first of the completion is the one after PART. */
    private static int promptLength(int[] row) {
        int part = 0;
        while (row[part] != Vocabulary.PART) {
            part++;
        }
        return part;
    }

    private GptWeights likelihood(
            String name,
            GptWeights start,
            int steps,
            Supplier<int[]> text,
            java.util.function.ToIntFunction<int[]> masked) {
        TinyGpt model = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(TEXT, start);
        for (int step = 0; step < steps; step++) {
            proceed(name, step, steps);
            int[][] rows = new int[TEXTS][];
            int tokens = 0;
            for (int i = 0; i < TEXTS; i++) {
                rows[i] = text.get();
                tokens += rows[i].length - 1 - masked.applyAsInt(rows[i]);
            }
            int n = tokens;
            OutputLoss mean = (logProbs, gradients) -> {
                double loss = 0;
                for (int i = 0; i < rows.length; i++) {
                    for (int j = masked.applyAsInt(rows[i]); j < logProbs[i].length; j++) {
                        loss -= logProbs[i][j] / n;
                        gradients[i][j] = -1f / n;
                    }
                }
                return loss;
            };
            Checks.finite("loss of " + name, model.accumulateLogProbs(rows, mean), step);
            double warm = Math.min(1, (step + 1) / 20.0);
            model.step(optimiser, RATE * warm * (1 - 0.9 * step / steps));
        }
        return model.weights();
    }

    /**
     * Replies of a model to prompts, at temperature 1.
     *
     * @param weights the model's
     * @param prompts the prompts
     * @param rng the source of randomness
     * @return one reply each
     */
    public List<Reply> sample(GptWeights weights, List<int[]> prompts, RandomGenerator rng) {
        GptDecoder decoder = new GptDecoder(weights);
        List<Reply> replies = new ArrayList<>(prompts.size());
        for (int[] prompt : prompts) {
            replies.add(new Reply(
                    prompt,
                    decoder.sample(prompt, HotelReplies.LONGEST, Vocabulary.END, 1, rng)
                            .tokens()));
        }
        return replies;
    }

    /**
     * Stage 2a: an annotator compares two samples of the tuned model to each of many prompts. Equal samples are drawn
     * again, as nobody can prefer one.
     *
     * @param weights the tuned model's
     * @param prompts where prompts come from; prompts too narrow make a reward model that does not generalise
     * @param annotator who compares
     * @param rng the source of randomness
     * @return as many preferences as the settings say
     */
    public List<Preference> collect(
            GptWeights weights, Supplier<int[]> prompts, Annotator annotator, SeededRandom rng) {
        RandomGenerator samples = rng.split("samples");
        RandomGenerator votes = rng.split("votes");
        List<Preference> preferences = new ArrayList<>();
        while (preferences.size() < config.pairs()) {
            proceed("preferences", preferences.size(), config.pairs());
            int[] prompt = prompts.get();
            List<Reply> two = sample(weights, List.of(prompt, prompt), samples);
            if (!two.get(0).equals(two.get(1))) {
                preferences.add(annotator.prefer(task, two.get(0), two.get(1), votes));
            }
        }
        return preferences;
    }

    /**
     * Stage 2b, the reward model (equation 1 with K = 2): from the tuned model's weights, the loss
     * {@code -log sigmoid(r(chosen) - r(rejected))}. A share of the preferences is held out, and the pass with the best
     * loss on them is kept. The scores are then shifted so that demonstrations have mean 0.
     *
     * @param start the tuned model's weights
     * @param preferences at least 16
     * @param rng the source of randomness
     * @return the reward model
     */
    public LearnedReward fitReward(GptWeights start, List<Preference> preferences, SeededRandom rng) {
        List<Preference> shuffled = new ArrayList<>(preferences);
        RandomGenerator order = rng.split("order");
        shuffle(shuffled, order);
        int held = Math.max(4, (int) (HELD_OUT * shuffled.size()));
        List<Preference> validation = shuffled.subList(0, held);
        List<Preference> training = new ArrayList<>(shuffled.subList(held, shuffled.size()));
        TinyGpt model = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(FEEDBACK, start);
        GptWeights best = start;
        double least = Double.POSITIVE_INFINITY;
        int stepsAnEpoch = (training.size() + PAIRS_A_STEP - 1) / PAIRS_A_STEP;
        int total = config.rewardEpochs() * stepsAnEpoch;
        for (int step = 0; step < total; step++) {
            proceed("reward model", step, total);
            int from = step % stepsAnEpoch * PAIRS_A_STEP;
            if (from == 0) {
                shuffle(training, order);
            }
            List<Preference> pairs = training.subList(from, Math.min(training.size(), from + PAIRS_A_STEP));
            Checks.finite("reward loss", model.accumulateScalars(rows(pairs), bradleyTerry(rows(pairs))), step);
            model.step(optimiser, REWARD_RATE * Math.min(1, (step + 1) / 10.0) * (1 - 0.9 * step / total));
            if ((step + 1) % Math.max(1, stepsAnEpoch / 2) == 0 || step == total - 1) {
                int[][] rows = rows(validation);
                float[][] scalars = model.scalars(rows);
                double loss = bradleyTerry(rows).at(scalars, zeros(scalars));
                if (loss < least) {
                    least = loss;
                    best = model.weights();
                }
            }
        }
        TinyGpt kept = new TinyGpt(runtime, best);
        RandomGenerator demonstrations = rng.split("demonstrations");
        List<Reply> shown = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            shown.add(task.demonstration(task.prompt(demonstrations), demonstrations));
        }
        double shift = Arrays.stream(new LearnedReward(kept, 0).scoreAll(shown))
                .average()
                .orElseThrow();
        return new LearnedReward(kept, shift);
    }

    /** Chosen and rejected by turns. */
    private static int[][] rows(List<Preference> pairs) {
        int[][] rows = new int[2 * pairs.size()][];
        for (int i = 0; i < pairs.size(); i++) {
            rows[2 * i] = pairs.get(i).chosen().row();
            rows[2 * i + 1] = pairs.get(i).rejected().row();
        }
        return rows;
    }

    /** Mean of {@code log(1 + exp(r_rejected - r_chosen))}, read after the last token of each row. */
    static OutputLoss bradleyTerry(int[][] rows) {
        return (scalars, gradients) -> {
            double loss = 0;
            int pairs = rows.length / 2;
            for (int i = 0; i < rows.length; i += 2) {
                int chosen = rows[i].length - 1;
                int rejected = rows[i + 1].length - 1;
                double margin = (double) scalars[i][chosen] - scalars[i + 1][rejected];
                loss += (margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin))) / pairs;
                float slope = (float) (1 / (1 + Math.exp(margin)) / pairs);
                gradients[i][chosen] -= slope;
                gradients[i + 1][rejected] += slope;
            }
            return loss;
        };
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
     * @param listener hears of every rollout
     * @return the policy's weights
     * @throws IllegalStateException if the decoder's log-probabilities differ from the engine's at the first rollout
     */
    public GptWeights ppo(
            GptWeights tuned,
            GptWeights valueStart,
            RewardModel<Reply> reward,
            InstructGptConfig.Ppo settings,
            SeededRandom rng,
            RolloutListener listener) {
        TinyGpt policy = new TinyGpt(runtime, tuned);
        TinyGpt reference = new TinyGpt(runtime, tuned);
        TinyGpt value = new TinyGpt(runtime, valueStart);
        AdamW policyOptimiser = new AdamW(FEEDBACK, tuned);
        AdamW valueOptimiser = new AdamW(FEEDBACK, valueStart);
        RandomGenerator prompts = rng.split("prompts");
        RandomGenerator samples = rng.split("samples");
        RandomGenerator order = rng.split("order");
        for (int iteration = 0; iteration < settings.iterations(); iteration++) {
            proceed("PPO", iteration, settings.iterations());

            // Rollout: replies of the policy as it is, scored whole; old log-probabilities by the trainer's forward.
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
                requireEqual(replies, old, decoded);
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
                advantages[i] = Returns.gae(new Trajectory(rewards, before, endings, new double[n], 0), GAMMA, LAMBDA);
                targets[i] = new double[n];
                for (int t = 0; t < n; t++) {
                    targets[i][t] = advantages[i][t] + before[t];
                }
            }
            whiten(advantages);

            // Passes over the rollout in minibatches of whole replies; every token weighs the same within one.
            double rate = settings.rate() * (1 - 0.9 * iteration / settings.iterations());
            double[] outside = new double[1];
            Integer[] shuffled = new Integer[rows.length];
            Arrays.setAll(shuffled, i -> i);
            for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                outside[0] = 0;
                shuffle(Arrays.asList(shuffled), order);
                for (int from = 0; from < rows.length; from += settings.minibatch()) {
                    Integer[] part = Arrays.copyOfRange(shuffled, from, from + settings.minibatch());
                    int[][] some = Arrays.stream(part).map(i -> rows[i]).toArray(int[][]::new);
                    double policyLoss = policy.accumulateLogProbs(some, (logProbs, gradients) -> {
                        double[] slope = new double[count(part, advantages)];
                        double[] now = tokens(part, replies, logProbs);
                        double[] then = tokens(part, replies, pick(part, old));
                        double loss = PolicyLosses.clipped(now, then, flat(part, advantages), CLIP, slope);
                        outside[0] += PolicyLosses.clipFraction(now, then, CLIP) * part.length / rows.length;
                        spread(part, replies, slope, 1, gradients);
                        return loss;
                    });
                    Checks.finite("policy loss", policyLoss, iteration);
                    policy.step(policyOptimiser, rate);
                    double valueLoss = value.accumulateScalars(some, (scalars, gradients) -> {
                        double[] slope = new double[count(part, targets)];
                        double[] now = tokens(part, replies, scalars);
                        double[] then = tokens(part, replies, pick(part, values));
                        double loss = PolicyLosses.pessimisticValue(now, then, flat(part, targets), VALUE_CLIP, slope);
                        spread(part, replies, slope, 0.5, gradients);
                        return 0.5 * loss;
                    });
                    Checks.finite("value loss", valueLoss, iteration);
                    value.step(valueOptimiser, rate);
                }
            }
            double truth =
                    replies.stream().mapToDouble(task::trueScore).average().orElseThrow();
            double proxy = Arrays.stream(scores).average().orElseThrow();
            listener.heard(new Rollout(iteration, proxy, truth, kl, outside[0]));
        }
        return policy.weights();
    }

    /**
     * The KL divergence of a policy from the tuned model, estimated on its own replies.
     *
     * @param policy its weights
     * @param tuned the tuned model's weights
     * @param replies drawn from the policy
     * @return mean of {@code log pi - log ref} over the replies, each summed over its tokens, in nats
     */
    public double kl(GptWeights policy, GptWeights tuned, List<Reply> replies) {
        int[][] rows = replies.stream().map(Reply::row).toArray(int[][]::new);
        float[][] now = new TinyGpt(runtime, policy).logProbs(rows);
        float[][] ref = new TinyGpt(runtime, tuned).logProbs(rows);
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = replies.get(i).prompt().length - 1; j < now[i].length; j++) {
                sum += (double) now[i][j] - ref[i][j];
            }
        }
        return sum / rows.length;
    }

    private void proceed(String task, int done, int total) {
        if (control.cancelled()) {
            throw new CancellationException(task + ": cancelled at " + done + " of " + total);
        }
        progress.update(task, done, total);
    }

    /** Two decoders must agree, or the ratio of PPO is wrong from its first step. */
    private static void requireEqual(List<Reply> replies, float[][] trained, List<float[]> decoded) {
        for (int i = 0; i < trained.length; i++) {
            int first = replies.get(i).prompt().length - 1;
            for (int t = 0; t < decoded.get(i).length; t++) {
                double apart = Math.abs(trained[i][first + t] - decoded.get(i)[t]);
                if (!(apart <= DECODER_TOLERANCE)) {
                    throw new IllegalStateException("log-probability of token " + t + " of reply " + i + ": decoder and"
                            + " engine differ by " + apart + " (expected: <= " + DECODER_TOLERANCE + ")");
                }
            }
        }
    }

    private static void whiten(double[][] advantages) {
        double[] flat =
                Arrays.stream(advantages).flatMapToDouble(Arrays::stream).toArray();
        double[] normalised = PolicyLosses.normalised(flat);
        int next = 0;
        for (double[] row : advantages) {
            System.arraycopy(normalised, next, row, 0, row.length);
            next += row.length;
        }
    }

    private static int count(Integer[] part, double[][] of) {
        return Arrays.stream(part).mapToInt(i -> of[i].length).sum();
    }

    private static double[] flat(Integer[] part, double[][] of) {
        return Arrays.stream(part).flatMapToDouble(i -> Arrays.stream(of[i])).toArray();
    }

    private static float[][] pick(Integer[] part, float[][] of) {
        return Arrays.stream(part).map(i -> of[i]).toArray(float[][]::new);
    }

    /** The outputs at the tokens of the completions, one reply after another. */
    private static double[] tokens(Integer[] part, List<Reply> replies, float[][] outputs) {
        List<Double> flat = new ArrayList<>();
        for (int p = 0; p < part.length; p++) {
            Reply reply = replies.get(part[p]);
            for (int t = 0; t < reply.completion().length; t++) {
                flat.add((double) outputs[p][reply.prompt().length - 1 + t]);
            }
        }
        return flat.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Puts slopes back where {@link #tokens} read. */
    private static void spread(
            Integer[] part, List<Reply> replies, double[] slopes, double factor, float[][] gradients) {
        int next = 0;
        for (int p = 0; p < part.length; p++) {
            Reply reply = replies.get(part[p]);
            for (int t = 0; t < reply.completion().length; t++) {
                gradients[p][reply.prompt().length - 1 + t] = (float) (factor * slopes[next++]);
            }
        }
    }

    private static float[][] zeros(float[][] like) {
        return Arrays.stream(like).map(row -> new float[row.length]).toArray(float[][]::new);
    }

    private static void shuffle(List<?> list, RandomGenerator rng) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, rng.nextInt(i + 1));
        }
    }
}
