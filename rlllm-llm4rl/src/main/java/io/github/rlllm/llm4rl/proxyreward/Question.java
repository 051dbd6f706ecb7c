package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.llm4rl.design.PromptText;
import java.util.List;
import java.util.Objects;

/**
 * What a language model is asked about one episode: whether it is what the user wants. The prompt of the paper has four
 * parts: the game, the user's objective by examples or by a description, the episode as text, and the question.
 *
 * @param game what is played, without the objective
 * @param objective the objective in words; empty where examples say it
 * @param examples judged episodes; empty where words say it
 * @param episode the episode and the question about it
 * @param wanted the answer with which the episode is what the user wants: yes, or no where the question is about the
 *     opposite of what the agent did
 */
public record Question(String game, String objective, List<Example> examples, String episode, boolean wanted) {
    /** Every word that a language model is shown stands there. */
    static final PromptText PROMPTS = PromptText.beside(Question.class, "prompts.txt");

    /** Copies. */
    public Question {
        Objects.requireNonNull(game, "game");
        Objects.requireNonNull(objective, "objective");
        examples = List.copyOf(examples);
        Objects.requireNonNull(episode, "episode");
    }

    /**
     * An episode that the user has judged.
     *
     * @param episode the episode and the question about it, in the form of {@link Question#episode}
     * @param yes the user's answer
     * @param why the user's reason; empty where none is given
     */
    public record Example(String episode, boolean yes, String why) {
        private String text() {
            return episode + "\nAnswer: " + (yes ? "Yes" : "No") + (why.isEmpty() ? "" : ". " + why);
        }
    }

    /**
     * The question without what the user wants: the baseline that shows what a language model answers by itself.
     *
     * @return a changed copy
     */
    public Question withoutObjective() {
        return new Question(game, "", List.of(), episode, wanted);
    }

    /**
     * What is said after an answer that could not be read.
     *
     * @param reason why it could not
     * @return the message
     */
    public static String again(String reason) {
        return PROMPTS.fill("again", "reason", reason);
    }

    /**
     * The prompt, character by character as a language model sees it.
     *
     * @return game, objective, examples, episode, question
     */
    public String prompt() {
        StringBuilder prompt = new StringBuilder(game).append("\n\n");
        if (!objective.isEmpty()) {
            prompt.append(objective).append("\n\n");
        }
        for (Example example : examples) {
            prompt.append(example.text()).append("\n\n");
        }
        return prompt.append(episode).append('\n').append(PROMPTS.fill("ask")).toString();
    }
}
