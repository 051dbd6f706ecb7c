package io.github.rlllm.rl4llm.hhrlhf;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Batches;
import io.github.rlllm.rl4llm.replies.Effort;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.LearnedReward;
import io.github.rlllm.rl4llm.replies.PolicySettings;
import io.github.rlllm.rl4llm.replies.PolicyTraining;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyGoal;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.StageWatch;
import io.github.rlllm.rl4llm.replies.SupervisedTraining;
import io.github.rlllm.rl4llm.replies.TunedPolicy;
import io.github.rlllm.torch.GptConfig;
import io.github.rlllm.torch.GptDecoder;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Training a helpful and harmless assistant with reinforcement learning from human feedback (Bai et al., 2022a), from top to
 * bottom. The study is its loop: comparisons between replies of the newest policies, a preference model of all comparisons so
 * far, PPO on its score, and the policy that comes of it is deployed to collect the next comparisons. With one round it is the
 * static way. Every stage can be kept; confined to one thread.
 */
public final class HhRlhf {
    private static final int ZERO = 256;
    /** Policies that are compared: the newest and the one before. */
    private static final int DEPLOYED = 2;

    private static final int DRAWS = 20;

    private final FrontDesk desk;
    private final HhRlhfConfig config;
    private final SupervisedTraining supervised;
    private final PolicyTraining reinforcement;
    private final StageWatch stage;

