package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An episode as it was seen: copies, which nothing changes afterwards. One observation more than steps. */
final class Episode<A> {
    final long seed;
    final List<A> actions = new ArrayList<>();
    final List<@Nullable Object> observations = new ArrayList<>();
    final List<Double> rewards = new ArrayList<>();
    final List<Ending> endings = new ArrayList<>();

    Episode(long seed) {
        this.seed = seed;
    }

    int length() {
        return endings.size();
    }

    boolean ended() {
        return length() > 0 && endings.get(length() - 1).over();
    }

    /** Whether both saw the same as long as both went on. */
    boolean agrees(Episode<A> other) {
        for (int t = 0; t < Math.min(observations.size(), other.observations.size()); t++) {
            if (!Values.same(observations.get(t), other.observations.get(t))) {
                return false;
            }
        }
        int both = Math.min(length(), other.length());
        return rewards.subList(0, both).equals(other.rewards.subList(0, both))
                && endings.subList(0, both).equals(other.endings.subList(0, both));
    }
}
