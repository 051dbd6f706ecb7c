package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.AdaptiveKl;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.testkit.KilledJvm;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GRPO and PPO side by side in a child process that is killed with SIGKILL after a number of updates drawn at random, or
 * while it writes a checkpoint: in the end weights, optimisers and metrics are those of the unbroken run, bit for bit.
 */
class KilledTuningTest {
    private static final int UPDATES = 12;

    @TempDir
    private Path folder;

    @Test
    void killedThreeTimesItEndsAsTheUnbrokenRun() throws Exception {
        killed(3);
    }

    @Test
    @Tag("slow")
    void killedTwentyTimesItEndsAsTheUnbrokenRun() throws Exception {
        killed(20);
    }

    private void killed(int kills) throws Exception {
        Path whole = folder.resolve("unbroken");
        Path parts = folder.resolve("killed");
        // At most four lines before a kill, and an update more until the process is dead.
        int updates = Math.max(UPDATES, 5 * kills);
        assertTrue(ended(whole, updates, Integer.MAX_VALUE));
        SeededRandom moments = SeededRandom.of(kills, "kills");
        for (int kill = 0; kill < kills; kill++) {
            assertTrue(!ended(parts, updates, 2 + moments.nextInt(3)), "the run ended before kill " + kill);
        }
        assertTrue(ended(parts, updates, Integer.MAX_VALUE));
        assertEquals(Files.readString(whole.resolve("final.json")), Files.readString(parts.resolve("final.json")));
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("metrics.jsonl")), Files.readAllBytes(parts.resolve("metrics.jsonl")));
        assertEquals(updates, Files.readAllLines(whole.resolve("metrics.jsonl")).size());
    }

    private static boolean ended(Path run, int updates, int lines) throws Exception {
        return KilledJvm.run(Child.class, lines, run.toString(), Integer.toString(updates))
                .ended();
    }

    /** The process that is killed: a line an update. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            TorchRuntime runtime = TorchRuntime.start();
            int updates = Integer.parseInt(args[1]);
            SeededRandom draws = SeededRandom.of(1, "draws");
            CausalLm policy = TinyTask.draw(runtime, SeededRandom.of(1, "weights"));
            policy.train(Trained.ALL);
            GroupTuning group = new GroupTuning(
                    policy,
                    TinyTask.draw(runtime, SeededRandom.of(1, "weights"))::logProbs,
                    new CausalSampler(policy),
                    List.of(TinyTask.shareOfGood()),
                    new double[] {1},
                    GroupTuningConfig.grpo(6, TinyTask.adam(0.01)).withPasses(new Passes(2, 2, 0.5)));
            CausalLm actor = TinyTask.draw(runtime, SeededRandom.of(2, "weights"));
            actor.train(Trained.ALL);
            CausalLm critic = actor.copy();
            critic.addScore(new float[16]);
            critic.train(Trained.ALL);
            PpoTuning ppo = new PpoTuning(
                    actor,
                    actor.copy()::logProbs,
                    critic,
                    new CausalSampler(actor),
                    TinyTask.shareOfGood(),
                    PpoTuningConfig.defaults(6, TinyTask.adam(0.01))
                            .withReward(PpoReward.adaptive(new AdaptiveKl(0.05, 1, 100)))
                            .withPasses(new Passes(2, 2, 0.5)));

            Map<String, Snapshot> parts = new LinkedHashMap<>();
            parts.put("group", group);
            parts.put("ppo", ppo);
            parts.put("draws", draws);
            Provenance provenance =
                    new Provenance("tuning", Map.of("updates", args[1]), 1, "none", Provenance.thisMachine());
            AtomicLong clock = new AtomicLong(); // it stands still while a checkpoint is written, so that all are
            try (KeptRun run = KeptRun.open(
                    RunFolder.open(Path.of(args[0])), provenance, parts, true, Duration.ZERO, clock::get)) {
                for (long update = run.step() + 1; update <= updates; update++) {
                    GroupUpdate first = group.update(TinyTask.prompts(2, draws), draws);
                    PpoUpdate second = ppo.update(TinyTask.prompts(8, draws), draws);
                    run.log(
                            update,
                            new TreeMap<>(Map.of("loss", first.loss(), "ppo", second.loss(), "beta", second.beta())));
                    clock.addAndGet(1_000_000);
                    run.updated(update);
                    System.out.println(update);
                }
                run.finish(updates);
            }
        }
    }
}
