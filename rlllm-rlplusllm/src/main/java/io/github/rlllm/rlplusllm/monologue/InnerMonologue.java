package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Inner Monologue, Huang et al. 2022: the instruction, what the robot did and what it was told since are lines of one text,
 * and the language model chooses the next line: an action, a question or that the task is done. Nothing else is remembered.
 * As thread-safe as the scorer.
 *
 * <p>What is told comes from three sides. After every skill {@link Feedback} adds whether it succeeded and what the scene
 * looks like, as far as somebody says so; a question is answered by the person behind the run; and whatever else happens to
 * the run, such as a refusal, is a line as well.
 *
 * <pre>
 * Human: put the red block in the blue bowl
 * Robot action: put the red block in the blue bowl
 * Success: false
 * Scene: finished: nothing
 * Robot action: put the red block in the blue bowl
 * Success: true
 * Scene: finished: put the red block in the blue bowl
 * Robot ask: what is left to do?
 * Human: nothing
 * Robot action: done
 * </pre>
 *
 * @param <S> the type of the state, which the planner does not look at
 */
public final class InnerMonologue<S> implements Planner<S> {
    /** Begins the instruction, and an answer. */
    public static final String HUMAN = "Human: ";
    /** Begins what the robot does. */
    public static final String ACTION = "Robot action: ";
    /** Begins a question. */
    public static final String ASK = "Robot ask: ";
    /** Begins what a success detector says: true or false. */
    public static final String SUCCESS = "Success: ";
    /** Begins what a scene describer says. */
    public static final String SCENE = "Scene: ";
    /** The line that ends a plan. */
    public static final String DONE = ACTION + "done";

    private static final String ROBOT = "Robot: ";
    private static final String ANSWER = "answer: ";

    private final OptionScorer<String> scorer;
    private final Function<? super SkillCall, String> words;
    private final MonologueConfig config;

    /**
     * A planner.
     *
     * @param scorer the language model: a distribution over the next line, given the lines before, each with its line break
     * @param words writes a call as the robot says it, another text for every call
     * @param config settings
     */
    public InnerMonologue(
            OptionScorer<String> scorer, Function<? super SkillCall, String> words, MonologueConfig config) {
        this.scorer = Objects.requireNonNull(scorer, "scorer");
        this.words = Objects.requireNonNull(words, "words");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * One step: write down what has been said, let the language model choose the next line, do what it says.
     *
     * @param context task, history and the calls that may be invoked
     * @return an action, a question while there are questions left, or done
     */
    @Override
    public Directive next(PlanContext<S> context) {
        String monologue = monologue(context.task(), context.history());
        Map<String, Directive> lines = new LinkedHashMap<>();
        for (SkillCall call : context.allowed()) {
            lines.put(ACTION + words.apply(call), Directive.invoke(call));
        }
        if (answers(context.history()) < config.most()) {
            for (String question : config.questions()) {
                lines.put(ASK + question, Directive.ask(question));
            }
        }
        lines.put(DONE, Directive.done());
        Finite<String> next = scorer.score(monologue, List.copyOf(lines.keySet()));
        String line = config.sample() ? next.sample(context.rng()) : next.mode();
        return Objects.requireNonNull(lines.get(line), line);
    }

    /**
     * The text that the language model continues.
     *
     * @param task the instruction
     * @param history what happened
     * @return the examples of the configuration, an empty line, then a line for the instruction and for everything that
     *     happened, each with its line break
     */
    public String monologue(String task, List<? extends PlanEvent> history) {
        List<String> lines = new ArrayList<>();
        if (!config.examples().isEmpty()) {
            lines.add(config.examples());
            lines.add("");
        }
        lines.add(HUMAN + oneLine(task));
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null && result != null) {
                lines.add(ACTION + words.apply(call));
                lines.addAll(heard(result));
            } else {
                lines.addAll(said(event.text()));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** What was told of a skill: as {@link Feedback} wrote it, and what only the runner knows in words of its own. */
    private static List<String> heard(SkillResult result) {
        List<String> lines = new ArrayList<>();
        for (String line : result.text().split("\\R")) {
            if (line.startsWith(SUCCESS) || line.startsWith(SCENE)) {
                lines.add(line);
            } else if (!line.isBlank()) {
                lines.add(ROBOT + line);
            }
        }
        return lines;
    }

    /** What was said: an answer, after its question where {@link Feedback#answering} put it there, or somebody's words. */
    private List<String> said(String text) {
        if (!text.startsWith(ANSWER)) {
            return List.of(text);
        }
        String answer = text.substring(ANSWER.length());
        for (String question : config.questions()) {
            if (answer.startsWith(question + " ")) {
                return List.of(ASK + question, HUMAN + answer.substring(question.length() + 1));
            }
        }
        return List.of(HUMAN + answer);
    }

    private static long answers(List<? extends PlanEvent> history) {
        return history.stream().filter(event -> event.text().startsWith(ANSWER)).count();
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\R+", " ");
    }
}
