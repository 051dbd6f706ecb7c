package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.engine.run.KeptList;

/**
 * What one rollout of reinforcement learning saw.
 *
 * @param iteration from 0
 * @param proxy mean score of what was to be raised
 * @param truth mean true score
 * @param kl mean of {@code log pi - log ref}, summed over a reply, in nats
 * @param clipped share of tokens whose ratio left the clip range in the last pass
 */
public record Rollout(int iteration, double proxy, double truth, double kl, double clipped) {
    /**
     * A list that is kept with a run.
     *
     * @return an empty list
     */
    public static KeptList<Rollout> list() {
        return new KeptList<>(
                (out, rollout) -> {
                    out.writeInt(rollout.iteration);
                    out.writeDouble(rollout.proxy);
                    out.writeDouble(rollout.truth);
                    out.writeDouble(rollout.kl);
                    out.writeDouble(rollout.clipped);
                },
                in -> new Rollout(in.readInt(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
    }
}
