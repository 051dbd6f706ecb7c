package io.github.rlllm.engine.world.house;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.run.Progress;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HouseSkillsTest {
    private static final HindsightConfig SHORT = new HindsightConfig(64, .95, 2e-3, 64, 1500, 16, 40_000, .5);

    private static HouseSkills learn(HindsightConfig config, HouseConfig houses, long seed) {
        return HouseSkills.learn(config, houses, true, seed, 10, Progress.none(), Control.none());
    }

    private static int successes(SkillRunner runner, int limit) {
        House house = new House(HouseConfig.singleRoom(), true, limit);
        SplittableRandom rng = new SplittableRandom(1);
        int successes = 0;
        for (int i = 0; i < 200; i++) {
            HouseTask task = HouseTask.sample(HouseLayout.UNSEEN + i, HouseConfig.singleRoom(), SkillGoal.Kind.GO_TO);
            house.begin(task.start());
            successes += runner.execute(house, task.goal(), rng, Control.none()) ? 1 : 0;
        }
        return successes;
    }

    @Test
    void aShortTrainingBeatsRandomActionsInUnseenRooms() {
        HouseSkills skills =
                HouseSkills.learn(SHORT, HouseConfig.singleRoom(), true, 1, Progress.none(), Control.none());
        int learned = successes(skills, 20);
        int random = successes(SkillRunner.random(), 20);
        int oracle = successes(SkillRunner.oracle(), 20);
        assertEquals(200, oracle);
        assertTrue(learned > random + 50, learned + " of 200 (expected: 50 more than random, " + random + ")");

        HouseSkills restored = HouseSkills.restore(skills.save());
        House house = new House();
        house.reset(HouseLayout.UNSEEN);
        for (SkillGoal goal : SkillGoal.all()) {
            double affordance = skills.affordance(house, goal);
            assertTrue(affordance >= 0 && affordance <= 1);
            assertEquals(affordance, restored.affordance(house, goal));
        }
        assertArrayEquals(skills.save(), restored.save());
    }

    @Test
    void equalSeedsLearnEqualSkills() {
        HindsightConfig tiny = SHORT.withUpdates(20);
        byte[] one = learn(tiny, HouseConfig.defaults(), 3).save();
        byte[] other = learn(tiny, HouseConfig.defaults(), 3).save();
        assertArrayEquals(one, other);
    }

    @Test
    void hindsightSeesAGoalAsTheHouseItselfWouldHave() {
        HouseGoals goals = new HouseGoals(HouseConfig.defaults(), true);
        SplittableRandom rng = new SplittableRandom(4);
        goals.begin(rng);
        byte[] memory = new byte[goals.memorySize()];
        float[] seen = new float[goals.observationSize()];
        for (int step = 0; step < 50; step++) {
            goals.remember(memory);
            for (int g = 0; g < goals.goals(); g++) {
                goals.observe(memory, g, seen);
                assertArrayEquals(goals.house().observation(SkillGoal.all().get(g)), seen);
                assertEquals(goals.house().state().achieved(SkillGoal.all().get(g)), goals.achieved(g));
            }
            goals.step(rng.nextInt(6));
        }
        for (SkillGoal goal : SkillGoal.all()) {
            assertEquals(
                    SkillGoal.all().indexOf(goal),
                    HouseGoals.index(goal.kind(), goal.target().index()));
        }
    }

    @Test
    void relabelledGoalsAreMostlyOfThePlace() {
        HouseGoals goals = new HouseGoals(HouseConfig.defaults(), true);
        SplittableRandom rng = new SplittableRandom(4);
        goals.begin(rng);
        int present = 0;
        for (int i = 0; i < 1000; i++) {
            Thing target =
                    SkillGoal.all().get(goals.anyGoal(rng, goals.place())).target();
            present += (goals.place() >> target.index() & 1) == 1 ? 1 : 0;
        }
        assertTrue(present > 940 && present < 1000, present + " of 1000 (expected: about 970)");
    }

    @Test
    void theBrokenBytesOfSkillsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> HouseSkills.restore(new byte[3]));
        byte[] saved = learn(SHORT.withUpdates(1), HouseConfig.defaults(), 3).save();
        assertThrows(IllegalArgumentException.class, () -> HouseSkills.restore(Arrays.copyOf(saved, 1000)));
        saved[0]++;
        assertThrows(IllegalArgumentException.class, () -> HouseSkills.restore(saved));
    }

    @Test
    void theOracleAffordsWhatItReaches() {
        House house = new House();
        house.begin(HouseLayout.parse("#  #  #  #  #  #", "#  >  .  r! bo #", "#  #  #  #  #  #"));
        SkillRunner oracle = SkillRunner.oracle();
        assertEquals(1, oracle.affordance(house, SkillGoal.parse("go to red door")));
        assertEquals(0, oracle.affordance(house, SkillGoal.parse("open red door")));
        assertEquals(0, oracle.affordance(house, SkillGoal.parse("pick up blue ball")));
        SplittableRandom rng = new SplittableRandom(1);
        assertTrue(oracle.execute(house, SkillGoal.parse("go to red door"), rng, Control.none()));
        assertFalse(oracle.execute(house, SkillGoal.parse("open red door"), rng, Control.none()));
        assertFalse(SkillRunner.random().execute(house, SkillGoal.parse("pick up blue ball"), rng, Control.none()));
    }
}
