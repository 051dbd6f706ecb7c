package io.github.rlllm.examples.learn;

import static io.github.rlllm.examples.learn.MethodSeed.FLOPS;
import static io.github.rlllm.examples.learn.MethodSeed.START;
import static io.github.rlllm.examples.learn.MethodSeed.TRUE;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.examples.learn.MethodTrials.Method;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.Preference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * {@code rlllm run rl-against-non-rl}: the beginning of the paper's open question 3. Nine methods on one task, from one
 * supervised model, with the same preferences, equal compute ({@link FlopCount}, with sampling, scoring and the reward model
 * where one is used) and equally many settings tried ({@link MethodTrials}). Beside them the controls: methods on shuffled
 * preferences, which must not raise the true score.
 */
public final class RlAgainstNonRl implements Demonstration {
    static final String ID = "rl-against-non-rl";
    static final String SHUFFLED = ", shuffled preferences";
    static final List<String> CONTROLS =
            List.of(MethodTrials.WEIGHTED, MethodTrials.DPO, MethodTrials.PPO, MethodTrials.RLOO);

    private final ReplyBase base;
    private final MethodSeed.Sizes sizes;
    private final LongSupplier nanos;

    /** The run of the command line. */
    public RlAgainstNonRl() {
        this(ReplyBase.defaults(), MethodSeed.Sizes.defaults(), System::nanoTime);
    }

    /**
     * A run of other sizes.
     *
     * @param base where all start
     * @param sizes the sizes
     * @param nanos a nanosecond clock
     */
    RlAgainstNonRl(ReplyBase base, MethodSeed.Sizes sizes, LongSupplier nanos) {
        this.base = base;
        this.sizes = sizes;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        try (ReplyRun run = new ReplyRun(ID, request, nanos)) {
            Stages kept = run.kept(base + " " + sizes + " " + MethodTrials.methods());
            ReplyBase.Start start = base.start(run.runtime(), request, kept.of("shared"));
            List<int[]> prompts = ReplyRun.prompts("held-out prompts", sizes.heldOut(), base.task()::prompt);
            for (int seed = 1; seed <= request.seeds(); seed++) {
                Stages keptSeed = kept.of("seed " + seed);
                SeededRandom rng = SeededRandom.of(seed, ID);
                List<Preference> preferences =
                        base.preferences(run.runtime(), request, start.tuned(), sizes.pairs(), rng, keptSeed);
                MethodSeed judged =
                        new MethodSeed(run, request, base, sizes, start, seed, preferences, prompts, keptSeed);
                judged.start();
                for (Method method : MethodTrials.methods()) {
                    judged.method(method.name(), method.setting(), method.name());
                }
                List<Preference> shuffled = ReplyRun.shuffled(preferences, rng.split("coin"));
                MethodSeed control = new MethodSeed(
                        run, request, base, sizes, start, seed, shuffled, prompts, keptSeed.of("shuffled"));
                for (String method : CONTROLS) {
                    control.method(method, MethodTrials.of(method).setting(), method + SHUFFLED);
                }
            }
            return new Result(ID, request.seeds(), run.seconds(), run.machine(), arms(run), aims(run));
        }
    }

    /** Each with the setting that was chosen for it. */
    private static List<Arm> arms(ReplyRun run) {
        String model = ReplyRun.GPT + "; annotator simulated; pre-training and SFT shared by the seeds";
        List<Arm> arms = new ArrayList<>();
        for (Arm arm : run.table().arms(model)) {
            String name = arm.name().replace(SHUFFLED, "");
            String setting = name.equals(START)
                    ? ""
                    : "; " + MethodTrials.of(name).named(MethodTrials.of(name).setting()) + ", the best of "
                            + MethodTrials.EACH + " on development seeds";
            arms.add(new Arm(arm.name(), model + setting, arm.metrics()));
        }
        return arms;
    }

    private static List<Aim> aims(ReplyRun run) {
        List<Aim> aims = new ArrayList<>();
        for (Method method : MethodTrials.methods()) {
            aims.add(Aim.atLeast(
                    method.name() + ": rise of the true score, lower end of its 95 % interval over seeds",
                    run.difference(method.name(), START, TRUE).low(),
                    Bounds.APART));
        }
        String rl = best(run, Method::learns);
        String other = best(run, method -> !method.learns());
        aims.add(Aim.atLeast(
                "best with RL (" + rl + ") less best without (" + other
                        + "), true score, lower end of its 95 % interval over seeds",
                run.difference(rl, other, TRUE).low(),
                Bounds.APART));
        for (String method : CONTROLS) {
            aims.add(Aim.atMost(
                    method + SHUFFLED + ": rise of the true score, lower end of its 95 % interval over seeds",
                    run.difference(method + SHUFFLED, START, TRUE).low(),
                    Bounds.SHUFFLED_RISE));
        }
        double most = spent(run).max().orElseThrow();
        double least = spent(run).min().orElseThrow();
        aims.add(Aim.atMost("most operations of a method over least", most / least, Bounds.EQUAL_COMPUTE));
        return aims;
    }

    private static DoubleStream spent(ReplyRun run) {
        return MethodTrials.methods().stream().mapToDouble(method -> run.table().mean(method.name(), FLOPS));
    }

    private static String best(ReplyRun run, Predicate<Method> some) {
        return MethodTrials.methods().stream()
                .filter(some)
                .map(Method::name)
                .max(Comparator.comparingDouble(name -> run.table().mean(name, TRUE)))
                .orElseThrow();
    }
}
