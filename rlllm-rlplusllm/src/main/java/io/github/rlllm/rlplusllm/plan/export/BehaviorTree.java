package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A plan as a behaviour tree in the XML of BehaviorTree.CPP 4: a sequence of actions, each under its time-out and, where it
 * may be tried again, under a retry. A robot registers an action for every ID; its ports are the skill's parameters, all
 * texts.
 */
public final class BehaviorTree {
    private static final Set<String> RESERVED = Set.of("id", "name", "root", "self");

    private BehaviorTree() {}

    /**
     * A step of the plan.
     *
     * @param skill the skill's name
     * @param arguments parameter to argument, in the order of the parameters
     * @param timeout positive
     */
    public record Step(String skill, Map<String, String> arguments, Duration timeout) {
        /** Checks and copies. */
        public Step {
            Objects.requireNonNull(skill, "skill");
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("timeout of " + skill + ": " + timeout + " (expected: > 0)");
            }
        }
    }

    /**
     * The steps of calls.
     *
     * @param library knows parameters and time-outs
     * @param calls calls of the library
     * @return a step each
     * @throws IllegalArgumentException if a call is not one of the library
     */
    public static List<Step> steps(SkillLibrary<?> library, List<SkillCall> calls) {
        List<Step> steps = new ArrayList<>();
        for (SkillCall call : calls) {
            Skill<?> skill = library.skill(call);
            Map<String, String> arguments = new LinkedHashMap<>();
            for (int i = 0; i < call.arguments().size(); i++) {
                arguments.put(skill.parameters().get(i), call.arguments().get(i));
            }
            steps.add(new Step(call.skill(), arguments, skill.timeout()));
        }
        return steps;
    }

    /**
     * Writes the tree.
     *
     * @param task what is asked for, in words: the sequence's name
     * @param steps at least one
     * @param tries how often a step that fails is tried in all, at least 1
     * @return an XML document
     * @throws IllegalArgumentException if there is no step, tries is below 1, a text has a character that XML has not, or an
     *     argument looks as if it named an entry of the blackboard, {@code {so}}
     */
    public static String xml(String task, List<Step> steps, int tries) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps: none (expected: at least one)");
        }
        if (tries < 1) {
            throw new IllegalArgumentException("tries: " + tries + " (expected: >= 1)");
        }
        Names ids = new Names('_', RESERVED);
        Map<String, Map<String, String>> models = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<root BTCPP_format=\"4\" main_tree_to_execute=\"Plan\">\n  <BehaviorTree ID=\"Plan\">\n"
                + "    <Sequence name=\"" + escaped(task) + "\">\n");
        for (Step step : steps) {
            Names names = new Names('_', RESERVED);
            Map<String, String> ports = new LinkedHashMap<>();
            StringBuilder action = new StringBuilder("<Action ID=\"" + ids.of("skill", "", step.skill()) + "\"");
            action.append(" name=\"").append(escaped(said(step))).append('"');
            step.arguments().forEach((parameter, argument) -> {
                if (argument.startsWith("{") && argument.endsWith("}")) {
                    throw new IllegalArgumentException("argument of " + step.skill() + ": " + argument
                            + " (expected: a text, not an entry of the blackboard)");
                }
                String port = names.of("port", "", parameter);
                ports.put(port, parameter);
                action.append(' ')
                        .append(port)
                        .append("=\"")
                        .append(escaped(argument))
                        .append('"');
            });
            models.put(ids.of("skill", "", step.skill()), ports);
            String retry = tries > 1 ? "<RetryUntilSuccessful num_attempts=\"" + tries + "\">" : "";
            text.append("      ")
                    .append(retry)
                    .append("<Timeout msec=\"")
                    .append(Math.max(
                            1, Math.min(Integer.MAX_VALUE, step.timeout().toMillis())))
                    .append("\">")
                    .append(action)
                    .append("/></Timeout>")
                    .append(tries > 1 ? "</RetryUntilSuccessful>\n" : "\n");
        }
        text.append("    </Sequence>\n  </BehaviorTree>\n  <TreeNodesModel>\n");
        models.forEach((id, ports) -> {
            text.append("    <Action ID=\"").append(id).append("\">\n");
            ports.forEach((port, parameter) -> text.append("      <input_port name=\"")
                    .append(port)
                    .append("\" type=\"std::string\">")
                    .append(escaped(parameter))
                    .append("</input_port>\n"));
            text.append("    </Action>\n");
        });
        return text.append("  </TreeNodesModel>\n</root>\n").toString();
    }

    private static String said(Step step) {
        return new SkillCall(step.skill(), List.copyOf(step.arguments().values())).toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n', '\r', '\t' -> escaped.append("&#").append(c).append(';');
                default -> {
                    if (c < 0x20 || c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF) {
                        throw new IllegalArgumentException(
                                "text: character " + c + " (expected: one that XML 1.0 has)");
                    }
                    escaped.appendCodePoint(c);
                }
            }
        });
        return escaped.toString();
    }
}
