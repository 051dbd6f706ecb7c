package io.github.rlllm.engine.world.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlocksSkillsTest {
    private static final BlocksConfig TABLE = BlocksConfig.defaults();
    private static final HindsightConfig SHORT = new HindsightConfig(64, .97, 2e-3, 64, 16_000, 16, 60_000, .4);

    /** The mean affordance of putting the red block into the red bowl, and the share of successes. */
    private static double[] trial(BlocksSkills skills, Trouble block) {
        Blocks table = new Blocks(TABLE);
        SplittableRandom rng = new SplittableRandom(77);
        PickPlace goal = new PickPlace(TableThing.RED_BLOCK, TableThing.RED_BOWL);
        double[] means = new double[2];
        for (int i = 0; i < 100; i++) {
            table.begin(
                    BlocksScene.draw(
                            rng,
                            Map.of(
                                    goal.block(),
                                    block,
                                    goal.target(),
                                    Trouble.NONE,
                                    TableThing.BLUE_BLOCK,
                                    Trouble.NONE)),
                    i);
            means[0] += skills.affordance(table, goal) / 100;
            means[1] += skills.execute(table, goal, rng, Control.none()) ? .01 : 0;
        }
        return means;
    }

    @Test
    void aShortTrainingLearnsToPickAndPlaceAndWhatCannotBe() {
        BlocksSkills skills = BlocksSkills.learn(SHORT, TABLE, 101, Progress.none(), Control.none());
        double[] free = trial(skills, Trouble.NONE);
        double[] heavy = trial(skills, Trouble.HEAVY);
        double[] buried = trial(skills, Trouble.BURIED);
        double[] far = trial(skills, Trouble.OUT_OF_REACH);
        assertTrue(free[1] >= .7, "free, success: " + free[1]);
        assertTrue(free[0] >= .6, "free, affordance: " + free[0]);
        assertTrue(heavy[0] <= .4, "heavy, affordance: " + heavy[0]);
        assertTrue(buried[0] <= .15, "buried, affordance: " + buried[0]);
        assertTrue(far[0] <= .1, "far, affordance: " + far[0]);
        assertEquals(0, heavy[1] + buried[1] + far[1]);

        BlocksSkills restored = BlocksSkills.restore(skills.save());
        assertArrayEquals(skills.save(), restored.save());
        Blocks table = new Blocks(TABLE);
        table.reset(4);
        for (PickPlace goal : PickPlace.all()) {
            assertEquals(skills.affordance(table, goal), restored.affordance(table, goal));
        }
        assertThrows(IllegalArgumentException.class, () -> BlocksSkills.restore(new byte[7]));
    }

    @Test
    void equalSeedsLearnEqualSkillsAlsoUnderNoise() {
        HindsightConfig tiny = SHORT.withUpdates(30);
        BlocksConfig noisy = TABLE.withNoise(.2, .02);
        byte[] one = BlocksSkills.learn(tiny, noisy, 3, Progress.none(), Control.none())
                .save();
        byte[] other = BlocksSkills.learn(tiny, noisy, 3, Progress.none(), Control.none())
                .save();
        assertArrayEquals(one, other);
    }

    @Test
    void whatIsAlreadyReachedIsCertainAndWhatHasNoSenseImpossible() {
        BlocksSkills skills = BlocksSkills.learn(SHORT.withUpdates(1), TABLE, 1, Progress.none(), Control.none());
        Blocks table = new Blocks(TABLE);
        table.begin(BlocksScene.draw(new SplittableRandom(1), Map.of(TableThing.RED_BLOCK, Trouble.BURIED)), 1);
        TableThing above = table.state().on(TableThing.RED_BLOCK).get(0);
        assertEquals(1, skills.affordance(table, new PickPlace(above, TableThing.RED_BLOCK)));
        assertEquals(0, skills.affordance(table, new PickPlace(above, above)));
    }
}
