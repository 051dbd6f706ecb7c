package io.github.rlllm.llm4rl.selfrefined;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Message;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.design.ScriptedProposer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfRefinedTest {
    private final List<List<Message>> asked = new ArrayList<>();

    /** The number in a program is its success rate. */
    private record Fake(String name) implements Task {
        @Override
        public Figures run(Job job, Meter meter) {
            if (job.payload().startsWith("bad")) {
                throw new RejectedJobException("2:7 while (expected: a statement)");
            }
            double success = Double.parseDouble(job.payload());
            return new Figures(
                    Map.of("best", 0.5, "success", success, "test", 0.4, "failure furthest position", 0.125),
                    Map.of("task metric", List.of(0.5)),
                    Map.of());
        }
    }

    private SelfRefinedRun run(int rounds, String... programs) {
        Proposer answers = new ScriptedProposer(List.of(programs));
        Proposer kept = new Proposer() {
            @Override
            public Proposal propose(ProposalRequest request) {
                asked.add(request.conversation());
                return answers.propose(request);
            }

            @Override
            public String model() {
                return answers.model();
            }
        };
        Tasks tasks = Tasks.of(new Fake("search mountain-car"), new Fake("test mountain-car"));
        try (InProcess executor = new InProcess(1, tasks, System::nanoTime)) {
            Candidates candidates = new Candidates(
                    new Evaluator(executor, Journal.none(), Progress.none()), Limits.defaults(), Control.none());
            return new SelfRefined(
                            kept,
                            candidates,
                            SelfRefinedConfig.defaults().withRounds(rounds).withTrainings(1, 2))
                    .run(RewardTasks.mountainCar(), 1);
        }
    }

    private String lastOf(int round) {
        return asked.get(round).get(asked.get(round).size() - 1).text();
    }

    @Test
    void refinesUntilItSucceeds() {
        SelfRefinedRun run = run(5, "0.2", "0.6", "0.97", "1.0");
        assertEquals(3, run.rounds().size());
        assertEquals("0.97", run.kept().orElseThrow().program());
        assertEquals(2, run.retrained().size());
        assertTrue(lastOf(1).contains("Success rate of the trained policy: 20 %"), lastOf(1));
        assertTrue(lastOf(1).contains("- furthest position: 0.125"), lastOf(1));
    }

    @Test
    void givesUpAfterItsRoundsAndKeepsTheBest() {
        SelfRefinedRun run = run(2, "0.2", "0.6", "0.3", "1.0");
        assertEquals(3, run.rounds().size());
        assertEquals("0.6", run.kept().orElseThrow().program());
    }

    @Test
    void aRewardThatCannotBeUsedCostsARoundAndGoesBackWithItsReason() {
        SelfRefinedRun run = run(1, "bad", "0.4");
        assertEquals("0.4", run.kept().orElseThrow().program());
        assertTrue(lastOf(1).contains("2:7 while (expected: a statement)"), lastOf(1));
        assertTrue(run(0, "bad").kept().isEmpty());
    }

    @Test
    void theFirstPromptHasItsFourPartsAndNothingOfTheHumanReward() {
        run(0, "1.0");
        String prompt = lastOf(0);
        int at = -1;
        for (String part : List.of("1. Environment.", "2. Task.", "3. Observable states.", "4. Rules.")) {
            assertTrue(prompt.indexOf(part) > at, part);
            at = prompt.indexOf(part);
        }
        assertTrue(prompt.contains("final double velocity;"), prompt);
        assertFalse(prompt.contains("0.0025"), prompt);
    }
}
