package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * {@code rlllm bench reward-program}: the reward of a task of reaching, grasping and lifting, as a reward program and as
 * Java that a person wrote, on one core: a call with its components, a batch of 4,096 states by columns, and compiling.
 */
public final class RewardPrograms implements Benchmark {
    private static final int STATES = 4096;
    private static final List<String> NAMES = List.of(
            "hand_x", "hand_y", "hand_z", "obj_x", "obj_y", "obj_z", "goal_x", "goal_y", "goal_z", "hand_vx", "hand_vy",
            "hand_vz", "grip", "torque");
    private static final String SOURCE = """
            double reward() {
                double reachDistance = length(hand_x - obj_x, hand_y - obj_y, hand_z - obj_z);
                double reach = Math.exp(-4.0 * reachDistance);
                double grasp = reachDistance < 0.05 && grip > 0.5 ? 1.0 : 0.0;
                double goalDistance = length(obj_x - goal_x, obj_y - goal_y, obj_z - goal_z);
                double place = 1.0 - Math.tanh(5.0 * goalDistance);
                double lift = Math.min(Math.max(obj_z - 0.02, 0.0) / 0.2, 1.0);
                double speed = Math.pow(hand_vx, 2) + Math.pow(hand_vy, 2) + Math.pow(hand_vz, 2);
                double smooth = -0.01 * speed - 0.001 * Math.abs(torque);
                double success = goalDistance < 0.03 ? 5.0 : 0.0;
                component("reach", reach);
                component("grasp", grasp);
                component("place", place);
                component("lift", lift);
                component("smooth", smooth);
                return 1.0 * reach + 0.5 * grasp + 2.0 * place + 1.5 * lift + smooth + success;
            }

            double length(double x, double y, double z) {
                return Math.sqrt(x * x + y * y + z * z);
            }
            """;

    private double sink;

    /** Makes the benchmark. */
    public RewardPrograms() {}

    /** What a person would write; components as an array. */
    static double handwritten(double[] s, double[] components) {
        double dx = s[0] - s[3];
        double dy = s[1] - s[4];
        double dz = s[2] - s[5];
        double reachDistance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        double reach = Math.exp(-4.0 * reachDistance);
        double grasp = reachDistance < 0.05 && s[12] > 0.5 ? 1.0 : 0.0;
        double gx = s[3] - s[6];
        double gy = s[4] - s[7];
        double gz = s[5] - s[8];
        double goalDistance = Math.sqrt(gx * gx + gy * gy + gz * gz);
        double place = 1.0 - Math.tanh(5.0 * goalDistance);
        double lift = Math.min(Math.max(s[5] - 0.02, 0.0) / 0.2, 1.0);
        double speed = s[9] * s[9] + s[10] * s[10] + s[11] * s[11];
        double smooth = -0.01 * speed - 0.001 * Math.abs(s[13]);
        double success = goalDistance < 0.03 ? 5.0 : 0.0;
        components[0] = reach;
        components[1] = grasp;
        components[2] = place;
        components[3] = lift;
        components[4] = smooth;
        return 1.0 * reach + 0.5 * grasp + 2.0 * place + 1.5 * lift + smooth + success;
    }

    static RewardProgram program() {
        List<RewardInput> inputs = new ArrayList<>();
        for (String name : NAMES) {
            inputs.add(RewardInput.number(name, "", "Of the arm's state.").withRange(-10, 10));
        }
        RewardSchema schema =
                new RewardSchema("ReachAndLift", "A hand reaches for an object and lifts it to a goal.", inputs);
        return RewardCompiler.compile(schema, SOURCE).fold(program -> program, reason -> {
            throw new IllegalStateException(reason);
        });
    }

    /** States by rows, as the peers draw them. */
    static double[][] states() {
        SplittableRandom random = new SplittableRandom(0);
        double[][] rows = new double[STATES][NAMES.size()];
        for (double[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = NAMES.get(i).equals("grip") ? random.nextDouble() : random.nextDouble() - 0.5;
            }
        }
        return rows;
    }

    static double[][] columns(double[][] rows) {
        double[][] columns = new double[NAMES.size()][rows.length];
        for (int s = 0; s < rows.length; s++) {
            for (int i = 0; i < columns.length; i++) {
                columns[i][s] = rows[s][i];
            }
        }
        return columns;
    }

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        RewardProgram program = program();
        double[][] rows = states();
        double[][] columns = columns(rows);
        double[] totals = new double[STATES];
        double[] components = new double[program.components().size()];
        Map<String, Metric> ours = new LinkedHashMap<>();
        Map<String, Metric> person = new LinkedHashMap<>();
        double byHand = nanos("call", "states/s", person, request, () -> {
            double sum = 0;
            for (double[] row : rows) {
                sum += handwritten(row, components);
            }
            sink = sum;
            return STATES;
        });
        double call = nanos("call", "states/s", ours, request, () -> {
            double sum = 0;
            for (double[] row : rows) {
                sum += program.evaluate(row, components);
            }
            sink = sum;
            return STATES;
        });
        double[][] values = new double[components.length][STATES];
        double batch = nanos("batch", "states/s", ours, request, () -> {
            program.evaluate(columns, totals, values);
            return STATES;
        });
        double compile = nanos("compile", "programs/s", ours, request, () -> {
            sink = program().components().size();
            return 1;
        });
        List<Aim> aims = List.of(
                Aim.atMost("call over handwritten Java", call / byHand, Bounds.REWARD_OVER_HANDWRITTEN),
                Aim.atLeast(
                        "CPython's recorded call over ours",
                        Bounds.REWARD_CPYTHON_NANOS / call,
                        Bounds.REWARD_OVER_CPYTHON),
                Aim.atMost("batch, ns a state", batch, Bounds.REWARD_BATCH_NANOS),
                Aim.atMost("compile, ms", compile / 1e6, Bounds.REWARD_COMPILE_MILLIS));
        return new Result(
                "reward-program",
                request.seeds(),
                (System.nanoTime() - begin) / 1e9,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", "none", ours), new Arm("handwritten Java", "none", person)),
                aims);
    }

    /** Measures a rate and says it as nanoseconds too. */
    private static double nanos(
            String name, String unit, Map<String, Metric> metrics, RunRequest request, LongSupplier chunk) {
        Metric rate = StepRate.measure(name, unit, chunk, request, metrics);
        double[] each = rate.values().stream().mapToDouble(value -> 1e9 / value).toArray();
        metrics.put(name + ", time", Metric.of("ns", each));
        java.util.Arrays.sort(each);
        return each[each.length / 2];
    }
}
