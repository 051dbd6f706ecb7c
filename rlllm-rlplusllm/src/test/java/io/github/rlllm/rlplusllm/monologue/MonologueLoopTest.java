package io.github.rlllm.rlplusllm.monologue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.plan.Supervisor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What each kind of feedback is worth where the first attempt fails: the planner is the same in all of them. */
class MonologueLoopTest {
    private static final ScriptedReader READER = new ScriptedReader(instruction ->
            Shelf.THINGS.stream().map(Shelf::call).map(Shelf::words).toList());

    private static PlanReport run(Shelf shelf, Feedback<Set<String>> feedback, boolean asks, Skill<Set<String>> put) {
        SkillLibrary<Set<String>> library =
                new SkillLibrary<>(Map.of("thing", Shelf.THINGS), Set.of(), List.of(feedback.after(put, shelf::state)));
        MonologueConfig config =
                asks ? MonologueConfig.defaults().withQuestions(5, "what is left to do?") : MonologueConfig.defaults();
        Supervisor person = new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return CompletableFuture.completedFuture(shelf.left());
            }
        };
        InnerMonologue<Set<String>> planner = new InnerMonologue<>(READER, Shelf::words, config);
        return new PlanRunner<>(library, planner, shelf::state, Runnable::run, () -> 0)
                .execute("everything", PlanOptions.<Set<String>>defaults().withSupervisor(Feedback.answering(person)))
                .join();
    }

    private static Feedback<Set<String>> success(SuccessDetector<Set<String>> detector) {
        return Feedback.<Set<String>>none().withSuccess(detector);
    }

    private static void ends(Shelf shelf, PlanReport report, int attempts, String left) {
        assertEquals(PlanEnding.DONE, report.ending(), report.reason());
        assertEquals(attempts, shelf.attempts);
        assertEquals(left, shelf.left());
    }

    @Test
    void openLoopDoesNotNotice() {
        Shelf shelf = new Shelf(false);
        ends(shelf, run(shelf, Feedback.none(), false, shelf.put()), 3, "left: put the cup");
    }

    @Test
    void successDetectionTriesAgain() {
        Shelf shelf = new Shelf(false);
        ends(shelf, run(shelf, success(SuccessDetector.own()), false, shelf.put()), 4, "nothing");
    }

    @Test
    void aDetectorThatAlwaysSaysTrueLosesTheRetry() {
        Shelf shelf = new Shelf(false);
        ends(shelf, run(shelf, success(SuccessDetector.always()), false, shelf.put()), 3, "left: put the cup");
    }

    /** Somebody takes the cup away while the jar is put. */
    private static Skill<Set<String>> disturbed(Shelf shelf) {
        Skill<Set<String>> put = shelf.put();
        return Skill.<Set<String>>named("put", "thing").starts((call, control) -> {
            if (shelf.attempts == 1) {
                shelf.takeAway("cup");
            }
            return put.start(call, control);
        });
    }

    @Test
    void onlyWhoLooksAtTheSceneSeesWhatWasUndone() {
        Shelf blind = new Shelf();
        ends(blind, run(blind, success(SuccessDetector.own()), false, disturbed(blind)), 3, "left: put the cup");
        Shelf seen = new Shelf();
        ends(
                seen,
                run(seen, Feedback.<Set<String>>none().withScene(Shelf::scene), false, disturbed(seen)),
                4,
                "nothing");
    }

    @Test
    void whoAsksIsTold() {
        Shelf shelf = new Shelf(false);
        PlanReport report = run(shelf, Feedback.none(), true, disturbed(shelf));
        ends(shelf, report, 4, "nothing");
        assertEquals(
                2,
                report.history().stream()
                        .filter(event -> event.text().startsWith("answer: "))
                        .count());
    }
}
