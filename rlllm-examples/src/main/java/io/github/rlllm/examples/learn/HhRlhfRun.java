package io.github.rlllm.examples.learn;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rl4llm.feedback.GroupAccuracy;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhf;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhf.Assistant;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhf.Labels;
import io.github.rlllm.rl4llm.hhrlhf.HhRlhfConfig;
import io.github.rlllm.rl4llm.hhrlhf.Panel;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * {@code rlllm run hh-rlhf}: two objectives that pull apart, and the online loop against the static way with as many labels.
 * Pre-training and supervised tuning are shared by the seeds; comparisons, preference models and policies are made anew.
 */
public final class HhRlhfRun implements Demonstration {
    static final String ID = "hh-rlhf";
    static final String SFT = "SFT";
    static final String STATIC = "static";
    static final String ONLINE = "online";
    static final String HELPFUL_ONLY = "helpful labels only";
    static final String HARMLESS_ONLY = "harmless labels only";
    static final String CONTROL = "control: shuffled labels";
    static final String ONLINE_LESS_STATIC = "online less static";

    static final String HELPFUL = "helpful";
    static final String HARMLESS = "harmless";
    static final String BOTH = "mean of both";
    static final String EVASIVE = "refuses to tell a place";
    static final String KL = "KL to SFT";
    static final String FIT = "R^2 of reward in root of KL";
    static final String PANEL = "annotators";
    static final String KAPPA = "kappa of ";
    static final String ACCURACY = "preference model's accuracy, ";
    static final String LONGER = "longer reply's accuracy, ";
    static final String LABELS = "labels";
    static final String FLOPS = "operations";

    private static final double GIGA = 1e9;
    private static final int TESTED = 300;

    private final FrontDesk desk = new FrontDesk();
    private final HhRlhfConfig config;
    private final int heldOut;
    private final LongSupplier nanos;

    /** The run of the command line. */
    public HhRlhfRun() {
        this(HhRlhfConfig.defaults(), 512, System::nanoTime);
    }

    HhRlhfRun(HhRlhfConfig config, int heldOut, LongSupplier nanos) {
        this.config = config;
        this.heldOut = heldOut;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        return run(request, 1);
    }

    /** Of seeds from another first one on, for choosing settings. */
    Result run(RunRequest request, int first) throws IOException {
        try (ReplyRun run = new ReplyRun(ID, request, nanos)) {
            HhRlhf study = new HhRlhf(run.runtime(), desk, config, request.progress(), request.control());
            Stages kept = run.kept(config + " " + heldOut);
            CausalLm tuned = study.supervised(SeededRandom.of(0, ID + ", shared by all seeds"), kept.of("shared"));
            CausalLm judging =
                    study.judging(tuned, SeededRandom.of(0, ID + ", judging, shared by all seeds"), kept.of("shared"));
            for (int seed = first; seed < first + request.seeds(); seed++) {
                seed(run, study, tuned, judging, seed, kept.of("seed " + seed));
            }
            String model = ReplyRun.GPT + "; annotators simulated; pre-training and SFT shared by the seeds";
            List<Arm> arms = new ArrayList<>(run.table().arms(model));
            arms.add(new Arm(
                    ONLINE_LESS_STATIC,
                    model,
                    Map.of(
                            HELPFUL, run.difference(ONLINE, STATIC, HELPFUL),
                            HARMLESS, run.difference(ONLINE, STATIC, HARMLESS),
                            BOTH, run.difference(ONLINE, STATIC, BOTH))));
            return new Result(ID, request.seeds(), run.seconds(), run.machine(), arms, aims(run));
        }
    }

    private static List<Aim> aims(ReplyRun run) {
        Metric gain = run.difference(ONLINE, STATIC, BOTH);
        return List.of(
                Aim.atLeast(
                        "online less static, mean of help and harmlessness, lower end of its 95 % interval over seeds",
                        gain.low(), Bounds.APART),
                Aim.atLeast(
                        "online less SFT, helpful",
                        run.difference(ONLINE, SFT, HELPFUL).low(),
                        Bounds.APART),
                Aim.atLeast(
                        "online less SFT, harmless",
                        run.difference(ONLINE, SFT, HARMLESS).low(),
                        Bounds.APART),
                Aim.atLeast(
                        "helpful labels only less harmless labels only, helpful",
                        run.difference(HELPFUL_ONLY, HARMLESS_ONLY, HELPFUL).low(),
                        Bounds.APART),
                Aim.atLeast(
                        "harmless labels only less helpful labels only, harmless",
                        run.difference(HARMLESS_ONLY, HELPFUL_ONLY, HARMLESS).low(),
                        Bounds.APART),
                Aim.atLeast(
                        "reward in the root of KL, R^2 of online's last PPO",
                        run.table().mean(ONLINE, FIT),
                        Bounds.ROOT_KL_FIT),
                Aim.atMost(
                        "shuffled labels: rise of the mean of both over SFT, lower end of its 95 % interval over seeds",
                        run.difference(CONTROL, SFT, BOTH).low(), Bounds.SHUFFLED_RISE));
    }

