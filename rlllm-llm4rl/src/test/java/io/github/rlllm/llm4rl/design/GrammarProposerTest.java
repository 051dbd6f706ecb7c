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
import java.util.function.DoublePredicate;
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

    /**
     * What the statistics say shows in what becomes of the first of two equal terms: where it stood still it is rewritten or
     * scaled up by three to ten, where it went against the task metric dropped, turned round or scaled down, where it went with
     * it scaled up.
     */
    @Test
    void statisticsSayWhatToMutate() {
        Trace metric = Trace.of(Trained.METRIC, 0, 0.1, 0.2, 0.3);
        Trace other = Trace.of("t2", 0.1, 0.5, 0.1, 0.5);
        assertReading(TermReading.STILL, Trace.of("t1", 0.5, 0.5, 0.5, 0.501), other, metric);
        assertReading(TermReading.AGAINST, Trace.of("t1", 0.3, 0.2, 0.1, 0), other, metric);
        assertReading(TermReading.WITH, Trace.of("t1", 0, 0.1, 0.2, 0.3), other, metric);
        assertReading(TermReading.LEADS, Trace.of("t1", 0, 1, 2, 3), other, metric);
        assertReading(TermReading.UNKNOWN, Trace.of("t1", 0.1, 0.2, 0.2, 0.1), other, metric);
        assertReading(TermReading.UNKNOWN, Trace.of("another", 0, 1, 2, 3), other, metric);
        assertEquals(
                List.of(TermReading.UNKNOWN),
                TermReading.of(List.of(Trace.of("t1", 0, 1)), 1),
                "no task metric is known");

        int stillUp = count(Trace.of("t1", 0.5, 0.5, 0.5, 0.5), other, metric, weight -> weight >= 6 && weight <= 20);
        int withUp = count(Trace.of("t1", 0, 0.1, 0.2, 0.3), other, metric, weight -> weight >= 3 && weight <= 8);
        int turned = count(Trace.of("t1", 0.3, 0.2, 0.1, 0), other, metric, weight -> weight == -2);
        int blindUp = count(Trace.of("t1", 0.1, 0.2, 0.2, 0.1), other, metric, weight -> weight >= 6 && weight <= 20);
        int blindTurned = count(Trace.of("t1", 0.1, 0.2, 0.2, 0.1), other, metric, weight -> weight == -2);
        assertTrue(stillUp >= 2 * blindUp && stillUp > 40, stillUp + " and " + blindUp);
        assertTrue(withUp > 80, "scaled up in " + withUp);
        assertTrue(turned > 20, "turned round in " + turned);
        assertEquals(0, blindTurned);
    }

    private static void assertReading(TermReading expected, Trace... traces) {
        assertEquals(expected, TermReading.of(List.of(traces), 2).get(0));
    }

    /** In how many of 1000 proposals the first term's feature has such a weight. */
    private static int count(Trace own, Trace other, Trace metric, DoublePredicate weight) {
        String parent = GrammarTerms.print(
                List.of(new GrammarTerms.Term(2, "position / 1.8"), new GrammarTerms.Term(1, "velocity / 0.14")));
        int count = 0;
        for (int seed = 0; seed < 1000; seed++) {
            String program = program(TASKS.get(0), record(parent, own, other, metric), seed);
            for (GrammarTerms.Term term : GrammarTerms.parse(program).orElseThrow()) {
                count += term.feature().equals("position / 1.8") && weight.test(term.weight()) ? 1 : 0;
            }
        }
        return count;
    }

    /** The scale of a reward is nothing to the learner: a single term comes back with another weight only beside others. */
    @Test
    void theWeightOfASingleTermIsNotTuned() {
        String parent = GrammarTerms.print(List.of(new GrammarTerms.Term(2, "position / 1.7"))); // no draw gives 1.7
        Trace rose = Trace.of(Trained.METRIC, 0, 0.1, 0.2, 0.3);
        for (Trace own : List.of(Trace.of("t1", 0, 1, 2, 3), Trace.of("t1", 3, 2, 1, 0), Trace.of("t1", 1, 1, 1, 1))) {
            for (int seed = 0; seed < 300; seed++) {
                List<GrammarTerms.Term> terms = GrammarTerms.parse(
                                program(TASKS.get(0), record(parent, own, rose), seed))
                        .orElseThrow();
                boolean alone = terms.size() == 1 && terms.get(0).feature().equals("position / 1.7");
                assertTrue(!alone || terms.get(0).weight() == -2 || terms.get(0).weight() == 2, terms.toString());
            }
        }
    }

    /** What is drawn anew is the same with and without a parent: a quarter where the metric rose, more where it only moved. */
    @Test
    void theMoreTheMetricRoseTheMoreTheParentIsMutated() {
        String parent = GrammarTerms.print(List.of(new GrammarTerms.Term(2, "position / 1.8")));
        Trace rose = Trace.of(Trained.METRIC, 0, 0.1, 0.2, 0.3);
        Trace moved = Trace.of(Trained.METRIC, 0.3, 0.1, 0.2, 0.1);
        int afterRise = 0;
        int afterMove = 0;
        for (int seed = 0; seed < 400; seed++) {
            String anew = program(TASKS.get(0), null, seed);
            afterRise += anew.equals(program(TASKS.get(0), record(parent, rose), seed)) ? 1 : 0;
            afterMove += anew.equals(program(TASKS.get(0), record(parent, moved), seed)) ? 1 : 0;
        }
        assertEquals(100, afterRise, 30);
        assertEquals(320, afterMove, 30);
    }

    /** Where the task metric never moved, what is proposed is what would be without a parent. */
    @Test
    void aParentThatTaughtNothingIsNotImprovedOn() {
        String parent = GrammarTerms.print(List.of(new GrammarTerms.Term(2, "position / 1.8")));
        Trace flat = Trace.of(Trained.METRIC, 0, 0, 0);
        for (int seed = 0; seed < 20; seed++) {
            assertEquals(program(TASKS.get(0), null, seed), program(TASKS.get(0), record(parent, flat), seed));
        }
    }

    @Test
    void aParentOfAnotherFormIsNotGuessedAt() {
        assertTrue(GrammarTerms.parse("double reward() { return 1.0; }").isEmpty());
        String fresh = program(TASKS.get(0), record("double reward() { return 1.0; }"), 3);
        assertNotEquals("double reward() { return 1.0; }", fresh);
        assertFalse(GrammarTerms.parse(fresh).isEmpty());
    }
}
