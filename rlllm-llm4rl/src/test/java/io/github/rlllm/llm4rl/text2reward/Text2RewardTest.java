package io.github.rlllm.llm4rl.text2reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.CandidateRecord.Verdict;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.text2reward.Text2Reward.Course;
import io.github.rlllm.llm4rl.text2reward.Text2Reward.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Text2RewardTest {
    private static final RewardTask<float[]> REACH = TableTasks.reach().withSteps(2_048);
    private static final String GOOD =
            "double reward() { return -Math.hypot(hand[0] - target[0], hand[1] - target[1]); }";

    @TempDir
    private Path folder;

    /** Says given answers in turn and keeps what it was asked. */
    private static final class Sequence implements Proposer {
        private final Iterator<String> answers;
        private final List<List<Message>> asked = new ArrayList<>();

        private Sequence(String... answers) {
            this.answers = List.of(answers).iterator();
        }

        @Override
        public Proposal propose(ProposalRequest request) {
            asked.add(request.conversation());
            String answer = answers.next();
            return new Proposal(
                    request.id(),
                    answer,
                    answer.startsWith("I ")
                            ? Parsed.rejected("code blocks: 0 (expected: one block between lines of ```)")
                            : Parsed.accepted(answer));
        }

        @Override
        public String model() {
            return "scripted";
        }
    }

    private static Encoder encoder() {
        return TfIdfEncoder.fit(
                FewShot.library().stream().map(FewShot::sentence).toList());
    }

    private Course run(Proposer proposer, Person person, Text2RewardConfig config) throws IOException {
        Tasks tasks = Tasks.of(CandidateTraining.search(REACH));
        try (Journal journal = Journal.open(folder.resolve("journal.jsonl"));
                InProcess executor = new InProcess(1, tasks, System::nanoTime)) {
            Candidates candidates = new Candidates(
                    new Evaluator(executor, journal, Progress.none()), Limits.defaults(), Control.none());
            return new Text2Reward(proposer, encoder(), FewShot.library(), candidates, config)
                    .run(REACH, person, "run", 1);
        }
    }

    @Test
    void whatCannotBeUsedGoesBackWithLineAndColumn() throws IOException {
        Sequence proposer = new Sequence("I cannot write code.", "double reward() { return speeed; }", GOOD);
        Course course = run(proposer, watched -> Optional.empty(), Text2RewardConfig.defaults());
        assertEquals(Ending.SATISFIED, course.ending());
        List<CandidateRecord> attempts = course.rounds().get(0).attempts();
        assertEquals(
                List.of(Verdict.NO_PROGRAM, Verdict.REJECTED, Verdict.TRAINED),
                attempts.stream().map(CandidateRecord::verdict).toList());
        List<Message> last = proposer.asked.get(2);
        assertEquals(6, last.size());
        assertEquals("I cannot write code.", last.get(2).text());
        assertTrue(last.get(3).text().contains("code blocks: 0 (expected: one block"));
        assertTrue(
                last.get(5).text().contains("could not be used: 1:26 speeed (expected: "),
                last.get(5).text());
        assertTrue(last.get(5).text().contains("speeed"));
    }

    @Test
    void aBoundedNumberOfAttemptsEndsInATypedFailure() throws IOException {
        Sequence proposer = new Sequence("I won't.", "I won't.", GOOD);
        Course course = run(
                proposer,
                watched -> Optional.empty(),
                Text2RewardConfig.defaults().withAttempts(2));
        assertEquals(Ending.NO_REWARD, course.ending());
        assertEquals(2, course.rounds().get(0).attempts().size());
        assertFalse(course.rounds().get(0).last().trained());
        assertTrue(course.rounds().get(0).last().reason().contains("code blocks: 0"));
    }

    @Test
    void feedbackComesWithTheCodeAndTheDescription() throws IOException {
        Sequence proposer = new Sequence("double reward() { return 0; }", GOOD);
        Course course = run(
                proposer,
                Person.of(List.of("The hand does not move.", "Better.")),
                Text2RewardConfig.defaults().withRounds(1));
        assertEquals(Ending.ROUNDS_SPENT, course.ending());
        assertEquals(
                List.of("", "The hand does not move."),
                course.rounds().stream().map(Text2Reward.Round::feedback).toList());
        List<Message> asked = proposer.asked.get(1);
        assertEquals(proposer.asked.get(0), asked.subList(0, 2));
        assertEquals("```\ndouble reward() { return 0; }\n```", asked.get(2).text());
        assertTrue(asked.get(3).text().contains("The person says: The hand does not move."));
        assertEquals(4, asked.size());
    }

    @Test
    void anUnchangedRewardIsNotTrainedWithAgain() throws IOException {
        Course course = run(
                new Sequence(GOOD, GOOD),
                Person.of(List.of("Write another one.")),
                Text2RewardConfig.defaults().withRounds(1));
        CandidateRecord first = course.rounds().get(0).last();
        CandidateRecord second = course.rounds().get(1).last();
        assertEquals("run-round-1-attempt-1", second.id());
        assertTrue(second.trained());
        assertEquals(first.score(), second.score());
        assertEquals(first.figures(), second.figures());
        String journal = Files.readString(folder.resolve("journal.jsonl"));
        assertTrue(journal.contains("run-round-0-attempt-1"), journal);
        assertFalse(journal.contains("run-round-1-attempt-1"), journal);
    }

    @Test
    void everyExampleIsAProgramOfTheLanguage() {
        for (FewShot shot : FewShot.library()) {
            assertEquals(
                    "",
                    RewardCompiler.compile(shot.schema(), shot.program()).fold(program -> "", reason -> reason),
                    shot.sentence());
        }
        for (RewardTask<float[]> task : List.of(TableTasks.reach(), TableTasks.push())) {
            assertEquals("", RewardCompiler.compile(task.schema(), task.human()).fold(program -> "", reason -> reason));
        }
    }

    @Test
    void theNearestExamplesComeFirstAndTheTaskItselfNever() {
        List<FewShot> library = FewShot.library();
        List<FewShot> nearest = FewShot.nearest(encoder(), library, "Lift the cup from the table to the shelf.", 3);
        assertEquals(3, nearest.size());
        assertEquals("Pick up the cup and lift it to the shelf.", nearest.get(0).sentence());
        String own = library.get(3).sentence();
        assertTrue(FewShot.nearest(encoder(), library, own, 6).stream()
                .noneMatch(e -> e.sentence().equals(own)));
    }

    /** Nothing of the task metric, the world's reward or the human reward is in what a proposer is shown. */
    @Test
    void nothingLeaksIntoThePrompt() {
        for (RewardTask<float[]> task : List.of(TableTasks.reach(), TableTasks.push())) {
            String prompt = Text2Reward.opening(task, encoder(), FewShot.library(), 3)
                    .get(1)
                    .text();
            assertTrue(prompt.contains(task.sentence()));
            for (String line : task.human().split("\n")) {
                boolean shape = line.isBlank() || line.strip().length() < 12 || inTheLibrary(line.strip());
                assertTrue(shape || !prompt.contains(line.strip()), line);
            }
            assertFalse(prompt.contains("0.12"), "the radius of success");
        }
    }

    private static boolean inTheLibrary(String line) {
        return FewShot.library().stream().anyMatch(shot -> shot.program().contains(line));
    }

    @Test
    void theScriptedFollowerAddsWhatTheFeedbackNames() {
        RewardTask<float[]> task = TableTasks.push();
        List<Message> opening = Text2Reward.opening(task, encoder(), FewShot.library(), 3);
        ScriptedFollower follower = new ScriptedFollower();
        String first = propose(follower, opening, null);
        assertFalse(first.contains("\"push\""));
        String second = propose(follower, said(opening, TableWatcher.NO_PUSH), first);
        assertTrue(second.contains("\"push\""));
        String third = propose(follower, said(opening, "It could be better."), second);
        assertEquals(second, third);
        String fourth = propose(follower, said(opening, TableWatcher.NO_PUSH), second);
        assertTrue(fourth.contains("push0 + push1"), fourth);
        for (String program : List.of(first, second, fourth)) {
            assertEquals("", RewardCompiler.compile(task.schema(), program).fold(ok -> "", reason -> reason));
        }
    }

    private static List<Message> said(List<Message> opening, String sentence) {
        List<Message> all = new ArrayList<>(opening);
        all.add(new Message(Message.Role.USER, Text2Reward.answers("", sentence).get(1)));
        return all;
    }

    private static String propose(Proposer proposer, List<Message> conversation, String parent) {
        CandidateRecord record = parent == null
                ? null
                : new CandidateRecord("parent", parent, Verdict.TRAINED, "", 0, 0, Map.of(), List.of());
        return proposer.propose(new ProposalRequest("id", TableTasks.push(), conversation, record, 1))
                .program()
                .fold(program -> program, reason -> reason);
    }

    @Test
    void theWatcherNamesThePartThatFails() {
        TableWatcher watcher = new TableWatcher(true);
        assertEquals(Optional.empty(), watcher.says(watched(0.96, 0.1, 1, 0.1)));
        assertEquals(Optional.of(TableWatcher.NO_PUCK), watcher.says(watched(0, 0.9, 1, 0.8)));
        assertEquals(Optional.of(TableWatcher.WRONG_SIDE), watcher.says(watched(0.2, 0.2, 0.3, 0.8)));
        assertEquals(Optional.of(TableWatcher.NO_PUSH), watcher.says(watched(0.2, 0.2, 0.9, 0.8)));
        assertEquals(Optional.of(TableWatcher.PUCK_SHORT), watcher.says(watched(0.2, 0.2, 0.9, 0.2)));
    }

    private static CandidateRecord watched(double success, double handToPuck, double behind, double puckToTarget) {
        return new CandidateRecord(
                "id",
                GOOD,
                Verdict.TRAINED,
                "",
                0,
                success,
                Map.of(
                        CandidateTraining.FIGURE + TableTasks.HAND_TO_PUCK, handToPuck,
                        CandidateTraining.FIGURE + TableTasks.BEHIND, behind,
                        CandidateTraining.FIGURE + TableTasks.PUCK_TO_TARGET, puckToTarget),
                List.of());
    }
}
