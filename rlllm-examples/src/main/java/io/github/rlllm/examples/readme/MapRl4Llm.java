package io.github.rlllm.examples.readme;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.RewardModel;
import java.util.List;

/** The map of RL4LLM with a language model that is small enough to write down. */
final class MapRl4Llm {
    private MapRl4Llm() {}

    static Object run() {
        // region MapRl4Llm
        List<String> answers = List.of("Yes.", "No.", "That depends on the data.", "Ask your doctor about the dose.");
        Finite<String> languageModel = Finite.of(answers, 0.5, 0.3, 0.15, 0.05);
        RewardModel<String> helpful = answer -> answer.length() / 10.0;
        double beta = 0.5; // how dear it is to leave the language model, in reward a nat

        double[] scores = helpful.scaled(1 / beta).scoreAll(answers);
        Finite<String> tuned = languageModel.times(Finite.softmax(answers, scores)); // what PPO approaches
        double kl = tuned.kl(languageModel);
        // endregion
        return tuned.mode() + " after " + kl + " nats";
    }
}
