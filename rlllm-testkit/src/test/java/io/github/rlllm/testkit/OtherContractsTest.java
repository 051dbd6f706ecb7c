package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OtherContractsTest {
    private static void fails(Class<?> kit, String test) {
        KitRunner runner = KitRunner.run(kit);
        assertTrue(runner.failed.containsKey(test), () -> test + " passed; failed: " + runner.failed);
    }

    private static void passes(Class<?> kit, int tests) {
        KitRunner runner = KitRunner.run(kit);
        assertEquals(Map.of(), runner.failed);
        assertEquals(tests, runner.ran.size(), runner.ran::toString);
    }

    // --- policies -------------------------------------------------------------------------------------------------

    private static final Policy<float[], String> GOOD =
            seen -> Finite.softmax(List.of("left", "stay", "right"), -seen[0], 0, seen[0]);
    private static Policy<float[], String> policy = GOOD;

    static class PolicyKit extends PolicyContract<float[], String> {
        @Override
        protected Policy<float[], String> policy() {
            return policy;
        }

        @Override
        protected List<float[]> observations() {
            return List.of(new float[] {.5f}, new float[] {-2}, new float[] {0});
        }
    }

    @Test
    void aGoodPolicyPasses() {
        policy = GOOD;
        passes(PolicyKit.class, 9);
    }

    /** A distribution with some of its parts replaced. */
    private record Odd(Finite<String> p, String mode, double shift, boolean flat) implements Distribution<String> {
        @Override
        public String sample(RandomGenerator rng) {
            return flat ? p.support().get(rng.nextInt(3)) : p.sample(rng);
        }

        @Override
        public double logProb(String outcome) {
            return p.logProb(outcome) + shift;
        }
    }

    static Stream<Arguments> brokenPolicies() {
        int[] calls = {0};
        Policy<float[], String> impossible =
                seen -> new Odd(Finite.of(List.of("left", "stay", "right"), 0, 1, 1), "stay", 0, true);
        Policy<float[], String> batchOff = new Policy<>() {
            @Override
            public Distribution<String> at(float[] seen) {
                return GOOD.at(seen);
            }

            @Override
            public List<Distribution<String>> atAll(List<? extends float[]> observations) {
                List<Distribution<String>> answers = new ArrayList<>(Policy.super.atAll(observations));
                java.util.Collections.reverse(answers);
                return answers;
            }
        };
        Policy<float[], String> fewer = new Policy<>() {
            @Override
            public Distribution<String> at(float[] seen) {
                return GOOD.at(seen);
            }

            @Override
            public List<Distribution<String>> atAll(List<? extends float[]> observations) {
                return List.of(GOOD.at(observations.get(0)));
            }
        };
        Policy<float[], String> ownRandomness = seen -> new Distribution<>() {
            private final RandomGenerator own = new java.util.SplittableRandom(1);

            @Override
            public String sample(RandomGenerator rng) {
                return GOOD.at(seen).sample(own);
            }

            @Override
            public String mode() {
                return GOOD.at(seen).mode();
            }

            @Override
            public double logProb(String outcome) {
                return GOOD.at(seen).logProb(outcome);
            }
        };
        float[] shared = new float[1];
        Policy<float[], String> unsafe = seen -> {
            shared[0] = seen[0];
            Thread.yield();
            for (int i = 0; i < 2000; i++) {
                Thread.onSpinWait();
            }
            return GOOD.at(shared);
        };
        return Stream.of(
                Arguments.of("answersEveryObservationAndLeavesItUnchanged", (Policy<float[], String>) seen -> null),
                Arguments.of("answersEveryObservationAndLeavesItUnchanged", (Policy<float[], String>) seen -> {
                    Distribution<String> answer = GOOD.at(seen);
                    seen[0] /= 2;
                    return answer;
                }),
                Arguments.of("samplesCanOccur", impossible),
                Arguments.of("theModeIsMostProbable", (Policy<float[], String>)
                        seen -> new Odd((Finite<String>) GOOD.at(seen), seen[0] > 0 ? "left" : "right", 0, false)),
                Arguments.of("samplesFollowTheGenerator", ownRandomness),
                Arguments.of("samplesHaveTheirFrequencies", (Policy<float[], String>) seen ->
                        new Odd((Finite<String>) GOOD.at(seen), GOOD.at(seen).mode(), 0, true)),
                Arguments.of("samplesHaveTheirFrequencies", (Policy<float[], String>) seen ->
                        new Odd((Finite<String>) GOOD.at(seen), GOOD.at(seen).mode(), -.3, false)),
                Arguments.of("batchesEqualSingleAnswers", batchOff),
                Arguments.of("batchesEqualSingleAnswers", fewer),
                Arguments.of("answersDoNotDependOnWhatCameBefore", (Policy<float[], String>)
                        seen -> GOOD.at(new float[] {calls[0]++ % 7})),
                Arguments.of("threadsGetTheSameAnswers", unsafe));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("brokenPolicies")
    void aBrokenPolicyFails(String test, Policy<float[], String> broken) {
        policy = broken;
        fails(PolicyKit.class, test);
    }

    // --- reward models ----------------------------------------------------------------------------------------------

    private static final RewardModel<String> LENGTHS = new RewardModel<>() {
        @Override
        public double score(String judged) {
            if (judged.isEmpty()) {
                throw new io.github.rlllm.api.NothingLeftException("nothing is written");
            }
            return judged.length();
        }

        @Override
        public boolean scores(String judged) {
            return !judged.isEmpty();
        }
    };
    private static RewardModel<String> reward = LENGTHS;

    static class RewardKit extends RewardModelContract<String> {
        @Override
        protected RewardModel<String> model() {
            return reward;
        }

        @Override
        protected List<String> scorable() {
            return List.of("a", "bcd", "ef");
        }

        @Override
        protected List<String> unscorable() {
            return List.of("");
        }
    }

    @Test
    void aGoodRewardModelPasses() {
        reward = LENGTHS;
        passes(RewardKit.class, 6);
    }

    private interface Batch {
        double[] of(List<? extends String> batch);
    }

    private static RewardModel<String> batches(Batch batches) {
        return new RewardModel<>() {
            @Override
            public double score(String judged) {
                return LENGTHS.score(judged);
            }

            @Override
            public boolean scores(String judged) {
                return LENGTHS.scores(judged);
            }

            @Override
            public double[] scoreAll(List<? extends String> batch) {
                return batches.of(batch);
            }
        };
    }

    static Stream<Arguments> brokenRewards() {
        double[] buffer = new double[4];
        int[] calls = {0};
        return Stream.of(
                Arguments.of("scoresAreFinite", (RewardModel<String>) judged -> judged.length() == 3 ? Double.NaN : 0),
                Arguments.of("whatCannotBeJudgedIsRefused", (RewardModel<String>) String::length),
                Arguments.of("batchesEqualSingleScores", batches(batch -> new double[batch.size()])),
                Arguments.of("batchesEqualSingleScores", batches(batch -> new double[1])),
                Arguments.of("scoresBelongToTheCaller", batches(batch -> {
                    for (int i = 0; i < batch.size(); i++) {
                        buffer[i] = LENGTHS.score(batch.get(i));
                    }
                    return batch.size() == 3 ? shared(buffer) : java.util.Arrays.copyOf(buffer, batch.size());
                })),
                Arguments.of("threadsGetTheSameScores", (RewardModel<String>) judged -> calls[0]++),
                Arguments.of("combines", new RewardModel<String>() {
                    @Override
                    public double score(String judged) {
                        return LENGTHS.score(judged);
                    }

                    @Override
                    public boolean scores(String judged) {
                        return LENGTHS.scores(judged);
                    }

                    @Override
                    public RewardModel<String> scaled(double factor) {
                        return this;
                    }
                }));
    }

    private static final double[] THREE = new double[3];

    private static double[] shared(double[] values) {
        System.arraycopy(values, 0, THREE, 0, 3);
        return THREE;
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("brokenRewards")
    void aBrokenRewardModelFails(String test, RewardModel<String> broken) {
        reward = broken;
        fails(RewardKit.class, test);
    }

    // --- skills
    // -------------------------------------------------------------------------------------------------------

    private static SkillResult work(SkillCall call, Control control) {
        for (int i = 0; i < 5; i++) {
            if (control.cancelled()) {
                return new SkillResult(SkillResult.Status.CANCELLED, "stopped");
            }
        }
        return new SkillResult(SkillResult.Status.SUCCESS, "");
    }

    private static Skill.Builder<String> builder() {
        return Skill.<String>named("get", "thing")
                .requires(Map.of("{thing} near", 1))
                .yields(Map.of("{thing}", 1));
    }

    private static Skill<String> skill = builder().does(OtherContractsTest::work);

    static class SkillKit extends SkillContract<String> {
        @Override
        protected Skill<String> skill() {
            return skill;
        }

        @Override
        protected String state() {
            return "a ball is near";
        }

        @Override
        protected List<String> arguments() {
            return List.of("ball");
        }

        @Override
        protected Duration patience() {
            return Duration.ofMillis(200);
        }
    }

    @Test
    void aGoodSkillPasses() {
        skill = builder().does(OtherContractsTest::work);
        passes(SkillKit.class, 6);
    }

    /** A skill without the checks of the builder. */
    private static class Bare implements Skill<String> {
        @Override
        public String name() {
            return "get";
        }

        @Override
        public List<String> parameters() {
            return List.of("thing");
        }

        @Override
        public Map<String, Integer> preconditions() {
            return Map.of();
        }

        @Override
        public Map<String, Integer> effects() {
            return Map.of();
        }

        @Override
        public double affordance(String state, List<String> arguments) {
            return 1;
        }

        @Override
        public CompletionStage<SkillResult> start(SkillCall call, Control control) {
            return CompletableFuture.completedFuture(work(call, control));
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Hazard hazard() {
            return Hazard.NONE;
        }
    }

    static Stream<Arguments> brokenSkills() {
        return Stream.of(
                Arguments.of("isDescribed", new Bare() {
                    @Override
                    public List<String> parameters() {
                        return List.of("thing", "thing");
                    }
                }),
                Arguments.of("isDescribed", new Bare() {
                    @Override
                    public Map<String, Integer> preconditions() {
                        return Map.of("ball", 0);
                    }
                }),
                Arguments.of("isDescribed", new Bare() {
                    @Override
                    public Duration timeout() {
                        return Duration.ZERO;
                    }
                }),
                Arguments.of("theAffordanceIsAProbability", new Bare() {
                    @Override
                    public double affordance(String state, List<String> arguments) {
                        return 1.5;
                    }
                }),
                Arguments.of("theAffordanceIsAProbability", new Bare() {
                    private int asked;

                    @Override
                    public double affordance(String state, List<String> arguments) {
                        return 1. / ++asked;
                    }
                }),
                Arguments.of("otherCallsAreRefused", new Bare()),
                Arguments.of("endsWithAResult", new Bare() {
                    @Override
                    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
                        return CompletableFuture.failedFuture(new IllegalStateException("arm"));
                    }
                }),
                Arguments.of("endsWithAResult", new Bare() {
                    @Override
                    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
                        return CompletableFuture.completedFuture(null);
                    }
                }),
                Arguments.of("endsWithAResult", new Bare() {
                    @Override
                    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
                        return new CompletableFuture<>();
                    }
                }),
                Arguments.of("aCancelledStartIsCancelled", new Bare() {
                    @Override
                    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
                        return super.start(call, Control.none());
                    }
                }),
                Arguments.of("aCancelStopsIt", new Bare() {
                    @Override
                    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
                        while (!Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                        return super.start(call, control);
                    }
                }));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("brokenSkills")
    void aBrokenSkillFails(String test, Skill<String> broken) {
        skill = broken;
        fails(SkillKit.class, test);
    }

    // --- planners
    // -----------------------------------------------------------------------------------------------------

    /** Does what was not done yet, drawn by the generator. */
    private static final Planner<String> PLANS = context -> {
        List<SkillCall> left = new ArrayList<>(context.allowed());
        context.history().forEach(event -> left.remove(event.call()));
        return left.isEmpty()
                ? Directive.done()
                : Directive.invoke(left.get(context.rng().nextInt(left.size())));
    };

    private static Planner<String> planner = PLANS;

    static class PlannerKit extends PlannerContract<String> {
        @Override
        protected Planner<String> planner() {
            return planner;
        }

        @Override
        protected List<PlanContext<String>> contexts(RandomGenerator rng) {
            List<SkillCall> calls =
                    List.of(SkillCall.of("get", "ball"), SkillCall.of("get", "key"), SkillCall.of("wait"));
            PlanEvent done = PlanEvent.executed(calls.get(0), new SkillResult(SkillResult.Status.SUCCESS, ""));
            return List.of(
                    new PlanContext<>("get all", "s", List.of(), calls, Budget.ofCalls(9), Control.none(), rng),
                    new PlanContext<>("get all", "s", List.of(done), calls, Budget.ofCalls(8), Control.none(), rng),
                    new PlanContext<>("rest", "s", List.of(done), calls, Budget.ofCalls(8), Control.none(), rng));
        }
    }

    @Test
    void aGoodPlannerPasses() {
        planner = PLANS;
        passes(PlannerKit.class, 5);
    }

    static Stream<Arguments> brokenPlanners() {
        int[] calls = {0};
        RandomGenerator own = new java.util.SplittableRandom(4);
        List<String> tasks = new ArrayList<>();
        return Stream.of(
                Arguments.of("invokesAllowedCallsAlone", (Planner<String>) context -> null),
                Arguments.of("invokesAllowedCallsAlone", (Planner<String>)
                        context -> Directive.invoke(SkillCall.of("get", "moon"))),
                Arguments.of(
                        "theMaskIsHard", (Planner<String>) context -> Directive.invoke(SkillCall.of("get", "key"))),
                Arguments.of("equalContextsGiveEqualDirectives", (Planner<String>)
                        context -> Directive.ask("question " + calls[0]++)),
                Arguments.of("equalContextsGiveEqualDirectives", (Planner<String>)
                        context -> Directive.ask("question " + own.nextInt())),
                Arguments.of("keepsNoMemory", (Planner<String>) context -> {
                    tasks.add(context.task());
                    return Directive.giveUp("after " + tasks.size());
                }),
                Arguments.of("threadsGetTheSameDirectives", (Planner<String>)
                        context -> Directive.ask(Thread.currentThread().getName())));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("brokenPlanners")
    void aBrokenPlannerFails(String test, Planner<String> broken) {
        planner = broken;
        fails(PlannerKit.class, test);
    }
}
