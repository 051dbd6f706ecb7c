package io.github.rlllm.engine.world.craft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.craft.CraftGoal.Kind;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CraftSkillsTest {
    private static Mlp learned(int updates, long seed) {
        HindsightConfig config = CraftSkills.config().withUpdates(updates);
        HindsightDqn dqn = CraftSkills.learner(config, seed);
        dqn.learn(updates, Progress.none(), Control.none());
        return dqn.net();
    }

    /** Trees and rock found, and taken once near, over 40 maps that nobody learned on. */
    private static int[] successes(Mlp net) {
        CraftSkills skills = new CraftSkills(net);
        CraftWorld world = new CraftWorld();
        SplittableRandom rng = new SplittableRandom(5);
        int[] successes = new int[2];
        for (int i = 0; i < 40; i++) {
            Resource resource = i % 2 == 0 ? Resource.TREE : Resource.STONE;
            world.begin(CraftWorld.UNSEEN + 700_000 + i, Map.of("wooden_pickaxe", 1));
            if (skills.execute(world, new CraftGoal(Kind.FIND, resource), 80, rng, Control.none())) {
                successes[0]++;
                CraftGoal collect = new CraftGoal(Kind.COLLECT, resource);
                successes[1] += skills.execute(world, collect, 20, rng, Control.none()) ? 1 : 0;
            }
        }
        return successes;
    }

    @Test
    void aBriefTrainingIsFarAboveNone() {
        int[] before = successes(learned(1, 3));
        int[] after = successes(learned(1_500, 3));
        assertTrue(after[1] >= before[1] + 10, after[1] + " of 40 after, " + before[1] + " before");
        assertTrue(after[0] >= 25, after[0] + " of 40 found");
    }

    @Test
    void equalSeedsLearnEqualWeights() {
        assertArrayEquals(learned(30, 4).parameters(), learned(30, 4).parameters());
    }

    @Test
    void aCancelledSkillStopsBeforeItsFirstStep() {
        CraftWorld world = new CraftWorld();
        world.begin(CraftWorld.UNSEEN, Map.of());
        CraftSkills skills = new CraftSkills(learned(1, 3));
        skills.execute(world, new CraftGoal(Kind.FIND, Resource.GEM), 80, new SplittableRandom(1), () -> true);
        assertEquals(0, world.steps());
    }
}
