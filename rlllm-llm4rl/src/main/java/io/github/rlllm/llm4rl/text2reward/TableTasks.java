package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.world.reach.TableTop;
import io.github.rlllm.engine.world.reach.TableTop.Goal;
import io.github.rlllm.llm4rl.design.Learning;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.TaskMetric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two tasks on {@link TableTop}: the hand to the target, the puck to the target. An episode succeeds where the wanted thing is
 * at the target at the end of any step; the task metric is 1 for a success and a tenth of the metres by which the thing came
 * nearer at its nearest.
 */
public final class TableTasks {
    /** Figure: the hand's distance from the puck at the end, in metres. */
    public static final String HAND_TO_PUCK = "hand to puck";
    /** Figure: the hand's distance from the target at the end, in metres. */
    public static final String HAND_TO_TARGET = "hand to target";
    /** Figure: the puck's distance from the target at the end, in metres. */
    public static final String PUCK_TO_TARGET = "puck to target";
    /** Figure: the share of the steps at whose end the hand was behind the puck, seen from the target. */
    public static final String BEHIND = "hand behind";

    private static final String HELPER = """
            double distance(double[] a, double[] b) {
                return Math.hypot(a[0] - b[0], a[1] - b[1]);
            }

            """;

    private TableTasks() {}

    /**
     * The hand to the target.
     *
     * @return the task, 30,000 steps a training
     */
    public static RewardTask<float[]> reach() {
        return task(Goal.REACH, "reach", "Bring the hand to the target.", 30_000, HELPER + """
                        double reward() {
                            double reach = -distance(hand, target);
                            component("reach", reach);
                            return reach;
                        }
                        """);
    }

    /**
     * The puck to the target.
     *
     * @return the task, 160,000 steps a training
     */
    public static RewardTask<float[]> push() {
        return task(Goal.PUSH, "push", "Push the puck to the target with the hand.", 160_000, HELPER + """
                        double reward() {
                            double length = Math.max(0.001, distance(puck, target));
                            double behind_x = puck[0] - 0.2 * (target[0] - puck[0]) / length;
                            double behind_y = puck[1] - 0.2 * (target[1] - puck[1]) / length;
                            double push = -3.0 * length;
                            double off = Math.hypot(hand[0] - behind_x, hand[1] - behind_y);
                            double behind = -Math.min(1.0, length / 0.3) * off;
                            double there = length < 0.12 ? 2.0 : 0.0;
                            component("push", push);
                            component("behind", behind);
                            component("there", there);
                            return push + behind + there;
                        }
                        """);
    }

    private static RewardTask<float[]> task(Goal goal, String name, String sentence, long steps, String human) {
        RewardSchema schema = new RewardSchema(
                "Table",
                "A table of 2 x 2 m seen from above, after one step. Places are x and y, from the middle.",
                List.of(
                        place("hand", "Where the hand is."),
                        place("puck", "Where the puck is; it moves away when the hand comes nearer than 0.2 m."),
                        place("target", "Where the target is."),
                        place("previous_hand", "Where the hand was before the step."),
                        place("previous_puck", "Where the puck was before the step."),
                        RewardInput.number("action", "", "By what share of 0.1 m the hand was to move in x and y.")
                                .withShape(2)
                                .withRange(-1, 1)));
        return new RewardTask<>(
                name,
                sentence,
                schema,
                (before, action, after, inputs) -> {
                    for (int i = 0; i < 6; i++) {
                        inputs[i] = after[i];
                    }
                    for (int i = 0; i < 4; i++) {
                        inputs[6 + i] = before[i];
                    }
                    inputs[10] = Math.max(-1, Math.min(1, action[0]));
                    inputs[11] = Math.max(-1, Math.min(1, action[1]));
                },
                RewardTask.Worlds.same(() -> new TableTop(goal)),
                Learning.gaussian(ppo(steps)),
                world -> new Watched(goal),
                human);
    }

    private static RewardInput place(String name, String sentence) {
        return RewardInput.number(name, "m", sentence).withShape(2).withRange(-1, 1);
    }

    private static PpoConfig ppo(long steps) {
        return PpoConfig.defaults()
                .withDiscounts(0.95, 0.95)
                .withRollout(
                        new PpoConfig.Rollout(16, 64, steps), new PpoConfig.Updates(8, 128, Double.POSITIVE_INFINITY))
                .withAdam(PpoConfig.defaults().adam().withLearningRate(1e-3));
    }

    /** One episode. */
    private static final class Watched implements TaskMetric.Meter<float[]> {
        private final Goal goal;
        private float[] first = {};
        private float[] last = {};
        private boolean success;
        private double nearest = Double.MAX_VALUE;
        private int steps;
        private int behind;

        Watched(Goal goal) {
            this.goal = goal;
        }

        @Override
        public void step(float[] action, Step<float[]> step) {
            last = step.observation();
            if (first.length == 0) {
                first = last;
            }
            steps++;
            // the way from the hand to the puck leads on to the target
            behind += last[6] * last[8] + last[7] * last[9] > 0 ? 1 : 0;
            success |= step.reward() > 0;
            nearest = Math.min(nearest, wanted(last));
        }

        @Override
        public TaskMetric.Score score() {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(HAND_TO_PUCK, distance(last, 0, 2));
            figures.put(HAND_TO_TARGET, distance(last, 0, 4));
            figures.put(PUCK_TO_TARGET, distance(last, 2, 4));
            figures.put(BEHIND, behind / (double) steps);
            return new TaskMetric.Score((success ? 1 : 0) + 0.1 * (wanted(first) - nearest), success, figures);
        }

        /** What is left of the way of the wanted thing, in metres. */
        private double wanted(float[] seen) {
            return distance(seen, goal == Goal.PUSH ? 2 : 0, 4);
        }

        private static double distance(float[] seen, int a, int b) {
            return Math.hypot(seen[a] - seen[b], seen[a + 1] - seen[b + 1]);
        }
    }
}
