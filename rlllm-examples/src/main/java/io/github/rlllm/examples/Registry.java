package io.github.rlllm.examples;

import io.github.rlllm.examples.bench.Benchmark;
import io.github.rlllm.examples.bench.CandidateBench;
import io.github.rlllm.examples.bench.CartPoleSteps;
import io.github.rlllm.examples.bench.DqnDoorKey;
import io.github.rlllm.examples.bench.DqnFrozenLake;
import io.github.rlllm.examples.bench.LmDpo;
import io.github.rlllm.examples.bench.LmGenerate;
import io.github.rlllm.examples.bench.LmGrpo;
import io.github.rlllm.examples.bench.LmScore;
import io.github.rlllm.examples.bench.LmSft;
import io.github.rlllm.examples.bench.MiniGridSteps;
import io.github.rlllm.examples.bench.PlannerBench;
import io.github.rlllm.examples.bench.PpoCartPole;
import io.github.rlllm.examples.bench.PpoDoorKey;
import io.github.rlllm.examples.bench.RewardPrograms;
import io.github.rlllm.examples.design.EurekaDemonstration;
import io.github.rlllm.examples.design.SelfRefinedDemonstration;
import io.github.rlllm.examples.experiment.ExperimentRequest;
import io.github.rlllm.examples.experiment.FeedbackTuning;
import io.github.rlllm.examples.learn.CartPolePpo;
import io.github.rlllm.examples.learn.ExactRlhf;
import io.github.rlllm.examples.learn.FrozenLakeDqn;
import io.github.rlllm.examples.learn.HhRlhfRun;
import io.github.rlllm.examples.learn.OfflineAlignmentRun;
import io.github.rlllm.examples.learn.RlAgainstNonRl;
import io.github.rlllm.examples.learn.RlAgainstNonRlTrials;
import io.github.rlllm.examples.plan.InnerMonologueRun;
import io.github.rlllm.examples.plan.Plan4McRun;
import io.github.rlllm.examples.plan.PlannerActorReporterRun;
import io.github.rlllm.examples.plan.SayCanRun;
import io.github.rlllm.examples.reward.ProxyRewardRun;
import io.github.rlllm.examples.reward.Text2RewardRun;
import io.github.rlllm.llm4rl.eureka.Eureka;
import io.github.rlllm.llm4rl.selfrefined.SelfRefined;
import io.github.rlllm.rlplusllm.reporter.ModelPlanner;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What {@code rlllm run} and {@code rlllm bench} know by name. A study that works adds one line here, which also makes its
 * row of the catalogue say so.
 */
final class Registry {
    private final SortedMap<String, Supplier<Demonstration>> runs = new TreeMap<>();
    private final SortedMap<String, Supplier<Benchmark>> benches = new TreeMap<>();
    private final SortedMap<String, Supplier<String>> prompts = new TreeMap<>();

    /** Everything that works. */
    static Registry standard() {
        return new Registry() //
                .run("cartpole-ppo", CartPolePpo::new)
                .run("eureka", EurekaDemonstration::new)
                .prompts("eureka", Eureka::prompts)
                .run("self-refined-reward", SelfRefinedDemonstration::new)
                .prompts("self-refined-reward", SelfRefined::prompts)
                .run("exact-rlhf", ExactRlhf::new)
                .run("frozenlake-dqn", FrozenLakeDqn::new)
                .run(
                        "instructgpt",
                        () -> request -> FeedbackTuning.withPretrainingMix().run(ExperimentRequest.of(request)))
                .run("hh-rlhf", HhRlhfRun::new)
                .run("inner-monologue", InnerMonologueRun::new)
                .prompts("inner-monologue", InnerMonologueRun::prompts)
                .run("offline-alignment", OfflineAlignmentRun::new)
                .run("planner-actor-reporter", PlannerActorReporterRun::new)
                .prompts("planner-actor-reporter", ModelPlanner::prompts)
                .run("proxy-reward", ProxyRewardRun::new)
                .prompts("proxy-reward", ProxyRewardRun::prompts)
                .run("rl-against-non-rl", RlAgainstNonRl::new)
                .run("rl-against-non-rl-trials", RlAgainstNonRlTrials::new)
                .run("text2reward", Text2RewardRun::new)
                .prompts("text2reward", Text2RewardRun::prompts)
                .run("plan4mc", Plan4McRun::new)
                .prompts("plan4mc", Plan4McRun::prompts)
                .run("saycan", SayCanRun::new)
                .bench("candidates", CandidateBench::new)
                .bench("cartpole-steps", CartPoleSteps::new)
                .bench("dqn-doorkey", DqnDoorKey::new)
                .bench("dqn-frozenlake", DqnFrozenLake::new)
                .bench("lm-dpo", LmDpo::new)
                .bench("lm-generate", LmGenerate::new)
                .bench("lm-grpo", LmGrpo::new)
                .bench("lm-score", LmScore::new)
                .bench("lm-sft", LmSft::new)
                .bench("minigrid-steps", MiniGridSteps::new)
                .bench("planner", PlannerBench::new)
                .bench("ppo-cartpole", PpoCartPole::new)
                .bench("ppo-doorkey", PpoDoorKey::new)
                .bench("reward-program", RewardPrograms::new);
    }

    /** Adds what {@code rlllm run ID} starts. */
    Registry run(String id, Supplier<Demonstration> demonstration) {
        runs.put(id, demonstration);
        return this;
    }

    /** Adds what {@code rlllm bench NAME} starts. */
    Registry bench(String name, Supplier<Benchmark> benchmark) {
        benches.put(name, benchmark);
        return this;
    }

    /** Adds the prompts that {@code rlllm show ID --prompts} shows, as a language model sees them. */
    Registry prompts(String id, Supplier<String> shown) {
        prompts.put(id, shown);
        return this;
    }

    SortedMap<String, Supplier<Demonstration>> runs() {
        return Collections.unmodifiableSortedMap(runs);
    }

    SortedMap<String, Supplier<String>> prompts() {
        return Collections.unmodifiableSortedMap(prompts);
    }

    SortedMap<String, Supplier<Benchmark>> benches() {
        return Collections.unmodifiableSortedMap(benches);
    }
}
