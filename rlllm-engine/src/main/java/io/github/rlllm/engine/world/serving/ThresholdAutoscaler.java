package io.github.rlllm.engine.world.serving;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import java.util.List;

/**
 * The classical answer: keep as many servers as hold the utilisation at a target, as Kubernetes' horizontal autoscaler does
 * ({@code wanted = ceil(load / target)}), where the load is the larger of the busy slots with the queue and the recent demand;
 * shrink only when the load would fit into one server less with a margin. Immutable and thread-safe.
 *
 * @param target the utilisation to hold, above 0, at most 1
 * @param queueWeight how much of a server's slot a waiting request counts for, at least 0
 * @param margin by how much the utilisation must stay below the target before it shrinks, 0 to 1
 * @param config the servers
 */
public record ThresholdAutoscaler(double target, double queueWeight, double margin, ServingConfig config)
        implements Policy<float[], Integer> {
    /** Checks the record. */
    public ThresholdAutoscaler {
        if (!(target > 0 && target <= 1)) {
            throw new IllegalArgumentException("target: " + target + " (expected: above 0, at most 1)");
        }
        if (!(queueWeight >= 0) || Double.isInfinite(queueWeight)) {
            throw new IllegalArgumentException("queueWeight: " + queueWeight + " (expected: >= 0)");
        }
        if (!(margin >= 0 && margin < 1)) {
            throw new IllegalArgumentException("margin: " + margin + " (expected: 0 to below 1)");
        }
    }

    @Override
    public Finite<Integer> at(float[] seen) {
        double running = seen[Autoscaling.RUNNING] * config.mostServers();
        double starting = seen[Autoscaling.STARTING] * config.mostServers();
        double busy = seen[Autoscaling.UTILISATION] * running;
        double queue = seen[Autoscaling.QUEUE] * Autoscaling.MOST_QUEUE / config.slots() * queueWeight;
        double demand = seen[Autoscaling.TREND] * config.mostServers();
        double load = Math.max(busy + queue, demand);
        double have = running + starting;
        double wanted = Math.ceil(load / target - 1e-6);
        int change;
        if (wanted > have + 0.5) {
            change = wanted > have + 1.5 ? 2 : 1;
        } else {
            change = load / (target * (1 - margin)) < have - 1 ? -1 : 0;
        }
        return Finite.of(List.of(change + 2), 1);
    }
}
