package io.github.rlllm.rl4llm.hhrlhf;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.rl4llm.replies.Effort;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.PolicySettings;
import io.github.rlllm.rl4llm.replies.PolicyTuning;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyGoal;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.StageWatch;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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
    /** Requests that are answered together. */
    private static final int TOGETHER = 64;

    private final FrontDesk desk;
    private final HhRlhfConfig config;
    private final TorchRuntime runtime;
    private final TextTuning texts;
    private final RewardFitting preferenceModels;
    private final PolicyTuning policies;
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
     * @param policy the last policy, frozen
     * @param preferenceModel the last
     * @param comparisons all that were collected
     * @param rollouts what the last PPO saw
     * @param flops operations in all, by {@link FlopCount}
     */
    public record Assistant(
            CausalLm policy,
            ReplyReward preferenceModel,
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
        this.runtime = runtime;
        this.texts = new TextTuning(progress, control);
        this.preferenceModels = new RewardFitting(progress, control);
        this.policies = new PolicyTuning(progress, control);
        this.stage = new StageWatch(progress, control);
    }

    /**
     * The model from which everything starts: of the corpus, then of demonstrations.
     *
     * @param rng the source of randomness
     * @param kept where the stages are kept
     * @return the model, frozen
     * @throws IOException if a stage cannot be kept
     */
    public CausalLm supervised(SeededRandom rng, Stages kept) throws IOException {
        CausalLm drawn = ReplyModel.draw(runtime, desk.vocabulary(), rng.split("weights"));
        CausalLm start = texts.likelihood(
                "pre-training",
                drawn,
                config.pretrainSteps(),
                Learned.WHOLE_TEXTS,
                rng.split("texts"),
                random -> Text.of(new int[0], desk.corpusText(random)),
                kept);
        return texts.likelihood(
                "supervised tuning",
                start,
                config.sftSteps(),
                Learned.COMPLETIONS,
                rng.split("demonstrations"),
                random -> {
                    Reply shown = desk.demonstration(mixed(random), random);
                    return Text.of(shown.prompt(), shown.completion());
                },
                kept);
    }

    /**
     * Preference-model pre-training (section 3, after Askell et al. 2021), on comparisons that nobody labelled.
     *
     * @param tuned the supervised model
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the model from which every preference model starts
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm judging(CausalLm tuned, SeededRandom rng, Stages kept) throws IOException {
        return preferenceModels.judging(
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
    public Assistant loop(CausalLm tuned, CausalLm judging, Labels labels, int rounds, SeededRandom rng, Stages kept)
            throws IOException {
        FlopCount flops = new FlopCount(tuned.config());
        List<CausalLm> deployed = new ArrayList<>(List.of(tuned));
        List<Preference> comparisons = new ArrayList<>();
        for (int round = 1; ; round++) {
            SeededRandom of = rng.split("round " + round);
            Stages keptRound = kept.of("round " + round);
            int number = config.labels() * round / rounds - config.labels() * (round - 1) / rounds;
            List<CausalLm> newest = deployed.subList(Math.max(0, deployed.size() - DEPLOYED), deployed.size());
            comparisons.addAll(compare(newest, number, labels, flops, of.split("comparisons"), keptRound));
            ReplyReward preferenceModel = preferenceModel(judging, comparisons, flops, of, keptRound);
            int rollouts = round == rounds ? config.rollouts() : config.rollouts() / 2;
            TunedModel policy = ppo(tuned, preferenceModel, rollouts, flops, of.split("PPO"), keptRound);
            deployed.add(policy.model());
            if (round == rounds) {
                return new Assistant(policy.model(), preferenceModel, comparisons, policy.rollouts(), flops.total());
            }
        }
    }

    /**
     * Comparisons (section 2.2): two replies to a request, each of any of the deployed policies, of which an annotator prefers
     * one. Equal replies are passed over, as nobody can prefer one; of policies that hardly vary there may be fewer than asked
     * for.
     *
     * @param deployed the policies, at least one
     * @param number how many, at the cost of at most 20 requests each
     * @param labels whose
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the preferences
     * @throws IOException if the stage cannot be kept
     */
    public List<Preference> compare(
            List<CausalLm> deployed, int number, Labels labels, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        SeededRandom samples = rng.split("samples");
        SeededRandom votes = rng.split("votes");
        KeptList<Preference> preferences = Preference.list();
        try (KeptRun run = kept.open(
                "comparisons",
                Map.of("samples", samples, "votes", votes, "preferences", preferences, "flops", flops))) {
            while (preferences.elements().size() < number && TOGETHER * run.step() < (long) DRAWS * number) {
                stage.proceed(
                        "comparisons", run, (double) preferences.elements().size() / number);
                List<int[]> prompts = new ArrayList<>();
                boolean[] harm = new boolean[TOGETHER];
                for (int i = 0; i < TOGETHER; i++) {
                    harm[i] = samples.nextDouble() < labels.harmless();
                    prompts.add(harm[i] ? desk.probing(samples) : desk.ordinary(samples));
                }
                List<Reply> ones = replies(deployed, prompts, samples);
                List<Reply> others = replies(deployed, prompts, samples);
                for (int i = 0; i < TOGETHER && preferences.elements().size() < number; i++) {
                    Reply one = ones.get(i);
                    Reply other = others.get(i);
                    flops.read(one.length() + other.length());
                    if (!one.equals(other)) {
                        DeskAnnotator annotator = harm[i] ? DeskAnnotator.harmless() : DeskAnnotator.helpful();
                        Preference vote = annotator.prefer(desk, one, other, votes);
                        boolean coin = votes.nextBoolean();
                        preferences.add(labels.shuffled() && coin ? vote.swapped() : vote);
                    }
                }
                run.updated(run.step() + 1);
            }
            run.finish(run.step());
        }
        return preferences.elements();
    }

    /** One reply to each prompt, of any of the models. */
    private static List<Reply> replies(List<CausalLm> models, List<int[]> prompts, RandomGenerator rng) {
        int[] of =
                prompts.stream().mapToInt(prompt -> rng.nextInt(models.size())).toArray();
        Reply[] replies = new Reply[of.length];
        for (int m = 0; m < models.size(); m++) {
            int model = m;
            int[] own =
                    IntStream.range(0, of.length).filter(i -> of[i] == model).toArray();
            if (own.length > 0) {
                List<Reply> drawn = ReplyModel.sample(
                        models.get(m), Arrays.stream(own).mapToObj(prompts::get).toList(), 1, rng);
                for (int i = 0; i < own.length; i++) {
                    replies[own[i]] = drawn.get(i);
                }
            }
        }
        return List.of(replies);
    }

    /** The preference model (section 3.2): {@code log(1 + exp(r_rejected - r_chosen))}. */
    private ReplyReward preferenceModel(
            CausalLm judging, List<Preference> comparisons, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        List<Reply> zero = demonstrations(ZERO, rng.split("demonstrations"));
        return preferenceModels.fit(
                judging, comparisons, config.epochs(), zero, flops, rng.split("preference model"), kept);
    }

    /** PPO (section 4.1): the reward is {@code r_PM - beta * log(pi / pi_0)}. */
    private TunedModel ppo(
            CausalLm tuned, ReplyReward preferenceModel, int rollouts, FlopCount flops, SeededRandom rng, Stages kept)
            throws IOException {
        ReplyGoal goal =
                new ReplyGoal(this::mixed, preferenceModel, reply -> (desk.helpful(reply) + desk.harmless(reply)) / 2);
        return policies.ppo(
                tuned,
                preferenceModel.model(),
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
