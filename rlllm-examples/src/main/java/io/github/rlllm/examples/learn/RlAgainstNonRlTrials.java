package io.github.rlllm.examples.learn;

import static io.github.rlllm.examples.learn.MethodSeed.PROXY;
import static io.github.rlllm.examples.learn.MethodSeed.TRUE;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.learn.MethodTrials.Method;
import io.github.rlllm.examples.learn.MethodTrials.Setting;
import io.github.rlllm.rl4llm.replies.Preference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * {@code rlllm run rl-against-non-rl-trials}: every setting of {@link MethodTrials} on development seeds (101 and on) and on
 * prompts that the table never judges by. An aim a method says whether the setting that the table uses is the best one here.
 */
public final class RlAgainstNonRlTrials implements Demonstration {
    static final String ID = "rl-against-non-rl-trials";
    static final int FIRST_SEED = 101;

    private final ReplyBase base;
    private final MethodSeed.Sizes sizes;
    private final LongSupplier nanos;

    /** The run of the command line. */
    public RlAgainstNonRlTrials() {
        this(ReplyBase.defaults(), MethodSeed.Sizes.defaults(), System::nanoTime);
    }

    RlAgainstNonRlTrials(ReplyBase base, MethodSeed.Sizes sizes, LongSupplier nanos) {
        this.base = base;
        this.sizes = sizes;
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 2;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        try (ReplyRun run = new ReplyRun(ID, request, nanos)) {
            Stages kept = run.kept(base + " " + sizes + " " + MethodTrials.methods());
            ReplyBase.Start start = base.start(run.runtime(), request, kept.of("shared"));
            List<int[]> prompts = ReplyRun.prompts("development prompts", sizes.heldOut(), base.task()::prompt);
            for (int seed = FIRST_SEED; seed < FIRST_SEED + request.seeds(); seed++) {
                Stages keptSeed = kept.of("seed " + seed);
                SeededRandom rng = SeededRandom.of(seed, RlAgainstNonRl.ID);
                List<Preference> preferences =
                        base.preferences(run.runtime(), request, start.tuned(), sizes.pairs(), rng, keptSeed);
                MethodSeed tried =
                        new MethodSeed(run, request, base, sizes, start, seed, preferences, prompts, keptSeed);
                tried.start();
                for (Method method : MethodTrials.methods()) {
                    for (Setting setting : method.trials()) {
                        tried.method(method.name(), setting, row(method, setting));
                    }
                }
            }
            String model = ReplyRun.GPT + "; annotator simulated; development seeds " + FIRST_SEED + " to "
                    + (FIRST_SEED + request.seeds() - 1);
            return new Result(
                    ID,
                    request.seeds(),
                    run.seconds(),
                    run.machine(),
                    run.table().arms(model),
                    aims(run));
        }
    }

    private static String row(Method method, Setting setting) {
        return method.name() + ", " + method.named(setting);
    }

    private static List<Aim> aims(ReplyRun run) {
        List<Aim> aims = new ArrayList<>();
        for (Method method : MethodTrials.methods()) {
            String best = best(run, method, TRUE);
            aims.add(Aim.atLeast(
                    method.name() + ": the table's setting (" + method.named(method.setting())
                            + ") less the best here (" + best + "; by the learned reward " + best(run, method, PROXY)
                            + "), true score",
                    run.table().mean(row(method, method.setting()), TRUE)
                            - run.table().mean(method.name() + ", " + best, TRUE),
                    0));
        }
        return aims;
    }

    /** The setting that is best in a figure. */
    private static String best(ReplyRun run, Method method, String figure) {
        return method.trials().stream()
                .max(Comparator.comparingDouble(setting -> run.table().mean(row(method, setting), figure)))
                .map(method::named)
                .orElseThrow();
    }
}
