package io.github.rlllm.rlplusllm.plan4mc;

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
import io.github.rlllm.engine.lm.ShortAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The paper's baseline Interactive LLM: in the place of the search a language model names the next skill, told what there is,
 * what each skill needs and gives, and how the last skills ended. An answer that names no skill goes back with the reason, a
 * bounded number of times. Immutable; as thread-safe as the model.
 */
public final class InteractivePlanner implements Planner<Inventory> {
    /** The answer by which the model says that nothing can be done. */
    public static final String GIVE_UP = "give up";

    private static final int ATTEMPTS = 3;
    /** Skills whose end is shown. */
    private static final int RECENT = 8;

    private static final int TOKENS = 64;

    private final LanguageModel model;
    private final SkillGraph graph;
    private final String target;
    private final int count;
    private final List<String> answers;

    /**
     * A planner for one target.
     *
     * @param model names the next skill
     * @param graph the skills
     * @param target the item that is wanted
     * @param count how many of it, at least 1
     */
    public InteractivePlanner(LanguageModel model, SkillGraph graph, String target, int count) {
        this.model = Objects.requireNonNull(model, "model");
        this.graph = Objects.requireNonNull(graph, "graph");
        this.target = Objects.requireNonNull(target, "target");
        this.count = count;
        List<String> names = new ArrayList<>();
        graph.skills().forEach(skill -> names.add(skill.name()));
        names.add(GIVE_UP);
        this.answers = List.copyOf(names);
    }

    @Override
    public Directive next(PlanContext<Inventory> context) {
        if (context.state().count(target) >= count) {
            return Directive.done();
        }
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(Message.Role.USER, prompt(graph, target, count, context.state(), context.history())));
        String reason = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Completion answer = model.complete(new Prompt(messages, List.of(), TOKENS, null, null));
            Parsed<String> read = ShortAnswer.oneOf(answer, answers);
            String name = read.fold(found -> found, rejected -> "");
            if (name.equals(GIVE_UP)) {
                return Directive.giveUp("the model gives up");
            }
            SkillCall call = SkillCall.of(name);
            if (context.allowed().contains(call)) {
                return Directive.invoke(call);
            }
            reason = read.fold(found -> found + " is not allowed now", rejected -> rejected);
            messages.add(new Message(Message.Role.ASSISTANT, answer.text()));
            messages.add(
                    new Message(Message.Role.USER, reason + "\nAnswer with the name of one skill and nothing else."));
        }
        return Directive.giveUp("the model names no skill: " + reason);
    }

    /**
     * What the model is shown.
     *
     * @param graph the skills
     * @param target the item that is wanted
     * @param count how many of it
     * @param now what is there
     * @param history what happened, oldest first
     * @return lines without a final line break
     */
    public static String prompt(
            SkillGraph graph, String target, int count, Inventory now, List<? extends PlanEvent> history) {
        StringBuilder prompt = new StringBuilder("An agent collects and makes things. You choose its next skill.\n");
        prompt.append("Goal: ").append(count).append(' ').append(target).append('\n');
        prompt.append("Skills (what is used up; what must be there -> what it gives):\n");
        for (GraphSkill skill : graph.skills()) {
            prompt.append(skill.name())
                    .append(" (")
                    .append(counts(skill.consume()))
                    .append("; ");
            prompt.append(counts(skill.require()))
                    .append(" -> ")
                    .append(counts(skill.obtain()))
                    .append(")\n");
        }
        prompt.append("There is: ").append(counts(now.counts())).append('\n');
        List<? extends PlanEvent> recent = history.subList(Math.max(0, history.size() - RECENT), history.size());
        if (!recent.isEmpty()) {
            prompt.append("Last:\n");
            recent.forEach(event -> prompt.append(event.text()).append('\n'));
        }
        return prompt.append("Answer with the name of one skill and nothing else, or with '")
                .append(GIVE_UP)
                .append("' if the goal cannot be reached.")
                .toString();
    }

    private static String counts(Map<String, Integer> counts) {
        return counts.isEmpty()
                ? "nothing"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }
}
