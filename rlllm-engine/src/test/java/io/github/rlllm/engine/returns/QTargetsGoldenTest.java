package io.github.rlllm.engine.returns;

import static io.github.rlllm.engine.returns.Golden.assertClose;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.ints;
import static io.github.rlllm.engine.returns.Golden.matrix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Targets, losses and gradients against PyTorch and rlax in double precision. */
class QTargetsGoldenTest {
    @Test
    void targetsLossesAndGradients() throws IOException {
        JsonNode cases = Golden.read("rlmath/dqn.json").get("cases");
        assertTrue(cases.size() > 0);
        for (JsonNode entry : cases) {
            double[][] q = matrix(entry.get("q"));
            int[] actions = ints(entry.get("actions"));
            double[] rewards = doubles(entry.get("rewards"));
            int n = q.length;
            double[] discounts = new double[n];
            double[] taken = new double[n];
            for (int i = 0; i < n; i++) {
                discounts[i] = entry.get("done").get(i).asBoolean()
                        ? 0
                        : entry.get("gamma").asDouble();
                taken[i] = q[i][actions[i]];
            }
            double[][] target = matrix(entry.get("next_q_target"));
            Map<String, double[]> targets = Map.of(
                    "dqn", QTargets.dqn(rewards, discounts, target),
                    "double", QTargets.doubleDqn(rewards, discounts, target, matrix(entry.get("next_q_online"))));
            assertEquals(2, entry.get("targets").size());
            float[][] narrowTarget = narrow(entry.get("next_q_target"));
            float[][] narrowOnline = narrow(entry.get("next_q_online"));
            double[] into = new double[n];
            QTargets.into(n, q[0].length, rewards, discounts, narrowTarget, narrowTarget, into);
            assertClose(doubles(entry.get("targets").get("dqn")), into, "dqn");
            QTargets.into(n, q[0].length, rewards, discounts, narrowTarget, narrowOnline, into);
            assertClose(doubles(entry.get("targets").get("double")), into, "double");
            targets.forEach((name, y) -> {
                assertClose(doubles(entry.get("targets").get(name)), y, name);
                double[] gradient = new double[n];
                check(entry, name + "/smooth_l1", QTargets.huber(taken, y, 1, gradient), gradient, actions);
                check(entry, name + "/huber_delta_0.5", QTargets.huber(taken, y, 0.5, gradient), gradient, actions);
                check(entry, name + "/mse", QTargets.meanSquared(taken, y, gradient), gradient, actions);
            });
        }
    }

    @Test
    void badArgumentsAreNamed() {
        assertEquals(
                "delta: 0.0 (expected: > 0)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> QTargets.huber(new double[1], new double[1], 0, new double[1]))
                        .getMessage());
        assertEquals(
                "discounts[0]: 1.01 (expected: from 0 to 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> QTargets.dqn(new double[1], new double[] {1.01}, new double[1][2]))
                        .getMessage());
    }

    /** The recording's values are single precision, widened; rows are padded as a network's are. */
    private static float[][] narrow(JsonNode rows) {
        float[][] narrow = new float[rows.size()][rows.get(0).size() + 3];
        for (int i = 0; i < narrow.length; i++) {
            Arrays.fill(narrow[i], 1e9f);
            for (int a = 0; a < rows.get(i).size(); a++) {
                narrow[i][a] = (float) rows.get(i).get(a).asDouble();
            }
        }
        return narrow;
    }

    private static void check(JsonNode entry, String name, double loss, double[] gradient, int[] actions) {
        assertClose(entry.get("losses").get(name).asDouble(), loss, name);
        double[][] expected = matrix(entry.get("gradients").get(name));
        for (int i = 0; i < actions.length; i++) {
            double[] row = new double[expected[i].length];
            row[actions[i]] = gradient[i];
            assertClose(expected[i], row, name + " row " + i);
        }
    }
}
