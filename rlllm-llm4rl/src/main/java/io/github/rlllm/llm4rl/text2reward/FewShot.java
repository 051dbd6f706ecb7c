package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A reward of another task, as an example.
 *
 * @param sentence the task
 * @param schema what the reward reads
 * @param program the reward
 */
public record FewShot(String sentence, RewardSchema schema, String program) {
    /**
     * The examples whose sentences are nearest to a task's, the nearest first; among equals the earlier one.
     *
     * @param encoder gives the vectors of the sentences
     * @param library all examples
     * @param sentence the task's; an example with this very sentence is left out
     * @param k how many, at least 0
     * @return at most {@code k}
     */
    public static List<FewShot> nearest(Encoder encoder, List<FewShot> library, String sentence, int k) {
        float[] wanted = encoder.encode(sentence);
        List<FewShot> others = new ArrayList<>(library);
        others.removeIf(example -> example.sentence().equals(sentence));
        others.sort(Comparator.comparingDouble(example -> -dot(wanted, encoder.encode(example.sentence()))));
        return List.copyOf(others.subList(0, Math.min(k, others.size())));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** What it reads, in a line. */
    String inputs() {
        return schema.inputs().stream()
                .map(input -> input.type().word() + "[]".repeat(input.shape().size()) + " " + input.name() + " ("
                        + input.sentence() + ")")
                .collect(Collectors.joining("; "));
    }

    /**
     * Six examples of tasks that are none of the studies'.
     *
     * @return the library
     */
    public static List<FewShot> library() {
        return List.of(
                new FewShot(
                        "Keep the pole upright while the cart stays near the middle.",
                        new RewardSchema(
                                "Pole",
                                "A pole on a cart.",
                                List.of(
                                        RewardInput.number("angle", "rad", "The pole's angle from upright."),
                                        RewardInput.number("position", "m", "The cart's distance from the middle."))),
                        """
                        double reward() {
                            double upright = Math.cos(angle);
                            double centred = -0.1 * Math.abs(position);
                            component("upright", upright);
                            component("centred", centred);
                            return upright + centred;
                        }
                        """),
                new FewShot(
                        "Fly the drone to the landing pad and come down gently.",
                        new RewardSchema(
                                "Drone",
                                "A drone above a pad.",
                                List.of(
                                        RewardInput.number("drone", "m", "Where the drone is.")
                                                .withShape(3),
                                        RewardInput.number("pad", "m", "Where the pad is.")
                                                .withShape(3),
                                        RewardInput.number("descent", "m/s", "How fast it sinks."))),
                        """
                        double reward() {
                            double aside = Math.hypot(drone[0] - pad[0], drone[1] - pad[1]);
                            double near = Math.exp(-aside);
                            double gentle = -Math.max(0, descent - 0.5);
                            component("near", near);
                            component("gentle", gentle);
                            return near + gentle;
                        }
                        """),
                new FewShot(
                        "Turn the valve until it is closed.",
                        new RewardSchema(
                                "Valve",
                                "A valve and a gripper.",
                                List.of(
                                        RewardInput.number("opening", "rad", "How far the valve is open."),
                                        RewardInput.number("grip", "m", "The gripper's distance from the handle."))),
                        """
                        double reward() {
                            double grasp = -grip;
                            double closing = grip < 0.05 ? -opening : -3.0;
                            component("grasp", grasp);
                            component("closing", closing);
                            return grasp + closing;
                        }
                        """),
                new FewShot(
                        "Pick up the cup and lift it to the shelf.",
                        new RewardSchema(
                                "Cup",
                                "A gripper, a cup and a shelf.",
                                List.of(
                                        RewardInput.number("gripper", "m", "Where the gripper is.")
                                                .withShape(3),
                                        RewardInput.number("cup", "m", "Where the cup is.")
                                                .withShape(3),
                                        RewardInput.number("shelf_height", "m", "The height of the shelf."))),
                        """
                        double distance(double[] a, double[] b) {
                            double sum = 0;
                            for (int i = 0; i < a.length; i++) {
                                sum += (a[i] - b[i]) * (a[i] - b[i]);
                            }
                            return Math.sqrt(sum);
                        }

                        double reward() {
                            double reach = -distance(gripper, cup);
                            double lift = -2.0 * Math.abs(shelf_height - cup[2]);
                            component("reach", reach);
                            component("lift", lift);
                            return reach + lift;
                        }
                        """),
                new FewShot(
                        "Run forward as fast as possible without wasting energy.",
                        new RewardSchema(
                                "Runner",
                                "A runner with six joints.",
                                List.of(
                                        RewardInput.number("speed", "m/s", "Its speed forward."),
                                        RewardInput.number("torques", "", "What each joint does.")
                                                .withShape(6))),
                        """
                        double reward() {
                            double effort = 0;
                            for (double torque : torques) {
                                effort += torque * torque;
                            }
                            component("speed", speed);
                            component("effort", -0.05 * effort);
                            return speed - 0.05 * effort;
                        }
                        """),
                new FewShot(
                        "Slide the drawer open by its handle.",
                        new RewardSchema(
                                "Drawer",
                                "A hand and a drawer.",
                                List.of(
                                        RewardInput.number("to_handle", "m", "The hand's distance from the handle."),
                                        RewardInput.number("open", "m", "How far the drawer is open."))),
                        """
                        double reward() {
                            double reach = Math.exp(-5.0 * to_handle);
                            double pull = 4.0 * open;
                            component("reach", reach);
                            component("pull", pull);
                            return reach + pull;
                        }
                        """));
    }
}
