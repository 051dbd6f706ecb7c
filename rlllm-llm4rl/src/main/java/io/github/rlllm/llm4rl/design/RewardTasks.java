package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.world.MountainCar;
import io.github.rlllm.engine.world.ThreeLinkSwimmer;
import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.Autoscaling;
import io.github.rlllm.engine.world.serving.ServingConfig;
import java.util.List;
import java.util.Map;

/**
 * The tasks that rewards are designed for. None of their sentences or schemas tells anything of the task metric's value, of
 * the world's own reward or of the human one.
 */
public final class RewardTasks {
    /** Figure of autoscaling: dollars for servers in half an hour. */
    public static final String COST = "cost";
    /** Figure of autoscaling: share of the requests that began within the promised wait. */
    public static final String ON_TIME = "on time";

    private static final double SLO = 0.95;

    private RewardTasks() {}

    /**
     * MountainCar; the task metric is the share of the 200 steps that are left when the car is at the flag, 0 where it does not
     * get there. The world's own reward, -1 a step, tells nothing before the flag is reached.
     *
     * @return the task, 40,000 steps a training
     */
    public static RewardTask<Integer> mountainCar() {
        RewardSchema schema = new RewardSchema(
                "MountainCar",
                "A car in a valley, after one step of its engine.",
                List.of(
                        RewardInput.number(
                                        "position",
                                        "",
                                        "Where the car is; the valley's bottom is at -0.52, the flag at 0.5.")
                                .withRange(-1.2, 0.6),
                        RewardInput.number("velocity", "1/step", "Its velocity, positive to the right.")
                                .withRange(-0.07, 0.07),
                        RewardInput.number("previous_position", "", "Where the car was before the step.")
                                .withRange(-1.2, 0.6),
                        RewardInput.number("previous_velocity", "1/step", "Its velocity before the step.")
                                .withRange(-0.07, 0.07),
                        RewardInput.integer(
                                        "engine", "", "What the engine did: -1 pushed left, 0 nothing, 1 pushed right.")
                                .withRange(-1, 1)));
        return new RewardTask<>(
                "mountain-car",
                "Bring the car to the flag on the hill on the right in as few steps as possible; its engine is too weak to"
                        + " drive straight up.",
                schema,
                (before, action, after, inputs) -> {
                    inputs[0] = within(after[0], -1.2, 0.6);
                    inputs[1] = within(after[1], -0.07, 0.07);
                    inputs[2] = within(before[0], -1.2, 0.6);
                    inputs[3] = within(before[1], -0.07, 0.07);
                    inputs[4] = action - 1;
                },
                RewardTask.Worlds.same(MountainCar::new),
                Learning.categorical(ppo(16, 64, 40_000, 0.99)),
                RewardTasks::stepsLeft,
                """
                double reward() {
                    double now = 0.5 * velocity * velocity + 0.0025 / 3 * Math.sin(3 * position);
                    double before = 0.5 * previous_velocity * previous_velocity
                            + 0.0025 / 3 * Math.sin(3 * previous_position);
                    double energy = 1000 * (now - before);
                    double flag = position >= 0.5 ? 1.0 : 0.0;
                    component("energy", energy);
                    component("flag", flag);
                    return energy + flag;
                }
                """);
    }

    private static TaskMetric.Meter<Integer> stepsLeft(Environment<float[], Integer> world) {
        return new TaskMetric.Meter<>() {
            private int steps;
            private double furthest = Double.NEGATIVE_INFINITY;
            private boolean there;

            @Override
            public void step(Integer action, Step<float[]> step) {
                steps++;
                furthest = Math.max(furthest, step.observation()[0]);
                there = step.observation()[0] >= 0.5f;
            }

            @Override
            public TaskMetric.Score score() {
                return new TaskMetric.Score(
                        there ? 1 - steps / 200.0 : 0, there, Map.of("furthest position", furthest));
            }
        };
    }

    /**
     * The swimmer of three links; the task metric is how far it comes along x, a success at two lengths.
     *
     * @return the task, 20,000 steps a training
     */
    public static RewardTask<float[]> swimmer() {
        RewardSchema schema = new RewardSchema(
                "Swimmer",
                "A swimmer of three links, after one step of its joints.",
                List.of(
                        RewardInput.number("left_joint", "rad", "Angle of the joint between left and middle link.")
                                .withRange(-1.5, 1.5),
                        RewardInput.number("right_joint", "rad", "Angle of the joint between middle and right link.")
                                .withRange(-1.5, 1.5),
                        RewardInput.number("heading_cos", "", "Cosine of the middle link's angle to x.")
                                .withRange(-1, 1),
                        RewardInput.number("heading_sin", "", "Sine of the middle link's angle to x.")
                                .withRange(-1, 1),
                        RewardInput.number(
                                        "velocity_x",
                                        "lengths/s",
                                        "Mean velocity of the middle link along x in the step.")
                                .withRange(-4, 4),
                        RewardInput.number("velocity_y", "lengths/s", "The same along y.")
                                .withRange(-4, 4),
                        RewardInput.number("turning", "rad/s", "Turning rate of the middle link.")
                                .withRange(-4, 4),
                        RewardInput.number(
                                        "joint_speeds",
                                        "",
                                        "What the joints were told, as shares of their greatest speed.")
                                .withShape(2)
                                .withRange(-1, 1)));
        return new RewardTask<>(
                "swimmer",
                "Swim as far as possible in the direction of x within 20 seconds.",
                schema,
                (before, action, after, inputs) -> {
                    inputs[0] = within(after[0], -1.5, 1.5);
                    inputs[1] = within(after[1], -1.5, 1.5);
                    for (int i = 2; i < 7; i++) {
                        double most = i < 4 ? 1 : 4;
                        inputs[i] = within(after[i], -most, most);
                    }
                    inputs[7] = action[0];
                    inputs[8] = action[1];
                },
                RewardTask.Worlds.same(ThreeLinkSwimmer::new),
                Learning.gaussian(ppo(16, 64, 20_000, 0.98)),
                RewardTasks::distance,
                """
                double reward() {
                    double forward = velocity_x;
                    double effort = -0.01 * (Math.abs(joint_speeds[0]) + Math.abs(joint_speeds[1]));
                    component("forward", forward);
                    component("effort", effort);
                    return forward + effort;
                }
                """);
    }

