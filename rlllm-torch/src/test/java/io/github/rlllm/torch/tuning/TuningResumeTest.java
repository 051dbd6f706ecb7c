package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.Kto;
import io.github.rlllm.engine.alignment.RewardLoss;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.testkit.KilledJvm;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training that is broken off goes on as the unbroken one, bit for bit. */
class TuningResumeTest {
    private static final int STEPS = 40;

    @TempDir
    private Path folder;

    /** A trainer and one update of it with what a generator draws. */
    private record Training(Snapshot trainer, Update update) {
        private interface Update {
            double loss(RandomGenerator rng);
        }

        static Training of(String kind, boolean adapter) {
            CausalLm model = adapter ? Tiny.adapted(1) : Tiny.model(1);
            Optimisation settings =
                    Optimisation.of(LearningRate.linear(1e-2, STEPS).withWarmUp(4));
            Reference reference = adapter ? model::baseLogProbs : model.copy()::logProbs;
            switch (kind) {
                case "supervised":
                    SupervisedTuning supervised =
                            new SupervisedTuning(model, SupervisedTuning.Config.of(settings.withMicroBatch(2)));
                    return new Training(
                            supervised,
                            rng -> supervised
                                    .update(Tiny.many(
                                            6, () -> SupervisedTuning.Text.of(tokens(rng, 3), tokens(rng, 6))))
                                    .loss());
                case "reward":
                    RewardTuning reward = new RewardTuning(model, new RewardLoss(0.1), settings);
                    return new Training(
                            reward,
                            rng -> reward.update(Tiny.many(
                                            4, () -> RewardTuning.Comparison.of(tokens(rng, 8), tokens(rng, 8))))
                                    .loss());
                case "preference":
                    PreferenceTuning preference =
                            new PreferenceTuning(model, reference, PreferenceLoss.of(Dpo.defaults()), settings);
                    return new Training(
                            preference,
                            rng -> preference
                                    .update(Tiny.many(
                                            4,
                                            () -> new PreferenceTuning.Preference(
                                                    tokens(rng, 3), tokens(rng, 5), tokens(rng, 5))))
                                    .loss());
                default:
                    KtoTuning kto = new KtoTuning(model, reference, Kto.defaults(), settings);
                    return new Training(
                            kto,
                            rng -> kto.update(Tiny.many(
                                            4,
                                            () -> new KtoTuning.Judged(
                                                    tokens(rng, 3), tokens(rng, 5), rng.nextBoolean())))
                                    .loss());
            }
        }

        private static int[] tokens(RandomGenerator rng, int most) {
            return rng.ints(1 + rng.nextInt(most), 0, Tiny.END).toArray();
        }
    }

    @ParameterizedTest
    @CsvSource({"supervised, false", "reward, true", "preference, true", "preference, false", "kto, false"})
    void aTrainerIsSavedAndRestoredIntoAFreshOne(String kind, boolean adapter) {
        Training first = Training.of(kind, adapter);
        SeededRandom rng = SeededRandom.of(1, "batches");
        for (int step = 0; step < 7; step++) {
            first.update.loss(rng);
        }
        byte[] state = first.trainer.save();
        byte[] drawn = rng.save();
        Training second = Training.of(kind, adapter);
        SeededRandom again = SeededRandom.of(2, "other");
        second.update.loss(again);
        second.trainer.restore(state);
        again.restore(drawn);
        for (int step = 0; step < 5; step++) {
            assertEquals(first.update.loss(rng), second.update.loss(again));
        }
        assertArrayEquals(first.trainer.save(), second.trainer.save());
        assertThrows(
                IllegalArgumentException.class,
                () -> Training.of(kind, !adapter).trainer.restore(state),
                "a state of another training");
    }

    @Test
    void aTrainingThatIsKilledThreeTimesEndsAsTheUnbrokenOne() throws Exception {
        killed(3);
    }

    @Test
    @Tag("slow")
    void aTrainingThatIsKilledTenTimesEndsAsTheUnbrokenOne() throws Exception {
        killed(10);
    }

    private void killed(int wanted) throws Exception {
        Path whole = Files.createDirectory(folder.resolve("unbroken"));
        Path parts = Files.createDirectory(folder.resolve("killed"));
        run(whole, System.out::checkError); // in this process, without a kill
        SeededRandom moments = SeededRandom.of(wanted, "kills");
        int kills = 0;
        while (!ended(parts, kills < wanted ? 1 + moments.nextInt(STEPS / wanted / 2) : Integer.MAX_VALUE)) {
            kills++;
        }
        assertTrue(kills >= wanted, kills + " kills (expected: " + wanted + ")");
        assertEquals(Files.readString(whole.resolve("final.json")), Files.readString(parts.resolve("final.json")));
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("metrics.jsonl")), Files.readAllBytes(parts.resolve("metrics.jsonl")));
    }

    private static boolean ended(Path folder, int lines) throws Exception {
        return KilledJvm.run(Child.class, lines, folder.toString()).ended();
    }

    /** DPO of an adapter with batches of a generator that is a part of the run. */
    private static void run(Path folder, Runnable updated) throws IOException {
        Training training = Training.of("preference", true);
        SeededRandom rng = SeededRandom.of(3, "batches");
        Provenance provenance = new Provenance("tuning", Map.of(), 3, "tiny", "test");
        Map<String, Snapshot> parts = Map.of("trainer", training.trainer, "batches", rng);
        try (KeptRun run = KeptRun.open(RunFolder.open(folder), provenance, parts, true, Duration.ZERO, () -> 0)) {
            for (long step = run.step() + 1; step <= STEPS; step++) {
                run.log(step, Map.of("loss", training.update.loss(rng)));
                run.updated(step);
                updated.run();
            }
            run.finish(STEPS);
        }
    }

    /** The process that is killed. */
    static final class Child {
        private Child() {}

        /** Trains in a folder, going on with what is there, with a line after every update. */
        public static void main(String[] args) throws IOException {
            run(Path.of(args[0]), () -> System.out.println("updated"));
        }
    }
}
