package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The experiments, broken off by a crash in the middle of every kind of stage: the resumed run ends with the same
 * figures, and every stage with the same SHA-256 of its state. {@link KilledExperimentsTest} does it with SIGKILL.
 */
class BrokenOffTest {
    static final HindsightConfig SKILLS = new HindsightConfig(16, .95, 1e-3, 16, 100, 4, 800, .4);
    static final InstructGptConfig TUNING =
            new InstructGptConfig(4, 8, 16, 2, new InstructGptConfig.Ppo(6, 8, 1, 8, 0.1, 1e-3, 0));

    @TempDir
    private Path folder;

    /** The time, which stands still but for the looks at whether to stop: saving costs nothing, so all is saved. */
    private long looks;

    @Test
    void basicSkills() throws IOException {
        assertEquals(
                List.of(
                        "skills-seed-1/learning",
                        "basic-skills-seed-1/memoryless/learning",
                        "basic-skills-seed-1/trials/learned",
                        "basic-skills-seed-1/trials/random"),
                brokenOff(nanos -> new BasicSkills(new Shared(), SKILLS, 3, nanos), 3, 4, 10, 36));
    }

    @Test
    void feedbackTuning() throws IOException {
        String seed = "feedback-tuning/seed-1/";
        assertEquals(
                List.of(
                        "feedback-tuning/shared/pre-training",
                        "feedback-tuning/shared/supervised-tuning",
                        seed + "preferences",
                        seed + "reward-model/reward-model",
                        seed + "SFT/replies",
                        seed + "SFT-equal-extra-compute/supervised-tuning",
                        seed + "PPO/PPO",
                        seed + "control-PPO-shuffled-preferences/PPO"),
                brokenOff(nanos -> new FeedbackTuning(TUNING, 2, 0, nanos), 3, 5, 4, 2, 3, 4, 6, 27));
    }

    /** At full size, since the reader is: it takes minutes. */
    @Test
    @Tag("slow")
    void instructionPlanning() throws IOException {
        int arm = InstructionFile.ours("heldout").fill(1).size();
        String seed = "plans-seed-1/";
        assertEquals(
                List.of(seed + "saycan-MiniLM", seed + "oracle-plan", seed + "same-head-tf-idf"),
                brokenOff(
                        nanos -> new InstructionPlanning(hardlyAble(), nanos),
                        50,
                        arm - 50 + arm / 2,
                        arm - arm / 2 + 20));
    }

    /** With skills that are learned in a moment. */
    private Shared hardlyAble() {
        Shared shared = new Shared();
        BasicSkills.learned(shared, request(folder.resolve("skills"), false, Control.none()), SKILLS, 1, () -> 0);
        return shared;
    }

    private interface Maker {
        Experiment over(LongSupplier nanos);
    }

    /** Breaks off after so many looks, each sitting going on where the one before was; answers in which stages. */
    private List<String> brokenOff(Maker maker, int... after) throws IOException {
        Path whole = Files.createDirectory(folder.resolve("unbroken"));
        Path parts = Files.createDirectory(folder.resolve("broken"));
        Result unbroken = figures(maker.over(() -> 0).run(request(whole, false, Control.none())));
        List<String> where = new ArrayList<>();
        for (int sitting = 0; sitting < after.length; sitting++) {
            long until = looks + after[sitting];
            Control crash = () -> {
                if (looks == until) {
                    throw new IllegalStateException("crash");
                }
                looks++;
                return false;
            };
            ExperimentRequest request = request(parts, sitting > 0, crash);
            assertThrows(
                    IllegalStateException.class, () -> maker.over(() -> looks).run(request));
            where.addAll(open(parts));
        }
        assertEquals(unbroken, figures(maker.over(() -> looks).run(request(parts, true, Control.none()))));
        assertEquals(hashes(whole), hashes(parts));
        return where;
    }

    private static ExperimentRequest request(Path folder, boolean resume, Control control) {
        return ExperimentRequest.of(new RunRequest(1, folder, Progress.none(), control, resume, Duration.ZERO));
    }

    /** A result without its times. */
    static Result figures(Result result) {
        List<Arm> arms = new ArrayList<>();
        for (Arm arm : result.arms()) {
            Map<String, Metric> metrics = new TreeMap<>(arm.metrics());
            metrics.remove("learning");
            arms.add(new Arm(arm.name(), arm.model(), metrics));
        }
        return new Result(result.id(), result.seeds(), 0, result.machine(), arms, result.aims());
    }

    /** The stages that were begun and have not ended. */
    private static List<String> open(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.endsWith("run.lock"))
                    .map(Path::getParent)
                    .filter(stage -> !Files.exists(stage.resolve("final.json")))
                    .map(stage -> folder.resolve("kept").relativize(stage).toString())
                    .toList();
        }
    }

    /** What every stage ended with, by its folder, and the curves. */
    static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(path -> path.toString().matches(".*(final.json|metrics[^/]*.jsonl)"))
                    .toList()) {
                hashes.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return hashes;
    }
}
