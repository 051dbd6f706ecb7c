package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkill;
import io.github.rlllm.rlplusllm.plan4mc.InteractivePlanner;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What answers {@link InteractivePlanner} where no language model was chosen: a program that reads the prompt and goes back
 * from the goal to the first thing that is lacking. It keeps no account of what it needs twice. Plumbing, not a result.
 */
final class ScriptedCrafter implements LanguageModel {
    static final String NAME = "scripted";

    private static final Pattern SKILL = Pattern.compile("(\\S+) \\((.*); (.*) -> (.*)\\)");
    private static final Pattern GOAL = Pattern.compile("Goal: (\\d+) (\\S+)");
    private static final String THERE = "There is: ";

    /** What a line of the prompt says of a skill. */
    private record Line(Map<String, Integer> needs, Map<String, Integer> gives) {}

    @Override
    public Completion complete(Prompt prompt) {
        Map<String, Line> skills = new LinkedHashMap<>();
        Map<String, Integer> there = Map.of();
        String target = "";
        for (String line : prompt.messages().get(0).text().split("\n")) {
            Matcher skill = SKILL.matcher(line);
            Matcher goal = GOAL.matcher(line);
            if (skill.matches()) {
                Map<String, Integer> needs = counts(skill.group(2));
                needs.putAll(counts(skill.group(3)));
                skills.put(skill.group(1), new Line(needs, counts(skill.group(4))));
            } else if (goal.matches()) {
                target = goal.group(2);
            } else if (line.startsWith(THERE)) {
                there = counts(line.substring(THERE.length()));
            }
        }
        String answer = towards(target, skills, there, new LinkedHashSet<>());
        return new Completion(answer, -1, -1, Completion.Finish.STOP, NAME);
    }

    private static String towards(
            String item, Map<String, Line> skills, Map<String, Integer> there, Set<String> wanted) {
        for (Map.Entry<String, Line> skill : skills.entrySet()) {
            Line line = skill.getValue();
            if (line.gives().containsKey(item) && wanted.add(item)) {
                // Things first: getting them walks away from what is near.
                for (boolean near : new boolean[] {false, true}) {
                    for (Map.Entry<String, Integer> need : line.needs().entrySet()) {
                        if (GraphSkill.nearby(need.getKey()) == near
                                && there.getOrDefault(need.getKey(), 0) < need.getValue()) {
                            return towards(need.getKey(), skills, there, wanted);
                        }
                    }
                }
                return skill.getKey();
            }
        }
        return InteractivePlanner.GIVE_UP;
    }

    private static Map<String, Integer> counts(String text) {
        Map<String, Integer> counts = new HashMap<>();
        for (String part : text.split(", ")) {
            String[] words = part.split(" ");
            if (words.length == 2) {
                counts.put(words[1], Integer.parseInt(words[0]));
            }
        }
        return new LinkedHashMap<>(new java.util.TreeMap<>(counts));
    }
}
