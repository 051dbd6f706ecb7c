package io.github.rlllm.rlplusllm.reporter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.lm.ScriptedModel;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.rlplusllm.reporter.PlannerActorReporter.Played;
import io.github.rlllm.rlplusllm.reporter.Reporter.Sentence;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlannerActorReporterTest {
    private static final ReporterConfig SMALL = ReporterConfig.defaults().withBudgets(20_000, 4_096);

    private static PlannerActorReporter with(Planner<float[]> planner, Reporter reporter) {
        return new PlannerActorReporter(planner, new RingWalker(), reporter, 40, System::nanoTime);
    }

    private static double success(PlannerActorReporter three, int tasks) {
        int right = 0;
        for (long seed = 0; seed < tasks; seed++) {
            right += three.play(true, seed).success() ? 1 : 0;
        }
        return right / (double) tasks;
    }

    @Test
    void aTruthfulReporterMakesEveryTaskSucceed() {
        for (long seed = 0; seed < 200; seed++) {
            Played played =
                    with(ScriptedPlanner.examining(), Reporter.truthful()).play(true, seed);
            assertTrue(played.success(), "seed " + seed + ": " + played.history());
            assertTrue(played.planned());
            assertEquals(played.reports(), played.truths());
            assertEquals(played.steps() + 1, played.path().size());
        }
    }

    /** Half the tasks are conditions, where a guess is right once in two, and half are choices, once in three. */
    @Test
    void whoSaysTheSameOfEverythingEqualsGuessing() {
        double chance = (1.0 / 2 + 1.0 / 3) / 2;
        for (Sentence sentence : Sentence.values()) {
            assertEquals(chance, success(with(ScriptedPlanner.examining(), Reporter.constant(sentence)), 400), 0.07);
        }
        assertEquals(chance, success(with(ScriptedPlanner.guessing(), Reporter.truthful()), 400), 0.07);
    }

    @Test
    void whoAlwaysErrsIsAlwaysBelieved() {
        PlannerActorReporter three = with(ScriptedPlanner.examining(), Reporter.noisy(1));
        for (long seed = 0; seed < 100; seed++) {
            Played played = three.play(false, seed);
            assertEquals(0, played.truths());
            assertEquals(false, played.success());
        }
        assertThrows(IllegalArgumentException.class, () -> Reporter.noisy(1.5));
    }

    @Test
    void noiseHasItsDeclaredRate() {
        Reporter noisy = Reporter.noisy(0.3);
        SplittableRandom rng = new SplittableRandom(2);
        float[] row = {0, 0, 0, 1, 1, 1, 0, 0, 0};
        int wrong = 0;
        for (int i = 0; i < 10_000; i++) {
            wrong += noisy.report(row, rng) == Sentence.TOXIC ? 1 : 0;
        }
        assertEquals(0.3, wrong / 10_000.0, 0.015);
        assertEquals("the red ball is toxic", Sentence.TOXIC.about("red ball"));
        assertEquals("the red ball is here", Sentence.THERE.about("red ball"));
    }

    /** The world in which the Reporter learns goes as the runner does. */
    @Test
    void theReportersWorldIsTheLoopOfTheThree() {
        PlannerActorReporter three = with(ScriptedPlanner.examining(), Reporter.truthful());
        for (long seed = 0; seed < 100; seed++) {
            AtomicLong steps = new AtomicLong();
            ReporterWorld world =
                    new ReporterWorld(true, ScriptedPlanner.examining(), new RingWalker(), 40, steps::addAndGet);
            float[] texture = world.reset(seed);
            Step<float[]> step;
            int said = 0;
            do {
                step = world.step(Reporter.truthful()
                        .report(texture, new SplittableRandom(0))
                        .ordinal());
                texture = step.observation();
                said++;
            } while (!step.ending().over());
            Played played = three.play(true, seed);
            assertEquals(1, step.reward());
            assertEquals(played.reports(), said);
            assertEquals(played.steps(), steps.get());
        }
    }

    @Test
    void theTasksRewardAloneTeachesTheReporterToTellTheTruth() {
        try (Ppo<Integer> learner =
                PlannerActorReporter.reporter(SMALL, ScriptedPlanner.examining(), new RingWalker(), 7, steps -> {})) {
            double before = success(with(ScriptedPlanner.examining(), Reporter.of(learner.policy())), 300);
            learner.learn(Long.MAX_VALUE, Progress.none(), Control.none());
            double after = success(with(ScriptedPlanner.examining(), Reporter.of(learner.policy())), 300);
            assertEquals(5.0 / 12, before, 0.1);
            assertTrue(after > 0.9, "success " + after);
        }
    }

    @Test
    void aReporterThatIsSavedGoesOnAsIfNothingHadHappened() {
        ReporterConfig config = SMALL.withBudgets(1, 1_024);
        try (Ppo<Integer> whole = learner(config);
                Ppo<Integer> first = learner(config);
                Ppo<Integer> second = learner(config)) {
            whole.learn(1_024, Progress.none(), Control.none());
            first.learn(512, Progress.none(), Control.none());
            second.restore(first.save());
            second.learn(512, Progress.none(), Control.none());
            assertArrayEquals(whole.weights(), second.weights());
        }
    }

    private static Ppo<Integer> learner(ReporterConfig config) {
        return PlannerActorReporter.reporter(config, ScriptedPlanner.examining(), new RingWalker(), 3, steps -> {});
    }

    @Test
    void theActorLearnsFromWhetherInstructionsWereDone() {
        try (Ppo<Integer> learner = PlannerActorReporter.actor(SMALL.withBudgets(80_000, 1), 7)) {
            int before = done(learner);
            learner.learn(Long.MAX_VALUE, Progress.none(), Control.none());
            int after = done(learner);
            assertTrue(before < 20, before + " of 100 before");
            assertTrue(after > 2 * before + 20, before + " of 100 before, " + after + " after");
        }
    }

    private static int done(Ppo<Integer> learner) {
        int done = 0;
        for (long seed = 0; seed < 100; seed++) {
            done += PlannerActorReporter.obeys(SMALL, learner.policy(), true, seed) ? 1 : 0;
        }
        return done;
    }

    /** Which combination an instruction names makes no difference to the Actor where the room agrees. */
    @Test
    void theActorSeesMatchesAlone() {
        SecretRoom seen = new SecretRoom(false);
        seen.reset(11);
        RoomObject here = seen.objects().get(0);
        Instruction instruction = new Instruction(Instruction.Verb.PICK_UP, here);
        float[] input = instruction.input(seen.observation());
        assertEquals(120, input.length);
        assertEquals(1, input[119]);
        assertEquals(0, input[118]);
        for (int cell = 0; cell < 25; cell++) {
            int y = seen.agent() / 9 + cell / 5 - 2;
            int x = seen.agent() % 9 + cell % 5 - 2;
            boolean target = y >= 0 && y < 9 && x >= 0 && x < 9 && seen.cell(here) == y * 9 + x;
            assertEquals(target, input[18 + 4 * cell + 2] > 0 && input[18 + 4 * cell + 3] > 0);
        }
        assertThrows(IllegalArgumentException.class, () -> Instruction.of(SkillCall.of("sing", here.words()), seen));
        assertEquals(instruction, Instruction.of(SkillCall.of("pick up", here.words()), seen));
    }

    @Test
    void anyLanguageModelCanPlan() {
        LanguageModel believer = ScriptedModel.of(prompt -> {
            String asked = prompt.messages().get(1).text();
            String task = asked.substring(0, asked.indexOf('\n'));
            // a model that knows one thing: what is examined first decides nothing, the first named object is taken
            String object =
                    task.replaceFirst(".*pick up the ([a-z]+ [a-z]+), otherwise.*|.*: the ([a-z]+ [a-z]+),.*", "$1$2");
            return "pick up the " + object;
        });
        int right = 0;
        for (long seed = 0; seed < 300; seed++) {
            Played played =
                    with(new ModelPlanner(believer), Reporter.truthful()).play(true, seed);
            assertEquals(0, played.reports());
            right += played.success() ? 1 : 0;
        }
        assertEquals(5.0 / 12, right / 300.0, 0.08);
    }

    @Test
    void aModelThatCannotBeReachedIsNoFailedTask() {
        LanguageModel away = prompt -> {
            throw new IllegalStateException("nobody answers");
        };
        PlannerActorReporter three = with(new ModelPlanner(away), Reporter.truthful());
        assertEquals(
                "nobody answers",
                assertThrows(IllegalStateException.class, () -> three.play(true, 1))
                        .getMessage());
        Played unread = with(new ModelPlanner(ScriptedModel.of(prompt -> "hm")), Reporter.truthful())
                .play(true, 1);
        assertEquals(0, unread.steps());
        assertEquals(false, unread.planned());
    }

    /** A flat policy sees what it examined, which of the named it was, and still after it has gone on. */
    @Test
    void theFlatWorldRemembersTextures() {
        FlatWorld world = new FlatWorld(true, FlatWorld.Seen.MATCHES);
        int remembered = 0;
        for (long seed = 0; seed < 200; seed++) {
            float[] seen = world.reset(seed);
            assertEquals(252, seen.length);
            SplittableRandom rng = new SplittableRandom(seed);
            for (int t = 0; t < 60; t++) {
                seen = world.step(rng.nextInt(5)).observation();
            }
            for (int named = 0; named < 3; named++) {
                int at = 18 + 200 + 4 + 10 * named;
                float sum = 0;
                for (int i = 1; i <= 9; i++) {
                    sum += seen[at + i];
                }
                assertEquals(seen[at] > 0, sum > 1);
                remembered += seen[at] > 0 ? 1 : 0;
            }
        }
        assertTrue(remembered > 10, remembered + " textures");
        assertEquals(413, new FlatWorld(true, FlatWorld.Seen.WORDS).reset(1).length);
    }

    @Test
    void anActorThatExaminesNothingIsToldOf() {
        ReporterWorld world =
                new ReporterWorld(true, ScriptedPlanner.examining(), seen -> Finite.of(List.of(0), 1), 2, steps -> {});
        assertEquals(
                "actor: examined nothing in 1000 tasks (expected: one that has learned to obey)",
                assertThrows(IllegalStateException.class, () -> world.reset(1)).getMessage());
    }
}
