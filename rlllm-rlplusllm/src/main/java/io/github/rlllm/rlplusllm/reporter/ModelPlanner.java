package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ShortAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Any language model as the Planner. It is shown the rules, two finished tasks, the task and every instruction so far with
 * what came of it, and answers with one of the instructions that are allowed. An answer that is none of them is told so a
 * bounded number of times, and then the Planner gives up: nothing is guessed for the model. As thread-safe as the model.
 */
public final class ModelPlanner implements Planner<float[]> {
    private static final int ATTEMPTS = 3;
    private static final int TOKENS = 64;
    private static final String PICK_UP = Instruction.Verb.PICK_UP.words();

    private static final String RULES = """
            You direct an agent in a room. You cannot see the room. Objects are good or toxic, which nobody sees before they are examined.
            "examine the X": the agent goes to X and reports what it found.
            "pick up the X": the agent picks up X. This ends the task, so know first what you need to know.
            Answer with one instruction of the list and nothing else.

            Two finished tasks:
            Task: If the black cube is good, pick up the white star, otherwise pick up the brown key.
            examine the black cube -> the black cube is toxic
            pick up the brown key -> success
            Task: Pick up the one that is good: the white key, the black star or the brown cube.
            examine the white key -> the white key is toxic
            examine the black star -> the black star is good
            pick up the black star -> success""";

    private final LanguageModel model;

    /**
     * A planner.
     *
     * @param model answers
     */
    public ModelPlanner(LanguageModel model) {
        this.model = Objects.requireNonNull(model, "model");
    }

    @Override
    public Directive next(PlanContext<float[]> context) {
        for (PlanEvent event : context.history()) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null
                    && result != null
                    && result.success()
                    && call.skill().equals(PICK_UP)) {
                return Directive.done();
            }
        }
        Map<String, SkillCall> options = new LinkedHashMap<>();
        context.allowed().forEach(call -> options.put(words(call), call));
        if (options.isEmpty()) {
            return Directive.giveUp("nothing is allowed any more");
        }
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(Message.Role.SYSTEM, RULES));
        messages.add(new Message(
                Message.Role.USER, question(context.task(), context.history(), List.copyOf(options.keySet()))));
        String reason = "";
        for (int attempt = 0; attempt < ATTEMPTS && !context.control().cancelled(); attempt++) {
            Completion answer = model.complete(
                    new Prompt(messages, List.of(), TOKENS, context.rng().nextLong(), null));
            Parsed<String> read = ShortAnswer.oneOf(answer, List.copyOf(options.keySet()));
            SkillCall chosen = read.fold(options::get, rejected -> null);
            if (chosen != null) {
                return Directive.invoke(chosen);
            }
            reason = read.fold(accepted -> "", rejected -> rejected);
            messages.add(new Message(Message.Role.ASSISTANT, answer.text()));
            messages.add(new Message(Message.Role.USER, again(reason)));
        }
        return Directive.giveUp("no instruction could be read from " + ATTEMPTS + " answers: " + reason);
    }

    /** An instruction in words, such as {@code pick up the red ball}. */
    private static String words(SkillCall call) {
        return call.skill() + " the " + String.join(", ", call.arguments());
    }

    private static String question(String task, List<PlanEvent> history, List<String> options) {
        StringBuilder text = new StringBuilder("Task: ").append(task).append('\n');
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null && result != null) {
                String end = result.text().isEmpty() ? result.status().name().toLowerCase(Locale.ROOT) : result.text();
                text.append(words(call)).append(" -> ").append(end).append('\n');
            }
        }
        text.append("\nInstructions:\n");
        options.forEach(option -> text.append("- ").append(option).append('\n'));
        return text.append("\nNext instruction:").toString();
    }

    private static String again(String reason) {
        return "That could not be read: " + reason + ". Answer with one instruction of the list and nothing else.";
    }

    /**
     * What a language model is shown in the middle of a task, and what follows an answer that cannot be read.
     *
     * @return the messages under headings
     */
    public static String prompts() {
        List<PlanEvent> history = List.of(PlanEvent.executed(
                SkillCall.of("examine", "red box"),
                new SkillResult(SkillResult.Status.SUCCESS, "the red box is toxic")));
        String task = "If the red box is toxic, pick up the green ball, otherwise pick up the blue ring.";
        List<String> options = List.of("examine the green ball", "pick up the green ball", "pick up the blue ring");
        return String.join(
                "\n\n",
                "--- system",
                RULES,
                "--- user",
                question(task, history, options),
                "--- after an answer that cannot be read",
                again("line 1, column 1: another answer (expected: one of the instructions)"));
    }
}
