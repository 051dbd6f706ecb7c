package io.github.rlllm.engine.world;

import io.github.rlllm.api.Space;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Whether a space holds its own samples, draws them from the generator alone and gives them away. */
final class SpaceChecks {
    private static final int SAMPLES = 20;

    private final FindingLog log;

    SpaceChecks(FindingLog log) {
        this.log = log;
    }

    /** Says whether samples can be had at all. */
    <T> boolean samples(String method, Space<T> space) {
        SplittableRandom rng = new SplittableRandom(5);
        SplittableRandom again = new SplittableRandom(5);
        T before = null;
        Object copy = null;
        for (int i = 0; i < SAMPLES; i++) {
            T sample = sample(method, space, rng);
            T equal = sample(method, space, again);
            if (sample == null || equal == null) {
                return false;
            }
            if (before != null && !Values.same(copy, before)) {
                log.add(method + ".sample", "an array that a later sample changed", "an array of its own");
            }
            if (!Values.same(sample, equal)) {
                log.add(
                        method + ".sample",
                        Values.describe(equal),
                        Values.describe(sample) + ", as before from an equal generator");
                return true;
            }
            before = sample;
            copy = Values.copy(sample);
            contains(method, space, sample);
        }
        return true;
    }

    private <T> void contains(String method, Space<T> space, T sample) {
        log.enter(method + ".contains");
        try {
            if (!space.contains(sample)) {
                log.add(method + ".sample", Values.describe(sample), "an element of " + space);
            }
        } catch (FindingLog.ClosedException e) {
            throw e;
        } catch (Throwable e) {
            log.add(method + ".contains", "threw " + e, "true or false");
        }
    }

    private <T> @Nullable T sample(String method, Space<T> space, SplittableRandom rng) {
        return log.call(method + ".sample", "an element", () -> space.sample(rng));
    }
}
