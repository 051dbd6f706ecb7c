package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.plan.MonologueEpisode.Outcome;
import io.github.rlllm.examples.plan.TableTask.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** With the oracle's hands, so that what goes wrong is noise and adversary alone. */
class MonologueEpisodeTest {
    private static final int EPISODES = 60;
    private static final OptionScorer<String> NONE = (context, lines) -> {
        throw new IllegalStateException("scorer");
    };

    private static Outcome run(MonologueArm arm, Kind kind, BlocksConfig table, int number) {
        SeededRandom rng = SeededRandom.of(101, kind + " " + number);
        return new MonologueEpisode(arm, kind, table, BlocksRunner.oracle(), rng).run(NONE, Control.none());
    }

    private static double executed(MonologueArm arm, Kind kind, BlocksConfig table) {
        double executed = 0;
        for (int i = 0; i < EPISODES; i++) {
            executed += run(arm, kind, table, i).executed() ? 1.0 / EPISODES : 0;
        }
        return executed;
    }

    @Test
    void leftInPeaceEveryPlanIsCarriedOut() {
        for (Kind kind : Kind.SCRIPTED) {
            for (MonologueArm arm : List.of(MonologueArm.OPEN, MonologueArm.FULL, MonologueArm.ORACLE)) {
                for (int i = 0; i < 10; i++) {
                    Outcome outcome = run(arm, kind, InnerMonologueRun.PEACE, i);
                    boolean knows = kind != Kind.UNCLEAR || arm != MonologueArm.OPEN;
                    assertTrue(outcome.claimed(), kind + ", " + arm.name());
                    assertTrue(!knows || outcome.planned() && outcome.executed(), kind + ", " + arm.name());
                    assertEquals(outcome.skills(), outcome.reached());
                }
            }
        }
    }

    @Test
    void disturbedEachKindOfFeedbackIsWorthSomething() {
        double open = executed(MonologueArm.OPEN, Kind.MATCHING, InnerMonologueRun.DISTURBED);
        assertTrue(open <= .15, "open loop: " + open);
        for (MonologueArm arm : List.of(MonologueArm.SUCCESS, MonologueArm.SCENE, MonologueArm.ASKED)) {
            double one = executed(arm, Kind.MATCHING, InnerMonologueRun.DISTURBED);
            assertTrue(one >= open + .2, arm.name() + ": " + one + ", open loop: " + open);
        }
        double full = executed(MonologueArm.FULL, Kind.MATCHING, InnerMonologueRun.DISTURBED);
        assertTrue(full >= .85, "all feedback: " + full);
    }

    /** What it is told then never differs from what open loop believes. */
    @Test
    void aDetectorThatAlwaysSaysTrueIsOpenLoop() {
        for (int i = 0; i < 20; i++) {
            Outcome open = run(MonologueArm.OPEN, Kind.MISMATCHED, InnerMonologueRun.DISTURBED, i);
            Outcome always = run(MonologueArm.ALWAYS, Kind.MISMATCHED, InnerMonologueRun.DISTURBED, i);
            assertEquals(open.executed(), always.executed());
            assertEquals(4, always.skills());
            assertEquals(open.reached(), always.reached());
        }
    }

    @Test
    void theMoreADetectorMissesTheLessItIsWorth() {
        List<Double> successes = new ArrayList<>();
        for (double rate : new double[] {0, .25, .5, 1}) {
            MonologueArm arm = MonologueArm.SUCCESS.with("missing " + rate, rate, 0);
            successes.add(executed(arm, Kind.MATCHING, BlocksConfig.defaults().withNoise(.35, .03)));
        }
        for (int i = 1; i < successes.size(); i++) {
            assertTrue(successes.get(i) < successes.get(i - 1), successes.toString());
        }
    }

    @Test
    void onlyWhoAsksKnowsWhatAPersonLikes() {
        double guesses = executed(MonologueArm.SUCCESS, Kind.UNCLEAR, InnerMonologueRun.PEACE);
        assertEquals(.25, guesses, .15);
        assertEquals(1, executed(MonologueArm.ASKED, Kind.UNCLEAR, InnerMonologueRun.PEACE), 1e-9);
    }

    @Test
    void theSeedDecidesEverything() {
        Outcome one = run(MonologueArm.FULL, Kind.STACKING, InnerMonologueRun.DISTURBED, 3);
        Outcome other = run(MonologueArm.FULL, Kind.STACKING, InnerMonologueRun.DISTURBED, 3);
        assertEquals(one.film().states(), other.film().states());
        assertEquals(1 + one.skills(), one.film().states().size());
        assertEquals(1 + one.skills(), one.film().captions().size());
        assertEquals(
                one.film().events().stream().map(PlanEvent::text).toList(),
                other.film().events().stream().map(PlanEvent::text).toList());
    }

    /** Every grasp slips: one is tried, and the gripper stays there. */
    @Test
    void aSkillEndsAfterOneGrasp() {
        Blocks table = new Blocks(BlocksConfig.defaults().withNoise(1, 0));
        table.begin(
                BlocksScene.draw(
                        new SplittableRandom(1),
                        Map.of(TableThing.RED_BLOCK, Trouble.NONE, TableThing.RED_BOWL, Trouble.NONE)),
                1);
        PickPlace goal = new PickPlace(TableThing.RED_BLOCK, TableThing.RED_BOWL);
        for (int grasp = 1; grasp <= 6; grasp++) {
            OneGrasp until = new OneGrasp(table, goal, Control.none());
            assertEquals(false, BlocksRunner.oracle().execute(table, goal, new SplittableRandom(1), until));
            assertEquals(Math.min(3, grasp), table.state().slips(TableThing.RED_BLOCK));
            assertTrue(grasp == 1 || table.steps() == (grasp <= 3 ? 1 : table.steps()), "steps: " + table.steps());
            assertTrue(table.steps() < 20, "steps: " + table.steps());
        }
    }
}
