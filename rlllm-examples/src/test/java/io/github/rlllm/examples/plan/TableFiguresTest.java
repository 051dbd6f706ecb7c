package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksSkills.Attempts;
import io.github.rlllm.engine.world.blocks.BlocksState;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableFiguresTest {
    private static final boolean[] ALL = {true, true, true};
    private static final boolean[] SOME = {true, false, false};
    private static final int[] SKILLS = {1, 2, 3};

    private static TableFigures figures() {
        TableFigures figures = new TableFigures(List.of("single", "embodiment", "embodiment"));
        for (int seed = 0; seed < 2; seed++) {
            figures.add(TableFigures.FULL, "head", ALL, seed == 0 ? ALL : SOME, SKILLS);
            figures.add(TableFigures.CONSTANT, "head", SOME, SOME, SKILLS);
            figures.add(TableFigures.SHUFFLED, "head", SOME, SOME, SKILLS);
            figures.add(TableFigures.TFIDF, "tf-idf", SOME, SOME, SKILLS);
        }
        return figures;
    }

    @Test
    void sharesAreByFamily() {
        Arm full = figures().rows().get(0);
        assertEquals(1, full.metrics().get("planning").mean());
        assertEquals(2.0 / 3, full.metrics().get("execution").mean(), 1e-12);
        assertEquals(.5, full.metrics().get("execution, embodiment").mean(), 1e-12);
        assertEquals(1, full.metrics().get("execution, single").mean(), 1e-12);
        assertEquals(2, full.metrics().get("skills started").mean());
        assertEquals(List.of(1.0, 1.0 / 3), full.metrics().get("execution").values());
    }

    @Test
    void differencesArePairedByInstruction() {
        Arm differences = figures().differences();
        assertEquals(
                .5,
                differences
                        .metrics()
                        .get("execution, embodiment, less no value function")
                        .mean(),
                1e-12);
        assertEquals(
                0,
                differences
                        .metrics()
                        .get("execution, the rest, less no value function")
                        .mean());
    }

    @Test
    void aimsHoldByTheirBounds() {
        List<Aim> aims = figures().aims(.1, .25, .06);
        assertEquals(9, aims.size());
        assertTrue(aims.get(0).holds());
        assertTrue(aims.get(1).holds(), "execution .667 of .6");
        assertTrue(aims.get(2).value() < 0 && aims.get(2).holds());
        assertTrue(aims.get(3).holds());
        assertEquals(.4, aims.get(7).value(), 1e-12);
        assertTrue(aims.get(7).holds());
        assertTrue(!aims.get(8).holds(), "calibration error .06");
    }

    /** Predictions .05, .05 and .95, .95 with outcomes no, yes, yes, yes. */
    @Test
    void calibrationByHand() {
        Calibration calibration = Calibration.of(
                new Attempts(new double[] {.05, .05, .95, .95}, new boolean[] {false, true, true, true}));
        assertEquals((.0025 + .9025 + .0025 + .0025) / 4, calibration.brier(), 1e-12);
        assertEquals(.1875, calibration.constant(), 1e-12);
        assertEquals((.9 + .1) / 4, calibration.ece(), 1e-12);
    }

    @Test
    void aPictureShowsTheTablesAndSaysWhatTheyAre() {
        BlocksState state = BlocksScene.draw(new SplittableRandom(3), Map.of());
        String svg = TablePicture.svg("put <it> away", List.of(state, state), List.of("at the start", "a & b"));
        assertTrue(svg.contains("<title>put &lt;it&gt; away</title>"), svg);
        assertTrue(svg.contains("a &amp; b"));
        long tables =
                svg.lines().filter(line -> line.startsWith("<g transform")).count();
        assertEquals(2, tables);
    }
}
