package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.world.craft.CraftGoal;
import io.github.rlllm.engine.world.craft.Resource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SkillRecordTest {
    private static final CraftGoal TREE = new CraftGoal(CraftGoal.Kind.FIND, Resource.TREE);
    private static final CraftGoal COAL = new CraftGoal(CraftGoal.Kind.COLLECT, Resource.COAL);

    @Test
    void failuresAreCountedByEpisodeAndSkill() {
        SkillRecord record = new SkillRecord();
        record.begin();
        record.add(TREE, false);
        record.add(COAL, false);
        record.add(TREE, false);
        record.add(TREE, true);
        record.begin();
        record.add(TREE, true);
        // Of two tries of the tree after a failure one failed; the first of a new episode is after none.
        assertEquals(.5, record.failedAgain());
        assertEquals(.5, record.rate(CraftGoal.Kind.FIND));
        assertEquals(0, record.rate(CraftGoal.Kind.COLLECT));
        assertEquals(2.5 / 5, record.rate(TREE));
        assertEquals(.5, record.failedAgainIfIndependent());
        SkillRecord sum = new SkillRecord();
        sum.add(record.numbers());
        sum.add(record.numbers());
        assertEquals(.5, sum.failedAgain());
        assertEquals(4.5 / 9, sum.rate(TREE));
    }

    @Test
    void coinsShowNoDifferenceAndStuckSkillsDo() {
        SkillRecord coins = new SkillRecord();
        SkillRecord stuck = new SkillRecord();
        SplittableRandom rng = new SplittableRandom(1);
        for (int episode = 0; episode < 2_000; episode++) {
            coins.begin();
            stuck.begin();
            boolean bad = rng.nextDouble() < .4;
            for (int i = 0; i < 5; i++) {
                coins.add(TREE, rng.nextDouble() < .6);
                coins.add(COAL, rng.nextDouble() < .2);
                stuck.add(TREE, !bad);
            }
        }
        assertEquals(coins.failedAgainIfIndependent(), coins.failedAgain(), .02);
        assertEquals(1, stuck.failedAgain());
        assertTrue(stuck.failedAgainIfIndependent() < .5);
    }
}
