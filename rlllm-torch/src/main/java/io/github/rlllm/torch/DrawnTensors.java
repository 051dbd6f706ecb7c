package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Weights before any training, as GPT-2 begins (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners",
 * section 2.3): matrices normal with deviation .02, those that write into the residual stream divided by the root of their
 * number (two a layer), biases 0 and gains 1. The other families are drawn by the same rule.
 */
final class DrawnTensors {
    private static final double DEVIATION = 0.02;

    private DrawnTensors() {}

    static float[] draw(ModelConfig config, String name, long[] shape, RandomGenerator rng) {
        float[] numbers = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        if (shape.length == 1) {
            boolean gain = name.endsWith(".weight") && config.family() != Family.GEMMA3; // Gemma stores the gain less 1
            Arrays.fill(numbers, gain ? 1 : 0);
            return numbers;
        }
        boolean residual =
                name.endsWith("c_proj.weight") || name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
        double deviation = residual ? DEVIATION / Math.sqrt(2.0 * config.sizes().layers()) : DEVIATION;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (deviation * rng.nextGaussian());
        }
        return numbers;
    }
}