    /**
     * Whose comparisons teach a preference model.
     *
     * @param harmless share of the comparisons that are about harm, on requests that probe for it, from 0 to 1; the rest are
     *     about help, on ordinary requests
     * @param shuffled whether a coin decides every comparison: the control
     */
    public record Labels(double harmless, boolean shuffled) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if the share is out of its range
         */
        public Labels {
            if (!(harmless >= 0 && harmless <= 1)) {
                throw new IllegalArgumentException("harmless: " + harmless + " (expected: in [0, 1])");
            }
        }
    }

    /**
     * What the loop made.
     *
     * @param policy the weights of the last policy
     * @param preferenceModel the last
     * @param comparisons all that were collected
     * @param rollouts what the last PPO saw
     * @param flops operations in all, by {@link FlopCount}
     */
    public record Assistant(
            GptWeights policy,
            LearnedReward preferenceModel,
            List<Preference> comparisons,
            List<Rollout> rollouts,
            double flops) {
        /** Copies. */
        public Assistant {
            comparisons = List.copyOf(comparisons);
            rollouts = List.copyOf(rollouts);
        }
    }

    /**
     * The study over one language.
     *
     * @param runtime the engine
     * @param desk the language
     * @param config the sizes
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public HhRlhf(TorchRuntime runtime, FrontDesk desk, HhRlhfConfig config, Progress progress, Control control) {
        this.desk = desk;
        this.config = config;
        this.supervised = new SupervisedTraining(runtime, progress, control);
        this.reinforcement = new PolicyTraining(runtime, progress, control);
        this.stage = new StageWatch(progress, control);
    }

    /**
     * The model from which everything starts: of the corpus, then of demonstrations.
     *
     * @param rng the source of randomness
     * @param kept where the stages are kept
     * @return its weights
     * @throws IOException if a stage cannot be kept
     */
    public GptWeights supervised(SeededRandom rng, Stages kept) throws IOException {
        GptWeights drawn = GptWeights.draw(GptConfig.defaults(desk.vocabulary().size()), rng.split("weights"));
        GptWeights start = supervised.likelihood(
                "pre-training", drawn, config.pretrainSteps(), rng.split("texts"), desk::corpusText, row -> 0, kept);
        return supervised.likelihood(
                "supervised tuning",
                start,
                config.sftSteps(),
                rng.split("demonstrations"),
                texts -> desk.demonstration(mixed(texts), texts).row(),
                Batches::promptLength,
                kept);
    }

    /**
     * Preference-model pre-training (section 3, after Askell et al. 2021), on comparisons that nobody labelled.
     *
     * @param tuned the supervised model
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the weights from which every preference model starts
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights judging(GptWeights tuned, SeededRandom rng, Stages kept) throws IOException {
        return supervised.judging(
                tuned,
                demonstrations(config.unlabelled(), rng.split("demonstrations")),
                config.epochs(),
                rng.split("order"),
                kept.of("preference-model pre-training"));
    }

    private List<Reply> demonstrations(int number, RandomGenerator rng) {
        List<Reply> demonstrations = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            demonstrations.add(desk.demonstration(mixed(rng), rng));
        }
        return demonstrations;
    }

    /**
     * The loop (section 4.5, "Iterated Online RLHF"; with one round, sections 3 and 4.1). Each round adds an equal part of the
     * comparisons; preference model and policy are trained anew, on all comparisons and from the supervised model.
     *
     * @param tuned the supervised model
     * @param judging where preference models start
     * @param labels whose comparisons
     * @param rounds at least 1; 1 collects all comparisons from the supervised model
     * @param rng the source of randomness
     * @param kept where the stages are kept
     * @return the assistant
     * @throws IOException if a stage cannot be kept
     */
    public Assistant loop(
            GptWeights tuned, GptWeights judging, Labels labels, int rounds, SeededRandom rng, Stages kept)
            throws IOException {
        FlopCount flops = new FlopCount(tuned.config());
        List<GptWeights> deployed = new ArrayList<>(List.of(tuned));
        List<Preference> comparisons = new ArrayList<>();
        for (int round = 1; ; round++) {
            SeededRandom of = rng.split("round " + round);
            Stages keptRound = kept.of("round " + round);
            int number = config.labels() * round / rounds - config.labels() * (round - 1) / rounds;
            List<GptWeights> newest = deployed.subList(Math.max(0, deployed.size() - DEPLOYED), deployed.size());
            comparisons.addAll(compare(newest, number, labels, flops, of.split("comparisons"), keptRound));
            LearnedReward preferenceModel = preferenceModel(judging, comparisons, flops, of, keptRound);
            int rollouts = round == rounds ? config.rollouts() : config.rollouts() / 2;
            TunedPolicy policy = ppo(tuned, preferenceModel, rollouts, flops, of.split("PPO"), keptRound);
            deployed.add(policy.weights());
            if (round == rounds) {
                return new Assistant(policy.weights(), preferenceModel, comparisons, policy.rollouts(), flops.total());
            }
        }
    }

    /**
     * Comparisons (section 2.2): two replies to a request, each of any of the deployed policies, of which an annotator prefers
     * one. Equal replies are passed over, as nobody can prefer one; of policies that hardly vary there may be fewer than asked
     * for.
     *
     * @param deployed the policies' weights, at least one
     * @param number how many, at the cost of at most 20 requests each
     * @param labels whose
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the preferences
     * @throws IOException if the stage cannot be kept
     */
    public List<Preference> compare(
            List<GptWeights> deployed, int number, Labels labels, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        List<GptDecoder> decoders = deployed.stream().map(GptDecoder::new).toList();
        SeededRandom samples = rng.split("samples");
        SeededRandom votes = rng.split("votes");
        KeptList<Preference> preferences = Preference.list();
        try (KeptRun run = kept.open(
                "comparisons",
                Map.of("samples", samples, "votes", votes, "preferences", preferences, "flops", flops))) {
            while (preferences.elements().size() < number && run.step() < (long) DRAWS * number) {
                stage.proceed("comparisons", run, DRAWS * number);
                boolean harm = samples.nextDouble() < labels.harmless();
                int[] prompt = harm ? desk.probing(samples) : desk.ordinary(samples);
                Reply one = reply(decoders, prompt, samples);
                Reply other = reply(decoders, prompt, samples);
                flops.read(one.row().length + other.row().length);
                if (!one.equals(other)) {
                    DeskAnnotator annotator = harm ? DeskAnnotator.harmless() : DeskAnnotator.helpful();
                    Preference vote = annotator.prefer(desk, one, other, votes);
                    boolean coin = votes.nextBoolean();
                    preferences.add(labels.shuffled() && coin ? vote.swapped() : vote);
                }
                run.updated(run.step() + 1);
            }
            run.finish(run.step());
        }
        return preferences.elements();
    }

    private static Reply reply(List<GptDecoder> decoders, int[] prompt, RandomGenerator rng) {
        GptDecoder decoder = decoders.get(rng.nextInt(decoders.size()));
        return new Reply(
                prompt,
                decoder.sample(prompt, HotelReplies.LONGEST, Vocabulary.END, 1, rng)
                        .tokens());
    }

    /** The preference model (section 3.2): {@code log(1 + exp(r_rejected - r_chosen))}. */
    private LearnedReward preferenceModel(
            GptWeights judging, List<Preference> comparisons, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        List<Reply> zero = demonstrations(ZERO, rng.split("demonstrations"));
        return supervised.fitReward(
                judging, comparisons, config.epochs(), zero, flops, rng.split("preference model"), kept);
    }

    /** PPO (section 4.1): the reward is {@code r_PM - beta * log(pi / pi_0)}. */
    private TunedPolicy ppo(
            GptWeights tuned,
            LearnedReward preferenceModel,
            int rollouts,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        ReplyGoal goal =
                new ReplyGoal(this::mixed, preferenceModel, reply -> (desk.helpful(reply) + desk.harmless(reply)) / 2);
        return reinforcement.ppo(
                tuned,
                preferenceModel.weights(),
                goal,
                PolicySettings.ppo(config.beta()),
                Effort.updates(rollouts),
                flops,
                rng,
                kept);
    }

    /** Ordinary requests and those that probe, in equal parts. */
    private int[] mixed(RandomGenerator rng) {
        return rng.nextBoolean() ? desk.ordinary(rng) : desk.probing(rng);
    }
}
