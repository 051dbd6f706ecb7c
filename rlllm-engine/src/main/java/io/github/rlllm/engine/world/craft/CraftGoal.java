package io.github.rlllm.engine.world.craft;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a learned skill is for.
 *
 * @param kind to be near something, or to have taken one of it
 * @param resource of what
 */
public record CraftGoal(Kind kind, Resource resource) {
    /** What is wanted of a resource. */
    public enum Kind {
        /** It is at most {@link CraftWorld#REACH} cells away in each direction. */
        FIND,
        /** One was taken in the last step. */
        COLLECT
    }

    private static final List<CraftGoal> ALL = Arrays.stream(Kind.values())
            .flatMap(kind -> Stream.of(Resource.VALUES).map(resource -> new CraftGoal(kind, resource)))
            .toList();

    /**
     * All goals: find each resource, then collect each.
     *
     * @return 14 goals
     */
    public static List<CraftGoal> all() {
        return ALL;
    }
}
