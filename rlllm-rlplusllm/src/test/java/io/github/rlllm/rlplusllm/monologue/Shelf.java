package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A world of three things that are put on a shelf or not; each attempt ends as told beforehand, well where nothing is. */
final class Shelf {
    static final List<String> THINGS = List.of("cup", "jar", "pot");

    private final Set<String> on = new TreeSet<>();
    private final Deque<Boolean> ends = new ArrayDeque<>();
    int attempts;

    Shelf(Boolean... ends) {
        this.ends.addAll(Arrays.asList(ends));
    }

    Set<String> state() {
        return Set.copyOf(on);
    }

    void takeAway(String thing) {
        on.remove(thing);
    }

    Skill<Set<String>> put() {
        return Skill.<Set<String>>named("put", "thing").does((call, control) -> {
            attempts++;
            boolean well = ends.isEmpty() || ends.remove();
            if (well) {
                on.add(call.arguments().get(0));
            }
            return new SkillResult(well ? Status.SUCCESS : Status.FAILED, "the arm's own words");
        });
    }

    static String words(SkillCall call) {
        return call.skill() + " the " + call.arguments().get(0);
    }

    static SkillCall call(String thing) {
        return SkillCall.of("put", thing);
    }

    static String scene(Set<String> state) {
        return "finished: " + actions(new TreeSet<>(state));
    }

    /** What a person answers who sees everything. */
    String left() {
        Set<String> missing = new TreeSet<>(THINGS);
        missing.removeAll(on);
        return missing.isEmpty() ? "nothing" : "left: " + actions(missing);
    }

    private static String actions(Set<String> things) {
        return things.isEmpty()
                ? "nothing"
                : String.join(
                        ", ", things.stream().map(thing -> words(call(thing))).toList());
    }
}
