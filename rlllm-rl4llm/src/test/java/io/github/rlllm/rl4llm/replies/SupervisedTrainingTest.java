package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SupervisedTrainingTest {
    @Test
    void bradleyTerryLossAndSlopesAreThoseOfTheEquation() {
        int[][] rows = {{1, 2, 3}, {1, 2}};
        float[][] scalars = {{9, 9, 0.5f}, {9, 1.5f}};
        float[][] slopes = {new float[3], new float[2]};
        double loss = SupervisedTraining.bradleyTerry(rows).at(scalars, slopes);
        assertEquals(1.3132616875182228, loss, 1e-12); // log(1 + exp(1))
        assertEquals(-0.7310585786300049, slopes[0][2], 1e-7);
        assertEquals(0.7310585786300049, slopes[1][1], 1e-7);
        assertEquals(0, slopes[0][0]);
    }
}
