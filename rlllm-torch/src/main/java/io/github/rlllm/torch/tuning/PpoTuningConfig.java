package io.github.rlllm.torch.tuning;

/**
 * The settings of {@link PpoTuning}.
 *
 * @param generation how completions are drawn
 * @param reward how scores become rewards of tokens
 * @param advantage how rewards become advantages
 * @param loss its parts and their weights
 * @param passes how often a rollout is learned from; PPO's epochs
 * @param optimisation how the policy descends; a micro-batch counts completions
 * @param valueOptimisation how the value model does; where it shares the policy's trunk only its micro-batch is read
 */
public record PpoTuningConfig(
        Generation generation,
        PpoReward reward,
        PpoAdvantage advantage,
        PpoLoss loss,
        Passes passes,
        Optimisation optimisation,
        Optimisation valueOptimisation) {
    /**
     * What TRL's PPO trainer had before it was dropped: beta .05 with k1, gamma 1, lambda .95, whitened advantages, clips .2,
     * value weight .1, four epochs of one minibatch. InstructGPT itself made one epoch of minibatches of 64 with beta .02.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how policy and value model descend
     * @return the settings
     */
    public static PpoTuningConfig defaults(int newTokens, Optimisation optimisation) {
        return new PpoTuningConfig(
                new Generation(newTokens, 1),
                PpoReward.fixed(0.05),
                PpoAdvantage.defaults(),
                PpoLoss.defaults(),
                Passes.of(4),
                optimisation,
                optimisation);
    }

    /**
     * The same, drawn otherwise.
     *
     * @param other how completions are drawn
     * @return a changed copy
     */
    public PpoTuningConfig withGeneration(Generation other) {
        return new PpoTuningConfig(other, reward, advantage, loss, passes, optimisation, valueOptimisation);
    }

    /**
     * The same with other rewards of tokens.
     *
     * @param other how scores become rewards
     * @return a changed copy
     */
    public PpoTuningConfig withReward(PpoReward other) {
        return new PpoTuningConfig(generation, other, advantage, loss, passes, optimisation, valueOptimisation);
    }

    /**
     * The same with another loss.
     *
     * @param other its parts
     * @return a changed copy
     */
    public PpoTuningConfig withLoss(PpoLoss other) {
        return new PpoTuningConfig(generation, reward, advantage, other, passes, optimisation, valueOptimisation);
    }

    /**
     * The same, learned from more or less often.
     *
     * @param other how often
     * @return a changed copy
     */
    public PpoTuningConfig withPasses(Passes other) {
        return new PpoTuningConfig(generation, reward, advantage, loss, other, optimisation, valueOptimisation);
    }

    /**
     * The same with another way for the value model to descend.
     *
     * @param other how it descends
     * @return a changed copy
     */
    public PpoTuningConfig withValueOptimisation(Optimisation other) {
        return new PpoTuningConfig(generation, reward, advantage, loss, passes, optimisation, other);
    }
}
