package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.world.secret.SecretTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * No language model: a program that reads the words of {@link SecretTask#text} and of the reports, examines what the answer
 * depends on and believes what it is told. What it is not told it asks once more, and then guesses. It stands in for a
 * language model in training, where thousands of answers are needed, and in tests. Thread-safe.
 */
public final class ScriptedPlanner implements Planner<float[]> {
    /** Its name on a result's rows. */
    public static final String NAME = "scripted";

    private static final int ASKED = 2;
    private static final Pattern CONDITION =
            Pattern.compile("If the (.+) is (good|toxic), pick up the (.+), otherwise pick up the (.+)\\.");
    private static final Pattern CHOICE =
            Pattern.compile("Pick up the one that is (good|toxic): the (.+), the (.+) or the (.+)\\.");
    private static final Pattern REPORT = Pattern.compile("the (.+) is (good|toxic)");
    private static final String EXAMINE = Instruction.Verb.EXAMINE.words();
    private static final String PICK_UP = Instruction.Verb.PICK_UP.words();

    private final boolean examines;

    private ScriptedPlanner(boolean examines) {
        this.examines = examines;
    }

    /**
     * The planner that examines.
     *
     * @return the planner
     */
    public static ScriptedPlanner examining() {
        return new ScriptedPlanner(true);
    }

    /**
     * The planner that guesses among what can be meant without examining anything: what is reached without a Reporter.
     *
     * @return the planner
     */
    public static ScriptedPlanner guessing() {
        return new ScriptedPlanner(false);
    }

    @Override
    public Directive next(PlanContext<float[]> context) {
        Notes notes = Notes.of(context.history());
        SkillCall begun = notes.pickedUp;
        if (begun != null) {
            return notes.done ? Directive.done() : ifAllowed(context, begun);
        }
        Matcher condition = CONDITION.matcher(context.task());
        if (condition.matches()) {
            String decider = condition.group(1);
            String told = notes.told.get(decider);
            List<String> either = List.of(condition.group(3), condition.group(4));
            if (told != null) {
                return pickUp(context, either.get(told.equals(condition.group(2)) ? 0 : 1));
            }
            return notes.open(decider, examines) ? examine(context, decider) : guess(context, either);
        }
        Matcher choice = CHOICE.matcher(context.task());
        if (choice.matches()) {
            return choose(context, notes, choice.group(1), List.of(choice.group(2), choice.group(3), choice.group(4)));
        }
        return Directive.giveUp("task: '" + context.task() + "' (expected: a condition or a choice)");
    }

    private Directive choose(PlanContext<float[]> context, Notes notes, String wanted, List<String> named) {
        List<String> left = new ArrayList<>();
        for (String object : named) {
            String told = notes.told.get(object);
            if (wanted.equals(told)) {
                return pickUp(context, object);
            }
            if (told == null) {
                left.add(object);
            }
        }
        if (left.isEmpty()) {
            return guess(context, named); // one of them has the property, so somebody erred
        }
        if (left.size() > 1) {
            for (String object : left) {
                if (notes.open(object, examines)) {
                    return examine(context, object);
                }
            }
        }
        return guess(context, left);
    }

    private static Directive guess(PlanContext<float[]> context, List<String> objects) {
        return pickUp(context, objects.get(context.rng().nextInt(objects.size())));
    }

    private static Directive examine(PlanContext<float[]> context, String object) {
        return ifAllowed(context, SkillCall.of(EXAMINE, object));
    }

    private static Directive pickUp(PlanContext<float[]> context, String object) {
        return ifAllowed(context, SkillCall.of(PICK_UP, object));
    }

    private static Directive ifAllowed(PlanContext<float[]> context, SkillCall call) {
        return context.allowed().contains(call)
                ? Directive.invoke(call)
                : Directive.giveUp(call + " is needed and not allowed");
    }

    /** What the history tells: the newest report on each object, how often it was examined, and what was to be picked up. */
    private static final class Notes {
        final Map<String, String> told = new HashMap<>();
        final Map<String, Integer> examined = new HashMap<>();

        @Nullable
        SkillCall pickedUp;

        boolean done;

        static Notes of(List<PlanEvent> history) {
            Notes notes = new Notes();
            for (PlanEvent event : history) {
                SkillCall call = event.call();
                SkillResult result = event.result();
                if (call == null || result == null) {
                    continue;
                }
                if (call.skill().equals(PICK_UP)) {
                    notes.pickedUp = call;
                    notes.done = result.success();
                } else {
                    notes.examined.merge(call.arguments().get(0), 1, Integer::sum);
                    Matcher report = REPORT.matcher(result.text());
                    if (result.success() && report.matches()) {
                        notes.told.put(report.group(1), report.group(2));
                    }
                }
            }
            return notes;
        }

        /** Whether there is a point in examining an object of which nothing is known. */
        boolean open(String object, boolean examines) {
            return examines && examined.getOrDefault(object, 0) < ASKED;
        }
    }
}
