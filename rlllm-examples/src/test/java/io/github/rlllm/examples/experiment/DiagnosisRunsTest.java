package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty runs broken by each fault and twenty healthy ones. A run of a seed is experiment 2 and experiment 3 of it, of
 * which only the rows are made that the signatures are read off. Experiment 2 has no part that the fault of the reward
 * model touches, and experiment 3 none of those of plans and skills, so that a run broken in one has the healthy figures
 * of the other. The Q-networks of the healthy skills, {@value #NETWORKS} of them, and the model before the preferences
 * are shared by the runs; houses, wordings, narrow skills, preferences, reward models and policies are of the seed.
 */
@Tag("slow")
class DiagnosisRunsTest {
    private static final int RUNS = 20;
    private static final int NETWORKS = 2;
    /** No seed on which a threshold was set. */
    private static final int FIRST = 101;

    @TempDir
    private Path folder;

    private ExperimentRequest request(String fault) throws IOException {
        Path own = Files.createDirectories(folder.resolve("broken " + fault));
        RunRequest run = new RunRequest(RUNS, own, Progress.none(), Control.none());
        return new ExperimentRequest(run, fault, null, null);
    }

    @Test
    void theRightSignatureAloneIsNamed() throws IOException {
        Shared shared = new Shared();
        for (int run = NETWORKS; run < RUNS; run++) {
            BasicSkills.lend(shared, request(""), FIRST + run % NETWORKS, FIRST + run);
        }
        Shared narrow = new Shared();
        CachedEncoder encoder = InstructionPlanning.minilm(shared);
        narrow.get(CachedEncoder.class, 0, any -> encoder);
        InstructionPlanning planning = new InstructionPlanning(shared);
        List<Diagnosis.Plans> plans = told("healthy", planning.diagnosed(request(""), FIRST));
        List<Diagnosis.Plans> wrongPlans = told("plan", planning.diagnosed(request("plan"), FIRST));
        List<Diagnosis.Plans> narrowSkills =
                told("skills", new InstructionPlanning(narrow).diagnosed(request("skills"), FIRST));
        FeedbackTuning tuning = new FeedbackTuning(InstructGptConfig.defaults(), 256, 0, () -> 0);
        List<Diagnosis.Reward> rewards = told("healthy", tuning.diagnosed(request(""), FIRST));
        List<Diagnosis.Reward> unsound = told("reward", tuning.diagnosed(request("reward"), FIRST));

        atLeast18("healthy", run -> named(plans.get(run), rewards.get(run)).isEmpty());
        atLeast18("plan", run -> named(wrongPlans.get(run), rewards.get(run)).equals(List.of("plan")));
        atLeast18(
                "skills", run -> named(narrowSkills.get(run), rewards.get(run)).equals(List.of("skills")));
        atLeast18("reward", run -> named(plans.get(run), unsound.get(run)).equals(List.of("reward")));
    }

    /** The signatures that a run shows. */
    private static List<String> named(Diagnosis.Plans plans, Diagnosis.Reward reward) {
        List<String> named = new ArrayList<>();
        if (Diagnosis.plan(plans)) {
            named.add("plan");
        }
        if (Diagnosis.skills(plans)) {
            named.add("skills");
        }
        if (Diagnosis.reward(reward)) {
            named.add("reward");
        }
        return named;
    }

    private static void atLeast18(String set, IntPredicate right) {
        long count = IntStream.range(0, RUNS).filter(right).count();
        System.out.println(set + ": right in " + count + " of " + RUNS);
        assertTrue(count >= Bounds.DIAGNOSED * RUNS, set + ": right in " + count + " of " + RUNS);
    }

    private static <T> List<T> told(String set, List<T> figures) {
        figures.forEach(figure -> System.out.println(set + ": " + figure));
        return figures;
    }
}
