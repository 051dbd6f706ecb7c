package io.github.rlllm.llm4rl.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Message;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.ServingConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrammarProposerTest {
    private static final List<RewardTask<?>> TASKS = List.of(
            RewardTasks.mountainCar(),
            RewardTasks.swimmer(),
            RewardTasks.autoscaling(
                    ServingConfig.defaults(), Arrivals.generated("training"), Arrivals.generated("testing")));

    private static String program(RewardTask<?> task, @Nullable CandidateRecord parent, long seed) {
        ProposalRequest request = new ProposalRequest(
                "c" + seed, task, List.of(new Message(Message.Role.USER, "not read")), parent, seed);
        return new GrammarProposer().propose(request).program().fold(text -> text, reason -> reason);
    }

    private static CandidateRecord record(String program, Trace... traces) {
        return new CandidateRecord("p", program, CandidateRecord.Verdict.TRAINED, "", 1, 0, Map.of(), List.of(traces));
    }

    @Property(tries = 300)
    void everyProgramCompilesIsReadBackAndMutates(@ForAll long seed) {
        for (RewardTask<?> task : TASKS) {
            String program = program(task, null, seed);
            for (int generation = 0; generation < 4; generation++) {
                String shown = program;
                RewardCompiler.compile(task.schema(), program).fold(ok -> ok, reason -> {
                    throw new AssertionError(reason + "\n" + shown);
                });
                assertEquals(
                        program, GrammarTerms.print(GrammarTerms.parse(program).orElseThrow()));
                program = program(task, record(program), seed + generation);
            }
        }
    }

    @Test
    void equalRequestsGiveEqualProgramsAndOthersDiffer() {
        Set<String> programs = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            programs.add(program(TASKS.get(0), null, seed));
        }
        assertEquals(50, programs.size());
        assertEquals(program(TASKS.get(0), null, 7), program(TASKS.get(0), null, 7));
    }

    /** A term at zero is replaced, one that dwarfs the others scaled down, each in half the mutations at least. */
    @Test
    void statisticsSayWhereToMutate() {
        String parent = GrammarTerms.print(
                List.of(new GrammarTerms.Term(2, "position / 1.8"), new GrammarTerms.Term(1, "velocity / 0.14")));
        Trace zero = Trace.of("t1", 0, 0, 0);
        Trace live = Trace.of("t2", 0.1, 0.2, 0.3);
        Trace large = Trace.of("t1", 100, 200, 300);
        int replaced = 0;
        int scaled = 0;
        for (int seed = 0; seed < 200; seed++) {
            String afterZero = program(TASKS.get(0), record(parent, zero, live), seed);
            replaced += !afterZero.contains("position / 1.8") && afterZero.contains("1.0 * (velocity / 0.14)") ? 1 : 0;
            String afterLarge = program(TASKS.get(0), record(parent, large, live), seed);
            scaled += afterLarge.contains("t1 = 0.2 * (position / 1.8)") ? 1 : 0;
        }
        assertTrue(replaced > 80, "replaced in " + replaced);
        assertTrue(scaled > 80, "scaled in " + scaled);
    }

    /** Where the task metric never moved, what is proposed is what would be without a parent. */
    @Test
    void aParentThatTaughtNothingIsNotImprovedOn() {
        String parent = GrammarTerms.print(List.of(new GrammarTerms.Term(2, "position / 1.8")));
        Trace flat = Trace.of(Trained.METRIC, 0, 0, 0);
        Trace rising = Trace.of(Trained.METRIC, 0, 0.1, 0.2);
        for (int seed = 0; seed < 20; seed++) {
            assertEquals(program(TASKS.get(0), null, seed), program(TASKS.get(0), record(parent, flat), seed));
        }
        assertNotEquals(program(TASKS.get(0), null, 1), program(TASKS.get(0), record(parent, rising), 1));
    }

    @Test
    void aParentOfAnotherFormIsNotGuessedAt() {
        assertTrue(GrammarTerms.parse("double reward() { return 1.0; }").isEmpty());
        String fresh = program(TASKS.get(0), record("double reward() { return 1.0; }"), 3);
        assertNotEquals("double reward() { return 1.0; }", fresh);
        assertFalse(GrammarTerms.parse(fresh).isEmpty());
    }
}
