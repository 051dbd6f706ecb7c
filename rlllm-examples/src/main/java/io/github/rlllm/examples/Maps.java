package io.github.rlllm.examples;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.PromptOptimizer;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.rl4llm.instructgpt.InstructGpt;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.PolicySkill;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import io.github.rlllm.torch.CausalLm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The component maps of the three classes of the RL/LLM Taxonomy Tree: which part of the paper's picture is which class
 * here. A box is drawn as {@code [part]} and stands in the list below its picture.
 */
final class Maps {
    /**
     * One map.
     *
     * @param title the class of the tree and what it is
     * @param picture the diagram
     * @param boxes each box of the diagram with the class behind it
     */
    record ComponentMap(String title, String picture, Map<String, Class<?>> boxes) {}

    private Maps() {}

    /** The three maps. */
    static List<ComponentMap> all() {
        return List.of(rl4llm(), llm4rl(), both());
    }

    /** The maps as they are printed. */
    static String text() {
        StringBuilder text = new StringBuilder();
        for (ComponentMap map : all()) {
            text.append(map.title())
                    .append("\n\n")
                    .append(map.picture().indent(2))
                    .append('\n');
            int width =
                    map.boxes().keySet().stream().mapToInt(String::length).max().orElse(0);
            map.boxes()
                    .forEach((box, type) -> text.append("  ")
                            .append(box)
                            .append(" ".repeat(width - box.length() + 2))
                            .append(type.getName())
                            .append('\n'));
            text.append('\n');
        }
        return text.toString();
    }

    private static ComponentMap rl4llm() {
        return map(
                "RL4LLM: reinforcement learning improves a language model",
                """
                    prompts                              feedback on pairs
                       |                                         |
                       v                                         v
                [language model] ----- completions -----> [reward model]
                  ^         ^                                    |
                  |         |                                    | score
                  |         |                                    v
                  |         +---- new weights ---- [PPO with a KL term], or
                  |                                              |
                  +----------- better prompts -------- [prompt optimiser]
                """,
                "language model",
                CausalLm.class,
                "reward model",
                RewardModel.class,
                "PPO with a KL term",
                InstructGpt.class,
                "prompt optimiser",
                PromptOptimizer.class);
    }

    private static ComponentMap llm4rl() {
        return map(
                "LLM4RL: a language model helps an agent to learn",
                """
                              [language model]
                                |     |     |
                         reward |     | goal| prior over actions
                                v     |     v
                     [reward model]   |   [option scorer]
                                |     |     |
                                v     v     v
                 observation  [value learner], [policy learner] --- trains ---> [policy]
                      ^                                                            |
                      |                                                            | action
                      +------------------- [environment] <-------------------------+
                """,
                "language model",
                LanguageModel.class,
                "reward model",
                RewardModel.class,
                "option scorer",
                OptionScorer.class,
                "value learner",
                Dqn.class,
                "policy learner",
                Ppo.class,
                "policy",
                Policy.class,
                "environment",
                Environment.class);
    }

    private static ComponentMap both() {
        return map(
                "RL+LLM: a language model plans over skills that reinforcement learning taught",
                """
                 instruction
                      |
                      v
                [option scorer] --- what helps ---> [planner] <--- what can be done --- [skill]
                      ^                                 |                                  ^
                      |                                 | the next skill                   |
                      |                                 v                                  |
                      |                             [runner] --------- starts -------------+
                      |                                 |                                  | actions
                      |                                 v                                  v
                      +--- history, in words --- [what happened] <--- result --- [environment]
                """,
                "option scorer",
                OptionScorer.class,
                "planner",
                SayCan.class,
                "skill",
                PolicySkill.class,
                "runner",
                PlanRunner.class,
                "what happened",
                PlanEvent.class,
                "environment",
                Environment.class);
    }

    private static ComponentMap map(String title, String picture, Object... boxes) {
        Map<String, Class<?>> named = new LinkedHashMap<>();
        for (int i = 0; i < boxes.length; i += 2) {
            named.put((String) boxes[i], (Class<?>) boxes[i + 1]);
        }
        return new ComponentMap(title, picture, named);
    }
}