    private void seed(ReplyRun run, HhRlhf study, CausalLm tuned, CausalLm judging, int seed, Stages kept)
            throws IOException {
        SeededRandom rng = SeededRandom.of(seed, ID);
        // Fresh pairs of the supervised model, on which a panel judges and every preference model is tried.
        FlopCount uncounted = new FlopCount(tuned.config());
        List<List<Preference>> tests = new ArrayList<>();
        for (int harmless = 0; harmless <= 1; harmless++) {
            tests.add(study.compare(
                    List.of(tuned),
                    Math.min(TESTED, heldOut),
                    new Labels(harmless, false),
                    uncounted,
                    rng.split("test " + harmless),
                    kept.of("test " + harmless)));
        }
        Panel panel = Panel.of(desk, tests.get(0), tests.get(1), rng.split("panel"));
        panel.agreements().forEach((who, agreement) -> {
            if (Double.isFinite(agreement.kappa())) {
                run.table().add(PANEL, KAPPA + who, "kappa", agreement.kappa());
            }
        });
        judge(run, SFT, tuned, tuned);
        run.keepSupervised(SFT, tuned, FrontDesk.class, List.of(HELPFUL, HARMLESS, EVASIVE));
        arm(run, study, tuned, judging, seed, STATIC, new Labels(0.5, false), 1, panel, kept);
        arm(run, study, tuned, judging, seed, ONLINE, new Labels(0.5, false), config.rounds(), panel, kept);
        arm(run, study, tuned, judging, seed, HELPFUL_ONLY, new Labels(0, false), 1, panel, kept);
        arm(run, study, tuned, judging, seed, HARMLESS_ONLY, new Labels(1, false), 1, panel, kept);
        arm(run, study, tuned, judging, seed, CONTROL, new Labels(0.5, true), 1, panel, kept);
    }

    private void arm(
            ReplyRun run,
            HhRlhf study,
            CausalLm tuned,
            CausalLm judging,
            int seed,
            String row,
            Labels labels,
            int rounds,
            Panel panel,
            Stages kept)
            throws IOException {
        run.proceed(row, seed);
        Assistant assistant = study.loop(tuned, judging, labels, rounds, SeededRandom.of(seed, ID), kept.of(row));
        run.curve(seed, row, assistant.rollouts());
        judge(run, row, assistant.policy(), tuned);
        run.table().add(row, FIT, "share of variance", fit(assistant.rollouts()));
        run.table().add(row, LABELS, "comparisons", assistant.comparisons().size());
        run.table().add(row, FLOPS, "GFLOP", assistant.flops() / GIGA);
        List<String> figures = new ArrayList<>();
        for (GroupAccuracy group : panel.byAnnotator(assistant.preferenceModel())) {
            figures.add(served(run, row, "annotator " + group.group(), group));
        }
        for (GroupAccuracy group : panel.byRequest(assistant.preferenceModel())) {
            figures.add(served(run, row, "asked for " + group.group(), group));
        }
        run.keep(
                seed,
                row,
                assistant.policy(),
                FrontDesk.class,
                assistant.comparisons().size(),
                List.of(HELPFUL, HARMLESS, EVASIVE, KL, FLOPS));
        run.keepReward(
                seed,
                row,
                assistant.preferenceModel(),
                FrontDesk.class,
                assistant.comparisons().size(),
                figures);
    }

    /** How well the preference model serves a group; answers the figure's name. */
    private static String served(ReplyRun run, String row, String whom, GroupAccuracy group) {
        run.table().add(row, ACCURACY + whom, "share of pairs", group.accuracy().accuracy());
        run.table().add(row, LONGER + whom, "share of pairs", group.longer().accuracy());
        return ACCURACY + whom;
    }

    /** How much of the learned reward's variance over the rollouts a line in the root of KL explains. */
    private static double fit(List<Rollout> rollouts) {
        SimpleRegression line = new SimpleRegression();
        rollouts.forEach(rollout -> line.addData(Math.sqrt(Math.max(0, rollout.kl())), rollout.proxy()));
        double share = line.getRSquare();
        return Double.isFinite(share) ? share : 0; // too few rollouts for a line
    }

    private void judge(ReplyRun run, String row, CausalLm model, CausalLm tuned) {
        List<Reply> ordinary = ReplyRun.replies(model, ReplyRun.prompts("ordinary requests", heldOut, desk::ordinary));
        List<Reply> probing = ReplyRun.replies(model, ReplyRun.prompts("probing requests", heldOut, desk::probing));
        double helpful = ReplyRun.mean(ordinary, desk::helpful);
        double harmless = ReplyRun.mean(probing, desk::harmless);
        run.table().add(row, HELPFUL, "true score", helpful);
        run.table().add(row, HARMLESS, "share of replies", harmless);
        run.table().add(row, BOTH, "true score", (helpful + harmless) / 2);
        List<Reply> places = ordinary.stream()
                .filter(reply -> !desk.asksForGuest(reply.prompt()))
                .toList();
        run.table()
                .add(
                        row,
                        EVASIVE,
                        "share of replies",
                        ReplyRun.mean(places, reply -> desk.read(reply).refused() ? 1 : 0));
        List<Reply> all = new ArrayList<>(ordinary);
        all.addAll(probing);
        run.table().add(row, KL, "nats", ReplyModel.kl(model, all, tuned, all));
    }
}
