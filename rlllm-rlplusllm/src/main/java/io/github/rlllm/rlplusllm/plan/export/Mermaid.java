package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.Fact;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Skills and plans as Mermaid flowcharts, which many viewers of Markdown draw. */
public final class Mermaid {
    private Mermaid() {}

    /**
     * The graph of skills and facts: an arrow from what a skill needs, a dotted one where it uses it up, and one to what it
     * gives, with counts where they are not 1.
     *
     * @param task the skills; start and goal are not drawn
     * @return a flowchart
     */
    public static String graph(PlanningTask task) {
        StringBuilder text = new StringBuilder("flowchart LR\n");
        Map<Fact, String> facts = new LinkedHashMap<>();
        StringBuilder arrows = new StringBuilder();
        for (int i = 0; i < task.actions().size(); i++) {
            PlanningTask.Action action = task.actions().get(i);
            String node = "s" + i;
            text.append("  ")
                    .append(node)
                    .append("[\"")
                    .append(escaped(heading(action)))
                    .append("\"]\n");
            action.needs().forEach((fact, count) -> {
                boolean used = action.changes().getOrDefault(fact, 0) < 0
                        || Integer.valueOf(0).equals(action.sets().get(fact));
                arrow(arrows, node(facts, fact), used, count, node);
            });
            action.changes().forEach((fact, change) -> {
                if (change > 0) {
                    arrow(arrows, node, false, change, node(facts, fact));
                }
            });
            action.sets().forEach((fact, count) -> {
                if (count > 0) {
                    arrow(arrows, node, false, count, node(facts, fact));
                }
            });
        }
        facts.forEach((fact, node) -> text.append("  ")
                .append(node)
                .append("([\"")
                .append(escaped(said(fact)))
                .append("\"])\n"));
        return text.append(arrows).toString();
    }

    /**
     * A plan.
     *
     * @param task what is asked for, in words
     * @param calls its steps
     * @return a flowchart from above to below
     */
    public static String plan(String task, List<SkillCall> calls) {
        StringBuilder text = new StringBuilder("flowchart TD\n  task([\"" + escaped(task) + "\"])\n");
        String last = "task";
        for (int i = 0; i < calls.size(); i++) {
            String node = "c" + i;
            text.append("  ")
                    .append(last)
                    .append(" --> ")
                    .append(node)
                    .append("[\"")
                    .append(i + 1)
                    .append(". ")
                    .append(escaped(calls.get(i).toString()))
                    .append("\"]\n");
            last = node;
        }
        return text.toString();
    }

    /**
     * What came of a plan: skills with their results, and what was said in between.
     *
     * @param task what was asked for, in words
     * @param history what happened, oldest first
     * @return a flowchart from above to below, skills that did not succeed in red
     */
    public static String run(String task, List<? extends PlanEvent> history) {
        StringBuilder text = new StringBuilder("flowchart TD\n  task([\"" + escaped(task) + "\"])\n");
        String last = "task";
        boolean failed = false;
        for (int i = 0; i < history.size(); i++) {
            String node = "e" + i;
            PlanEvent event = history.get(i);
            SkillResult result = event.result();
            boolean skill = event.call() != null && result != null;
            text.append("  ")
                    .append(last)
                    .append(skill ? " --> " : " -.-> ")
                    .append(node)
                    .append(skill ? "[\"" : "(\"")
                    .append(escaped(event.text()))
                    .append(skill ? "\"]" : "\")");
            if (result != null && !result.success()) {
                text.append(":::failed");
                failed = true;
            }
            text.append('\n');
            last = node;
        }
        return failed
                ? text.append("  classDef failed stroke:#c00,color:#c00\n").toString()
                : text.toString();
    }

    private static String heading(PlanningTask.Action action) {
        return new SkillCall(action.name(), action.parameters()).toString();
    }

    private static String node(Map<Fact, String> facts, Fact fact) {
        return facts.computeIfAbsent(fact, any -> "f" + facts.size());
    }

    private static String said(Fact fact) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (String place : fact.places()) {
            int at = fact.form().indexOf("{}", from);
            text.append(fact.form(), from, at).append(place);
            from = at + 2;
        }
        return text.append(fact.form().substring(from)).toString();
    }

    private static void arrow(StringBuilder text, String from, boolean dotted, int count, String to) {
        text.append("  ").append(from).append(dotted ? " -.->" : " -->");
        if (count != 1) {
            text.append("|").append(count).append("|");
        }
        text.append(' ').append(to).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("#", "#35;")
                .replace("&", "#amp;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;")
                .replace("`", "#96;")
                .replaceAll("\\s+", " ");
    }
}
