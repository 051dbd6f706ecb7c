package io.github.rlllm.engine.returns;

import static io.github.rlllm.engine.returns.Golden.assertClose;
import static io.github.rlllm.engine.returns.Golden.column;
import static io.github.rlllm.engine.returns.Golden.doubles;
import static io.github.rlllm.engine.returns.Golden.terminatedWhere;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.api.Ending;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Against rlax in double precision and Stable-Baselines3 in single precision. */
class ReturnsGoldenTest {
    private final JsonNode golden = Golden.read("rlmath/returns.json");

    ReturnsGoldenTest() throws IOException {}

    @Test
    void advantagesOfEveryEnvironment() {
        assertTrue(golden.get("gae").size() > 0);
        for (JsonNode entry : golden.get("gae")) {
            for (int n = 0; n < entry.get("N").asInt(); n++) {
                Trajectory trajectory = lane(entry, n, true);
                double[] advantages = Returns.gae(
                        trajectory,
                        entry.get("gamma").asDouble(),
                        entry.get("lambda").asDouble());
                JsonNode exact = entry.get("exact_float64");
                assertClose(column(exact.get("advantages"), n), advantages, "advantages");
                double[] returns = advantages.clone();
                for (int t = 0; t < returns.length; t++) {
                    returns[t] += trajectory.value(t);
                }
                assertClose(column(exact.get("returns"), n), returns, "returns");
            }
        }
    }

    @Test
    void withoutBootstrapWhenTruncationIsCalledTermination() {
        for (JsonNode entry : golden.get("gae")) {
            for (int n = 0; n < entry.get("N").asInt(); n++) {
                double[] advantages = Returns.gae(
                        lane(entry, n, false),
                        entry.get("gamma").asDouble(),
                        entry.get("lambda").asDouble());
                double[] expected =
                        column(entry.get("no_bootstrap_at_truncation_float32").get("advantages"), n);
                for (int t = 0; t < expected.length; t++) {
                    assertEquals(expected[t], advantages[t], 1e-5 * Math.max(1, Math.abs(expected[t])));
                }
            }
        }
    }

    @Test
    void columnsOfSeveralEnvironments() {
        for (JsonNode entry : golden.get("gae")) {
            int steps = entry.get("T").asInt();
            int lanes = entry.get("N").asInt();
            Ending[] endings = new Ending[steps * lanes];
            for (int i = 0; i < endings.length; i++) {
                endings[i] = Golden.ending(
                        entry.get("terminated").get(i / lanes).get(i % lanes).asBoolean(),
                        entry.get("truncated").get(i / lanes).get(i % lanes).asBoolean());
            }
            float[] advantages = new float[steps * lanes];
            Returns.gae(
                    steps,
                    lanes,
                    flat(entry.get("rewards")),
                    flat(entry.get("values")),
                    endings,
                    flat(entry.get("final_values")),
                    narrow(doubles(entry.get("last_values"))),
                    entry.get("gamma").asDouble(),
                    entry.get("lambda").asDouble(),
                    advantages);
            float[] sb3 = flat(entry.get("sb3_float32").get("advantages"));
            for (int i = 0; i < sb3.length; i++) {
                assertEquals(sb3[i], advantages[i], 1e-5 * Math.max(1, Math.abs(sb3[i])), "element " + i);
            }
        }
    }

    @Test
    void discountedReturns() {
        assertTrue(golden.get("discounted").size() > 0);
        for (JsonNode entry : golden.get("discounted")) {
            double[] rewards = doubles(entry.get("rewards"));
            double[] unread = new double[rewards.length];
            Trajectory trajectory = new Trajectory(
                    rewards,
                    unread,
                    terminatedWhere(entry.get("done")),
                    unread,
                    entry.get("bootstrap_value").asDouble());
            assertClose(
                    doubles(entry.get("returns")),
                    Returns.discounted(trajectory, entry.get("gamma").asDouble()),
                    "returns");
        }
    }

    @Test
    void nStepReturns() {
        assertTrue(golden.get("n_step").size() > 0);
        for (JsonNode entry : golden.get("n_step")) {
            double[] rewards = doubles(entry.get("rewards"));
            double[] next = doubles(entry.get("next_values"));
            double[] values = new double[next.length];
            System.arraycopy(next, 0, values, 1, next.length - 1);
            Trajectory trajectory = new Trajectory(
                    rewards,
                    values,
                    terminatedWhere(entry.get("done")),
                    new double[rewards.length],
                    next[next.length - 1]);
            double[] returns = Returns.nStep(
                    trajectory,
                    entry.get("n").asInt(),
                    entry.get("gamma").asDouble(),
                    entry.get("lambda").asDouble());
            assertClose(doubles(entry.get("returns")), returns, "n = " + entry.get("n"));
        }
    }

    @Test
    void vTrace() {
        assertTrue(golden.get("vtrace").size() > 0);
        for (JsonNode entry : golden.get("vtrace")) {
            double[] values = doubles(entry.get("values"));
            double gamma = entry.get("gamma").asDouble();
            double lambda = entry.get("lambda").asDouble();
            double[] logRhos = doubles(entry.get("log_rho"));
            Trajectory trajectory = new Trajectory(
                    doubles(entry.get("rewards")),
                    values,
                    terminatedWhere(entry.get("done")),
                    new double[values.length],
                    entry.get("last_value").asDouble());
            double[] targets = Returns.vTraceTargets(
                    trajectory, logRhos, gamma, lambda, entry.get("clip_rho").asDouble());
            assertClose(doubles(entry.get("vs")), targets, "vs");
            double[] errors = targets.clone();
            Arrays.setAll(errors, t -> targets[t] - values[t]);
            assertClose(doubles(entry.get("errors")), errors, "errors");
            double[] advantages = Returns.vTraceAdvantages(
                    trajectory,
                    logRhos,
                    targets,
                    gamma,
                    lambda,
                    entry.get("clip_pg_rho").asDouble());
            assertClose(doubles(entry.get("pg_advantage")), advantages, "pg_advantage");
        }
    }

    private static Trajectory lane(JsonNode entry, int n, boolean truncationBootstraps) {
        double[] terminated = boolColumn(entry.get("terminated"), n);
        double[] truncated = boolColumn(entry.get("truncated"), n);
        Ending[] endings = new Ending[terminated.length];
        for (int t = 0; t < endings.length; t++) {
            endings[t] =
                    Golden.ending(terminated[t] > 0 || (!truncationBootstraps && truncated[t] > 0), truncated[t] > 0);
        }
        return new Trajectory(
                column(entry.get("rewards"), n),
                column(entry.get("values"), n),
                endings,
                column(entry.get("final_values"), n),
                entry.get("last_values").get(n).asDouble());
    }

    private static double[] boolColumn(JsonNode rows, int column) {
        double[] flags = new double[rows.size()];
        Arrays.setAll(flags, t -> rows.get(t).get(column).asBoolean() ? 1 : 0);
        return flags;
    }

    private static float[] flat(JsonNode rows) {
        int lanes = rows.get(0).size();
        double[] values = new double[rows.size() * lanes];
        Arrays.setAll(values, i -> rows.get(i / lanes).get(i % lanes).asDouble());
        return narrow(values);
    }

    private static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }
}
