package io.github.rlllm.llm4rl.eureka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.design.ScriptedProposer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EurekaTest {
    private static final RewardTask<Integer> CAR = RewardTasks.mountainCar();
    private static final EurekaConfig SMALL =
            EurekaConfig.defaults().withSearch(2, 2, 1).withTrainings(1, 2);

    @TempDir
    private Path folder;

    private final AtomicInteger trainings = new AtomicInteger();

    /**
     * A training that takes no time: the score is the number in the program, "bad" is rejected, and "a then b" scores b with
     * every seed but the first.
     */
    private Task fake(String name) {
        return new Task() {
            @Override
            public String name() {
                return name + " mountain-car";
            }

            @Override
            public Figures run(Job job, Meter meter) {
                trainings.incrementAndGet();
                if (job.payload().startsWith("bad")) {
                    throw new RejectedJobException("1:1 " + job.payload());
                }
                String[] parts = job.payload().split(" then ", -1);
                double score = Double.parseDouble(job.seed() % 1000 == 0 ? parts[0] : parts[parts.length - 1]);
                return new Figures(
                        Map.of("best", score, "success", 0.0, "test", score),
                        Map.of("task metric", List.of(score)),
                        Map.of());
            }
        };
    }

    private EurekaRun run(Proposer proposer, EurekaConfig config) throws Exception {
        Tasks tasks = Tasks.of(fake("search"), fake("test"));
        try (Journal journal = Journal.open(folder.resolve("journal.jsonl"));
                InProcess executor = new InProcess(2, tasks, System::nanoTime)) {
            Evaluator evaluator = new Evaluator(executor, journal, Progress.none());
            return new Eureka(proposer, new Candidates(evaluator, Limits.defaults(), Control.none()), config)
                    .run(CAR, 1);
        }
    }

    /** Answers from a list, and keeps what it was asked. */
    private static final class Kept implements Proposer {
        private final Proposer answers;
        private final List<ProposalRequest> asked = new ArrayList<>();

        Kept(String... programs) {
            answers = new ScriptedProposer(List.of(programs));
        }

        @Override
        public Proposal propose(ProposalRequest request) {
            asked.add(request);
            return answers.propose(request);
        }

        @Override
        public String model() {
            return answers.model();
        }

        private String last(int request) {
            List<Message> conversation = asked.get(request).conversation();
            return conversation.get(conversation.size() - 1).text();
        }
    }

    @Test
    void theBestGoesBackWithItsTracesAndTheReasonsOfThoseThatFailed() throws Exception {
        Kept proposer = new Kept("bad thing", "0.5", "0.25", "0.75");
        EurekaRun run = run(proposer, SMALL);
        assertEquals(4, run.candidates().size());
        assertEquals(0.75, run.best().orElseThrow().score());
        assertEquals(0.75, run.executeRate());
        List<Message> second = proposer.asked.get(2).conversation();
        assertEquals(4, second.size());
        assertEquals("```java\n0.5\n```", second.get(2).text());
        assertTrue(proposer.last(2).contains("task metric: [0.50], max 0.50, mean 0.50, min 0.50"), proposer.last(2));
        assertTrue(proposer.last(2).contains("1 of 2 rewards"), proposer.last(2));
        assertTrue(proposer.last(2).contains("- 1:1 bad thing"), proposer.last(2));
        assertEquals(2, run.retrained().size());
    }

    @Test
    void anIterationInWhichAllFailChangesTheConversation() throws Exception {
        Kept proposer = new Kept("bad a", "bad b", "0.1", "0.2");
        EurekaRun run = run(proposer, SMALL);
        assertNotEquals(
                proposer.asked.get(0).conversation(), proposer.asked.get(2).conversation());
        assertEquals("bad a", proposer.asked.get(2).conversation().get(2).text());
        assertTrue(proposer.last(2).contains("- 1:1 bad a\n- 1:1 bad b"), proposer.last(2));
        assertEquals(0.2, run.best().orElseThrow().score());
        EurekaRun none = run(new Kept("bad"), SMALL.withTrainings(1, 1));
        assertTrue(none.best().isEmpty() && none.retrained().isEmpty());
        assertEquals(0, none.executeRate());
    }

    @Test
    void everyCandidateKeepsItsProgramAndItsScore() throws Exception {
        EurekaRun run = run(new Kept("0.1", "bad", "0.3", "0.4", "bad", "0.6"), SMALL.withSearch(3, 2, 1));
        List<String> shown = run.candidates().stream()
                .map(record -> record.program() + " " + record.verdict() + " " + record.score())
                .toList();
        assertEquals(
                List.of(
                        "0.1 TRAINED 0.1",
                        "bad REJECTED -Infinity",
                        "0.3 TRAINED 0.3",
                        "0.4 TRAINED 0.4",
                        "bad REJECTED -Infinity",
                        "0.6 TRAINED 0.6"),
                shown);
        assertEquals(
                6, run.candidates().stream().map(CandidateRecord::id).distinct().count());
    }

    @Test
    void thePaperImprovesOnTheLastIterationAndTheOtherRuleOnTheBestSoFar() throws Exception {
        EurekaConfig three = SMALL.withSearch(1, 3, 1);
        Kept last = new Kept("0.9", "0.1", "0.2");
        run(last, three);
        assertEquals("0.1", last.asked.get(2).parent().program());
        Kept soFar = new Kept("0.9", "0.1", "0.2");
        run(soFar, three.withParent(EurekaConfig.Parent.BEST_SO_FAR));
        assertEquals("0.9", soFar.asked.get(2).parent().program());
    }

    @Test
    void theControlsTellNothingOrWhatIsAnothers() throws Exception {
        Kept nothing = new Kept("0.1", "0.2", "0.3", "0.4");
        run(nothing, SMALL.withFeedback(EurekaConfig.Feedback.NONE));
        assertEquals(nothing.asked.get(0).conversation(), nothing.asked.get(3).conversation());
        assertEquals(null, nothing.asked.get(3).parent());
        Kept shuffled = new Kept("0.1", "0.2", "0.3", "0.4");
        EurekaRun run = run(shuffled, SMALL.withFeedback(EurekaConfig.Feedback.SHUFFLED));
        assertEquals("0.1", shuffled.asked.get(2).parent().program());
        assertEquals(0.2, shuffled.asked.get(2).parent().score());
        assertEquals(0.4, run.best().orElseThrow().score());
        assertEquals(0.1, run.candidates().get(0).score());
    }

    /** What a journal holds is not trained again, and a reward that two kinds of feedback lead to is trained once. */
    @Test
    void aRunThatIsRepeatedTrainsNothingAgain() throws Exception {
        String[] programs = {"0.1", "0.2", "0.3", "0.4"};
        EurekaRun first = run(new Kept(programs), SMALL);
        assertEquals(4 + 2, trainings.get());
        EurekaRun again = run(new Kept(programs), SMALL);
        assertEquals(first, again);
        assertEquals(4 + 2, trainings.get());
        run(new Kept("0.1", "0.2", "0.3", "0.5"), SMALL.withFeedback(EurekaConfig.Feedback.NONE));
        assertEquals(4 + 2 + 1 + 2, trainings.get());
    }

    /** The score of a first training misleads: the finalists' further trainings, and they alone, decide. */
    @Test
    void theBestIsTheFinalistOfTheGreatestMean() throws Exception {
        // lucky: 0.9 once, then 0.3; steady: 0.8, 0.8; the third would be 1.0 but is no finalist
        Kept proposer = new Kept("0.9 then 0.3", "0.8 then 0.8", "0.7 then 1.0");
        EurekaRun run =
                run(proposer, SMALL.withSearch(3, 1, 1).withTrainings(3, 1).withFinalists(2));
        List<Double> scores =
                run.candidates().stream().map(CandidateRecord::score).toList();
        assertEquals(0.5, scores.get(0), 1e-12);
        assertEquals(0.8, scores.get(1), 1e-12);
        assertEquals(0.7, scores.get(2), 1e-12);
        assertEquals("0.8 then 0.8", run.best().orElseThrow().program());
        assertEquals(
                0.5,
                run.candidates().get(0).traces().get(0).points().get(0),
                1e-12,
                "a trace is the mean of the trainings");
        assertEquals(3 + 2 * 2 + 1, trainings.get());
    }

    /** A candidate that is no finalist is not the best, however its one training went. */
    @Test
    void oneTrainingDoesNotBeatTheMeanOfSeveral() throws Exception {
        Kept proposer = new Kept("0.9 then 0.3", "0.8 then 0.0", "0.7 then 0.7");
        EurekaRun run =
                run(proposer, SMALL.withSearch(3, 1, 1).withTrainings(2, 1).withFinalists(2));
        assertEquals(0.6, run.best().orElseThrow().score(), 1e-12);
    }

    @Test
    void seedsOfSearchAndRetrainingNeverMeet() {
        for (long seed = 1; seed <= 3; seed++) {
            List<Long> retraining = Eureka.retrainingSeeds(seed, 5);
            assertEquals(seed * 1_000_000 + 500_000, retraining.get(0));
            assertEquals(5, retraining.size());
        }
    }

    @Test
    void nothingOfTheHumanRewardIsInAPrompt() throws Exception {
        Kept proposer = new Kept("0.1", "0.2", "0.3", "0.4");
        run(proposer, SMALL);
        for (ProposalRequest request : proposer.asked) {
            for (Message message : request.conversation()) {
                assertFalse(message.text().contains("energy"), message.text());
                assertFalse(message.text().contains("0.0025"), message.text());
            }
        }
    }

    @Test
    void humanNormalisedScores() {
        assertEquals(1.5, Eureka.humanNormalised(4, 1, 3));
        assertEquals(0.5, Eureka.humanNormalised(2, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> Eureka.humanNormalised(1, 2, 2));
    }
}
