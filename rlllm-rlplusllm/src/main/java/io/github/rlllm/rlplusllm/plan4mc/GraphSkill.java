package io.github.rlllm.rlplusllm.plan4mc;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node of the skill graph: what a skill needs and what it makes, counted.
 *
 * @param name unique in a graph
 * @param kind how it acts on what is nearby
 * @param consume what it uses up, item to a number of at least 1, in the order in which a plan gets hold of it
 * @param require what has to be there and stays, as above
 * @param equip what is held in the hand meanwhile; each is consumed or required too
 * @param obtain what it makes, item to a number of at least 1; not empty
 */
public record GraphSkill(
        String name,
        Kind kind,
        Map<String, Integer> consume,
        Map<String, Integer> require,
        List<String> equip,
        Map<String, Integer> obtain) {

    /** How a skill acts on what is nearby. */
    public enum Kind {
        /** Walks until something is near, and so away from everything else. */
        FIND,
        /** Works on what is near or in the hand. */
        MANIPULATE,
        /** Makes one thing of others on the spot. */
        CRAFT
    }

    /** The ending of facts that something is near. They are no things: there is never more than one of such a fact. */
    public static final String NEARBY = "_nearby";

    /** Copies; {@link SkillGraph} checks, so that all errors of a graph are told at once. */
    public GraphSkill {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        consume = ordered(consume);
        require = ordered(require);
        equip = List.copyOf(equip);
        obtain = ordered(obtain);
    }

    /**
     * Whether an item is the fact that something is near.
     *
     * @param item an item
     * @return by its ending, {@link #NEARBY}
     */
    public static boolean nearby(String item) {
        return item.endsWith(NEARBY);
    }

    private static Map<String, Integer> ordered(Map<String, Integer> counts) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    }
}
