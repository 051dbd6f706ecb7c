package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What language models and encoders are told of the table, and what is made of their answers. */
final class TableWords {
    private static final double TEMPERATURE = 0.05;
    private static final int MOST_TOKENS = 96;

    /** What a language model is shown before the instruction: three others with their plans. */
    private static final String SHOTS = """
            A robot on a table with coloured blocks and bowls does what it is asked, one step after the other.

            Task: put the red block in the blue bowl, then put the green block on the yellow block.
            1. put the red block in the blue bowl
            2. put the green block on the yellow block
            3. done

            Task: move the yellow cube to the top left corner
            1. put the yellow block at the top left corner
            2. done

            Task: put two blocks in the green bowl
            1. put the blue block in the green bowl
            2. put the red block in the green bowl
            3. done

            """;

    private TableWords() {}

    /** An option in words. */
    static String text(SkillCall option) {
        return option.arguments().isEmpty()
                ? option.skill()
                : TableWorld.goal(option).text();
    }

    /** The task, and a numbered line for every skill so far, as {@link SayCan#prompt} has them, with the beginning of the next. */
    static String prompt(String context) {
        String[] lines = context.split("\n");
        StringBuilder prompt = new StringBuilder(SHOTS).append("Task: ").append(lines[0]);
        for (int i = 1; i < lines.length; i++) {
            String[] arguments = lines[i].substring(lines[i].indexOf('(') + 1, lines[i].length() - 1)
                    .split(", ");
            SkillCall call = SkillCall.of(TableWorld.SKILL, arguments[0], arguments[1]);
            prompt.append('\n').append(i).append(". ").append(text(call));
        }
        return prompt.append('\n').append(lines.length).append('.').toString();
    }

    /** Exact likelihoods of the options after the prompt. */
    static OptionScorer<SkillCall> likelihood(ScoringModel model) {
        OptionScorer<SkillCall> scorer = OptionScorer.likelihood(model, option -> " " + text(option) + "\n");
        return (context, options) -> scorer.score(prompt(context), options);
    }

    /** Cosines between the instruction with what was done and the options. */
    static OptionScorer<SkillCall> cosine(Encoder encoder) {
        return OptionScorer.cosine(encoder, TableWords::text, TEMPERATURE);
    }

    /** A prior that knows nothing: weights drawn from context and seed. */
    static OptionScorer<SkillCall> drawn(long seed) {
        return (context, options) -> {
            SplittableRandom rng = new SplittableRandom(seed * 31 + context.hashCode());
            return Finite.of(
                    options, options.stream().mapToDouble(o -> rng.nextDouble()).toArray());
        };
    }

    /** The clauses of an instruction, each replaced by the nearest skill. */
    static List<SkillCall> clauses(String instruction, Encoder encoder) {
        List<SkillCall> plan = new ArrayList<>();
        for (String clause : instruction.split("[.,;:?!]|\\b(?:then|and|but)\\b")) {
            if (clause.strip().split("\\s+").length >= 3) {
                plan.add(nearest(clause.strip(), encoder));
            }
        }
        return plan;
    }

    /** The lines that a language model writes down to its done, each replaced by the nearest skill. */
    static List<SkillCall> generated(String instruction, LanguageModel model, Encoder encoder) {
        Prompt prompt =
                Prompt.of(prompt(instruction)).withMaxTokens(MOST_TOKENS).withStop(List.of("Task:"));
        List<SkillCall> plan = new ArrayList<>();
        for (String line : model.complete(prompt).text().split("\n")) {
            String step = line.strip().replaceFirst("^[0-9]+[.)] *", "");
            if (step.startsWith("done")) {
                break;
            }
            if (!step.isBlank()) {
                plan.add(nearest(step, encoder));
            }
        }
        return plan;
    }

    private static SkillCall nearest(String words, Encoder encoder) {
        List<SkillCall> all = PickPlace.all().stream().map(TableWorld::call).toList();
        return cosine(encoder).score(words, all).mode();
    }
}
