package io.github.rlllm.examples.readme;

import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.engine.learner.TabularQ;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.FrozenLake;
import java.util.List;

/** The map of LLM4RL: a language model's preference among actions guides an agent's values (InstructRL). */
final class MapLlm4Rl {
    private MapLlm4Rl() {}

    static Object run() {
        // region MapLlm4Rl
        Encoder language = new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), "all-MiniLM-L6-v2");
        List<String> moves = List.of("go left", "go down", "go right", "go up");
        Finite<String> prior = OptionScorer.<String>cosine(language, move -> move, 0.05)
                .score("Walk towards the lower shore first.", moves);

        TabularQ agent = new TabularQ(TabularQ.Config.defaults(), FrozenLake.fourByFour(false), 1);
        agent.learn(20_000, Progress.none(), Control.none());
        double[] q = agent.values()[0]; // down and right are equally good at the start
        String move = Finite.softmax(moves, q).times(prior.tempered(0.25)).mode();
        // endregion
        return move;
    }
}