    private static TaskMetric.Meter<float[]> distance(Environment<float[], float[]> world) {
        return new TaskMetric.Meter<>() {
            private double x;
            private double y;

            @Override
            public void step(float[] action, Step<float[]> step) {
                x += 0.1 * step.observation()[4];
                y += 0.1 * step.observation()[5];
            }

            @Override
            public TaskMetric.Score score() {
                return new TaskMetric.Score(x, x >= 2, Map.of("drift to the side", Math.abs(y)));
            }
        };
    }

    /**
     * Autoscaling of inference servers; the task metric is minus the dollars of half an hour, for servers and for late
     * requests, and its figures keep cost and objective apart. A success has 95 % of the requests on time.
     *
     * @param config the servers
     * @param training the hours that a policy learns on
     * @param testing other hours, that it is judged on
     * @return the task, 20,000 steps a training
     */
    public static RewardTask<Integer> autoscaling(ServingConfig config, Arrivals training, Arrivals testing) {
        EnvironmentFactory<float[], Integer> learns = () -> new Autoscaling(config, training);
        EnvironmentFactory<float[], Integer> judged = () -> new Autoscaling(config, testing);
        RewardSchema schema = new RewardSchema(
                "Servers",
                "A pool of inference servers, 15 seconds after a decision.",
                List.of(
                        share("running", "Servers that run, as a share of the most there may be."),
                        share("starting", "Servers that are starting, which takes a minute, as a share of the most."),
                        share("utilisation", "Busy slots of the running servers."),
                        share("queue", "Requests that wait, as a share of a hundred."),
                        share(
                                "longest_wait",
                                "The longest present wait, as a share of ten times the 2 seconds that are promised."),
                        share(
                                "demand",
                                "Servers that the work of the last 15 seconds would have kept busy, as a share of the most."),
                        share("trend", "The same over the last two minutes."),
                        share("late", "Of the requests of the last 15 seconds, those that waited more than 2 seconds."),
                        RewardInput.integer(
                                        "change",
                                        "servers",
                                        "What was decided: so many servers more, or less where negative.")
                                .withRange(-2, 2)));
        return new RewardTask<>(
                "autoscaling",
                "Spend as little as possible on servers while almost every request begins to be answered within 2 seconds:"
                        + " a server costs $2.50 an hour from the decision to start it, a late request a cent.",
                schema,
                (before, action, after, inputs) -> {
                    for (int i = 0; i < after.length; i++) {
                        inputs[i] = after[i];
                    }
                    inputs[after.length] = action - 2;
                },
                new RewardTask.Worlds<>(learns, judged),
                Learning.categorical(ppo(16, 64, 20_000, 0.95)),
                RewardTasks::dollars,
                """
                double reward() {
                    double servers = -(running + starting);
                    double lateness = -late - 0.5 * queue;
                    component("servers", servers);
                    component("lateness", lateness);
                    return servers + lateness;
                }
                """);
    }

    private static RewardInput share(String name, String sentence) {
        return RewardInput.number(name, "", sentence).withRange(0, 1);
    }

    private static TaskMetric.Meter<Integer> dollars(Environment<float[], Integer> world) {
        if (!(world instanceof Autoscaling pool)) {
            throw new IllegalArgumentException("world: " + world.getClass() + " (expected: " + Autoscaling.class + ")");
        }
        return new TaskMetric.Meter<>() {
            private double reward;

            @Override
            public void step(Integer action, Step<float[]> step) {
                reward += step.reward();
            }

            @Override
            public TaskMetric.Score score() {
                return new TaskMetric.Score(
                        reward, pool.onTime() >= SLO, Map.of(COST, pool.cost(), ON_TIME, pool.onTime()));
            }
        };
    }

    private static double within(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }

    /** PPO as rl-zoo sets it for MountainCar, with larger rollouts and steps. */
    private static PpoConfig ppo(int environments, int steps, long budget, double gamma) {
        PpoConfig.Loss loss = PpoConfig.defaults().loss();
        return PpoConfig.defaults()
                .withHidden(32, 32)
                .withDiscounts(gamma, 0.95)
                .withRollout(
                        new PpoConfig.Rollout(environments, steps, budget),
                        new PpoConfig.Updates(4, 128, Double.POSITIVE_INFINITY))
                .withLoss(new PpoConfig.Loss(
                        loss.clip(), 0.005, loss.valueCoefficient(), loss.valueLoss(), loss.valueClip(), true))
                .withAdam(PpoConfig.defaults().adam().withLearningRate(1e-3));
    }
}
