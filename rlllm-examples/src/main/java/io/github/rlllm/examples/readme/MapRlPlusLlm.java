package io.github.rlllm.examples.readme;

import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import java.util.List;

/** The map of RL+LLM: what a language model would say times what the agent can do (SayCan). */
final class MapRlPlusLlm {
    private MapRlPlusLlm() {}

    static Object run() {
        // region MapRlPlusLlm
        Encoder language = new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), "all-MiniLM-L6-v2");
        List<String> skills = List.of("pick up the sponge", "pick up the apple", "open the door");
        OptionScorer<String> say = OptionScorer.cosine(language, skill -> skill, 0.05);
        double[] can = {0.9, 0.05, 0.8}; // learned values: the apple is out of reach

        Finite<String> choice = say.score("Bring me something to eat.", skills).times(can);
        String next = choice.mode();
        try {
            say.score("Bring me something to eat.", skills).times(0, 0, 0);
        } catch (NothingLeftException nothing) {
            next += ", and nothing where nothing can be done";
        }
        // endregion
        return next;
    }
}
