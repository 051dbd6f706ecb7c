package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.api.Message;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program in the place of a language model, for tasks on the table: it writes a first reward that pays for little movement,
 * reads the feedback of the conversation, and adds the part that the feedback names, or doubles it where it is there. What
 * it does not know it leaves as it was. For tests and to show how feedback goes round; scripted, and called so wherever its
 * figures stand: that success rises with it says nothing of any language model.
 */
public final class ScriptedFollower implements Proposer {
    /** The name on rows. */
    public static final String MODEL = "scripted follower of feedback";

    private static final Map<String, Part> PARTS = parts();

    /** A part of a reward, with the sentence that asks for it. */
    private record Part(String name, String expression) {}

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put(TableWatcher.NO_PUCK, new Part("near", "-distance(hand[0], hand[1], puck[0], puck[1])"));
        parts.put(TableWatcher.NO_PUSH, new Part("push", "-3.0 * distance(puck[0], puck[1], target[0], target[1])"));
        parts.put(TableWatcher.WRONG_SIDE, new Part("behind", "-2.0 * from_behind()"));
        parts.put(TableWatcher.NO_TARGET, new Part("reach", "-distance(hand[0], hand[1], target[0], target[1])"));
        parts.put(
                TableWatcher.PUCK_SHORT,
                new Part("there", "distance(puck[0], puck[1], target[0], target[1]) < 0.12 ? 5.0 : 0.0"));
        parts.put(
                TableWatcher.HAND_SHORT,
                new Part("arrived", "distance(hand[0], hand[1], target[0], target[1]) < 0.12 ? 5.0 : 0.0"));
        return parts;
    }

    private static final String HELPERS = """
            double distance(double ax, double ay, double bx, double by) {
                return Math.hypot(ax - bx, ay - by);
            }

            double from_behind() {
                double length = Math.max(0.001, distance(puck[0], puck[1], target[0], target[1]));
                double x = puck[0] - 0.2 * (target[0] - puck[0]) / length;
                double y = puck[1] - 0.2 * (target[1] - puck[1]) / length;
                return Math.min(1.0, length / 0.3) * distance(hand[0], hand[1], x, y);
            }

            """;

    /** Makes one. */
    public ScriptedFollower() {}

    @Override
    public Proposal propose(ProposalRequest request) {
        List<String> asked = new ArrayList<>();
        if (request.parent() != null) {
            asked.addAll(partsOf(request.parent().program()));
        }
        List<Message> conversation = request.conversation();
        String last = conversation.get(conversation.size() - 1).text();
        PARTS.forEach((sentence, part) -> {
            if (last.contains(sentence)) {
                asked.add(part.name());
            }
        });
        String program = program(asked);
        return new Proposal(request.id(), program, Parsed.accepted(program));
    }

    /** The parts of an earlier program of this class, each as often as its weight says. */
    private static List<String> partsOf(String program) {
        List<String> names = new ArrayList<>();
        for (Part part : PARTS.values()) {
            for (int i = 0; i < 4; i++) {
                if (program.contains("double " + part.name() + i + " ")) {
                    names.add(part.name());
                }
            }
        }
        return names;
    }

    private static String program(List<String> asked) {
        StringBuilder text = new StringBuilder(HELPERS).append("double reward() {\n");
        text.append("    double calm = -0.05 * (action[0] * action[0] + action[1] * action[1]);\n");
        text.append("    component(\"calm\", calm);\n");
        StringBuilder sum = new StringBuilder("calm");
        for (Part part : PARTS.values()) {
            long times = asked.stream().filter(part.name()::equals).count();
            for (int i = 0; i < Math.min(times, 4); i++) {
                text.append("    double ").append(part.name()).append(i).append(" = ");
                text.append(part.expression()).append(";\n");
                sum.append(" + ").append(part.name()).append(i);
            }
            if (times > 0) {
                text.append("    component(\"")
                        .append(part.name())
                        .append("\", ")
                        .append(part.name());
                text.append("0);\n");
            }
        }
        return text.append("    return ").append(sum).append(";\n}\n").toString();
    }

    @Override
    public String model() {
        return MODEL;
    }
}
