package io.github.rlllm.rlplusllm.plan;

import java.util.List;

/**
 * A fact of a skill or a start, taken apart: {@code at kitchen}, where {@code at {room}} was declared, has the form
 * {@code at {}} and the place {@code kitchen}.
 *
 * @param form as it was declared, with empty braces for its places
 * @param places what stands there: a value of a domain, or a parameter of the skill in braces
 */
public record Fact(String form, List<String> places) {
    /** Copies. */
    public Fact {
        places = List.copyOf(places);
    }

    /**
     * Whether a place is a parameter.
     *
     * @param place one of {@link #places()}
     * @return true for a name in braces
     */
    public static boolean parameter(String place) {
        return place.startsWith("{") && place.endsWith("}");
    }

    /** The parameter's name without its braces. */
    static String name(String place) {
        return place.substring(1, place.length() - 1);
    }
}
