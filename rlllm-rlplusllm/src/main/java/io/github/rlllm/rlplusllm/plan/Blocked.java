package io.github.rlllm.rlplusllm.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The resources of a runner on which nothing may be invoked, each with the run whose skill did not stop. Thread-safe. */
final class Blocked {
    private final Map<String, PlanLoop<?>> owners = new HashMap<>();

    synchronized void block(Collection<String> resources, PlanLoop<?> owner) {
        resources.forEach(resource -> owners.put(resource, owner));
    }

    /** Gives the run that blocked it, or null where it was not blocked. */
    synchronized @Nullable PlanLoop<?> clear(String resource) {
        return owners.remove(resource);
    }

    synchronized boolean blocks(Collection<String> resources) {
        return !owners.isEmpty() && resources.stream().anyMatch(owners::containsKey);
    }

    synchronized Set<String> all() {
        return new TreeSet<>(owners.keySet());
    }
}
