package io.github.rlllm.examples.readme;

import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.GrammarProposer;
import io.github.rlllm.llm4rl.design.OwnTraining;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardBrief;
import io.github.rlllm.llm4rl.eureka.Eureka;
import io.github.rlllm.llm4rl.eureka.EurekaConfig;
import io.github.rlllm.llm4rl.eureka.EurekaRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A reward that is designed for a loop which is not of this library. */
final class DesignedReward {
    private DesignedReward() {}

    static Object run() throws IOException {
        Path file = Files.createTempFile("reward", ".json");
        // region DesignedReward
        RewardInput place =
                RewardInput.number("place", "m", "Where the walker is.").withRange(-10, 10);
        RewardSchema schema = new RewardSchema("Walk", "A walker on a line, after a step.", List.of(place));
        RewardBrief brief = RewardBrief.of("walk", "Be as near to 3 m as possible.", schema);
        Candidates candidates = OwnTraining.candidates(brief, 2, (reward, seed) -> myLoop(reward, seed));
        Proposer proposer = new GrammarProposer(); // or new LanguageModelProposer(model, "its name", 1500)
        EurekaConfig config = EurekaConfig.defaults().withSearch(8, 3, 1);
        EurekaRun run = new Eureka(proposer, candidates, config).run(brief, 1);
        run.best().orElseThrow().compiled(schema).save(file);
        RewardProgram reward = RewardProgram.load(file); // later, without any language model
        double there = reward.total(new double[] {3});
        // endregion
        Files.delete(file);
        return run.best().orElseThrow().score() + ", " + there;
    }

    /** Tabular Q-learning on the places -10 to 10; the task metric is minus the mean distance from 3 in the last steps. */
    private static double myLoop(RewardProgram reward, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[][] q = new double[21][3];
        int place = 10;
        double distance = 0;
        for (int step = 0; step < 6000; step++) {
            boolean learning = step < 5000;
            int action = learning && rng.nextDouble() < 0.3 ? rng.nextInt(3) : best(q[place]);
            int next = Math.max(0, Math.min(20, place + action - 1));
            q[place][action] +=
                    0.2 * (reward.total(new double[] {next - 10}) + 0.9 * q[next][best(q[next])] - q[place][action]);
            place = next;
            distance += learning ? 0 : Math.abs(place - 13);
        }
        return -distance / 1000;
    }

    private static int best(double[] row) {
        return row[0] >= row[1] && row[0] >= row[2] ? 0 : row[1] >= row[2] ? 1 : 2;
    }
}
