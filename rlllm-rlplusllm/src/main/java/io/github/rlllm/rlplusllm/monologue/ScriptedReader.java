package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A program in the place of the language model, for tests and as an upper bound: it reads the lines of the last monologue
 * and nothing else, and understands all of them. It believes what it was told last. An action of which nobody says anything
 * it takes for done. Thread-safe.
 *
 * <p>It knows these words, with actions separated by commas and as the robot says them:
 *
 * <pre>
 * Success: false                     the last action is not done
 * Scene: ... finished: A, B          A and B are done, the other actions are not
 * Human: left: A, B                  an answer: A and B are to be done, the other actions are not
 * Human: nothing                     an answer: all is done
 * </pre>
 */
public final class ScriptedReader implements OptionScorer<String> {
    /** Begins the list of what is done, in a line of the scene. */
    public static final String FINISHED = "finished: ";
    /** Begins the list of what is not done, in an answer. */
    public static final String LEFT = "left: ";
    /** No action, in either list. */
    public static final String NOTHING = "nothing";

    private static final double CERTAIN = 0;

    /** What instructions mean. */
    public interface Understanding {
        /**
         * The actions that fulfil an instruction.
         *
         * @param instruction in words
         * @return the actions as the robot says them, in their order; where the instruction is unclear, a guess
         */
        List<String> actions(String instruction);

        /**
         * Whether a question comes first.
         *
         * @param instruction in words
         * @return true where the actions are a guess
         */
        default boolean unclear(String instruction) {
            return false;
        }
    }

    private final Understanding understanding;

    /**
     * A reader.
     *
     * @param understanding what instructions mean
     */
    public ScriptedReader(Understanding understanding) {
        this.understanding = Objects.requireNonNull(understanding, "understanding");
    }

    /**
     * All on one line: the first action that is not done and may be chosen; where there is none, a question that may be
     * asked and was not answered since the last action; else done.
     */
    @Override
    public Finite<String> score(String context, List<String> options) {
        String[] lines =
                context.substring(context.lastIndexOf("\n\n") + 1).strip().split("\n");
        String instruction = lines[0].replaceFirst("^" + InnerMonologue.HUMAN, "");
        List<String> actions = understanding.actions(instruction);
        Set<String> done = new LinkedHashSet<>();
        boolean answered = false;
        String last = "";
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            if (line.startsWith(InnerMonologue.ACTION)) {
                last = line.substring(InnerMonologue.ACTION.length());
                done.add(last);
                answered = false;
            } else if (line.equals(InnerMonologue.SUCCESS + false)) {
                done.remove(last);
            } else if (line.startsWith(InnerMonologue.SCENE) && line.contains(FINISHED)) {
                done = new LinkedHashSet<>(listed(line, FINISHED));
            } else if (line.startsWith(InnerMonologue.HUMAN + LEFT)) {
                List<String> left = listed(line, LEFT);
                // An answer may be news: what was meant by an unclear instruction.
                actions = actions.containsAll(left) ? actions : left;
                done = new LinkedHashSet<>(actions);
                left.forEach(done::remove);
                answered = true;
            } else if (line.equals(InnerMonologue.HUMAN + NOTHING)) {
                done = new LinkedHashSet<>(actions);
                answered = true;
            }
        }
        boolean first = lines.length == 1 && understanding.unclear(instruction);
        String line = next(actions, done, options, answered, first);
        double[] logits = new double[options.size()];
        Arrays.fill(logits, Double.NEGATIVE_INFINITY);
        logits[options.indexOf(line)] = CERTAIN;
        return Finite.softmax(options, logits);
    }

    private static String next(
            List<String> actions, Set<String> done, List<String> options, boolean answered, boolean unclear) {
        String question = options.stream()
                .filter(option -> option.startsWith(InnerMonologue.ASK))
                .findFirst()
                .orElse("");
        if (unclear && !question.isEmpty()) {
            return question;
        }
        for (String action : actions) {
            if (!done.contains(action) && options.contains(InnerMonologue.ACTION + action)) {
                return InnerMonologue.ACTION + action;
            }
        }
        return question.isEmpty() || answered ? InnerMonologue.DONE : question;
    }

    private static List<String> listed(String line, String after) {
        String list = line.substring(line.indexOf(after) + after.length()).strip();
        return list.equals(NOTHING) ? List.of() : List.of(list.split(", "));
    }
}
