package io.github.rlllm.llm4rl.proxyreward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Completion.Finish;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.social.MatrixGame.Objective;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import io.github.rlllm.engine.world.social.Negotiation.Style;
import io.github.rlllm.engine.world.social.UltimatumGame.Outcome;
import io.github.rlllm.engine.world.social.UltimatumGame.Proposal;
import io.github.rlllm.llm4rl.proxyreward.ProxyRewardConfig.Unreadable;
import io.github.rlllm.llm4rl.proxyreward.UltimatumTask.Condition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyRewardTest {
    private static final ProxyRewardConfig CONFIG = ProxyRewardConfig.defaults().withEpisodes(2_000, 300, 400);

    private static String read(String text, Finish finish) {
        return LanguageLabeler.read(new Completion(text, 1, 1, finish, "scripted"))
                .fold(yes -> yes ? "yes" : "no", reason -> reason);
    }

    @ParameterizedTest
    @CsvSource({
        "Yes,yes",
        "no.,no",
        "' **Yes** ',yes",
        "'NO, the parts differ.',no",
        "'P2 gets 28 % of it. So the answer is: No',no",
        "Answer: yes,yes",
    })
    void readsWhatModelsSay(String text, String answer) {
        assertEquals(answer, read(text, Finish.STOP));
    }

    @Test
    void refusesWhatIsNeither() {
        assertEquals("neither yes nor no: \"\" (expected: Yes or No)", read("", Finish.STOP));
        assertEquals("neither yes nor no: \"I cannot say.\" (expected: Yes or No)", read("I cannot say.", Finish.STOP));
        assertEquals("neither yes nor no: \"Nothing\" (expected: Yes or No)", read("Nothing", Finish.STOP));
        assertEquals("both yes and no: \"Yes and no\" (expected: Yes or No)", read("Yes and no", Finish.STOP));
        assertEquals(
                "cut before it said yes or no: \"The parts are no\" (expected: Yes or No)",
                read("The parts are no", Finish.LENGTH));
        assertEquals("the provider withheld the answer (expected: Yes or No)", read("Yes", Finish.FILTERED));
        assertTrue(read("x".repeat(10_000_000), Finish.STOP).length() < 150);
    }

    /** A labeler that gives some answers in turn and remembers what it was told. */
    private static final class Sequence implements Labeler<Object> {
        private final Iterator<Parsed<Boolean>> answers;
        private final List<List<String>> told = new ArrayList<>();

        private Sequence(List<Parsed<Boolean>> answers) {
            this.answers = answers.iterator();
        }

        @Override
        public Parsed<Boolean> label(Object episode, Question question, List<String> refused) {
            told.add(refused);
            return answers.next();
        }

        @Override
        public String model() {
            return "scripted";
        }
    }

    private static final UltimatumTask TASK = new UltimatumTask(Condition.SHARE_30, 1);
    private static final Outcome ACCEPTED = new Outcome(new Proposal(700, 300), true);
    private static final Outcome REJECTED = new Outcome(new Proposal(700, 300), false);

    @Test
    void asksAgainWithTheReasonAndKeepsTheAnswer() {
        Sequence labeler = new Sequence(List.of(Parsed.rejected("too vague"), Parsed.accepted(true)));
        ProxyReward<Outcome> reward = new ProxyReward<>(labeler, TASK::question, CONFIG);
        assertEquals(1, reward.score(ACCEPTED));
        assertEquals(1, reward.score(ACCEPTED));
        assertEquals(List.of(List.of(), List.of("too vague")), labeler.told);
        assertEquals(0, reward.score(REJECTED)); // the same prompt: whoever should accept should not reject
        assertEquals(2, reward.answers().values().iterator().next().attempts());
        assertEquals(1, reward.answers().size());
    }

    @Test
    void anUnreadableAnswerIsNeverAReward() {
        Parsed<Boolean> no = Parsed.rejected("neither");
        ProxyReward<Outcome> skips = new ProxyReward<>(new Sequence(List.of(no, no)), TASK::question, CONFIG);
        assertFalse(skips.scores(ACCEPTED));
        assertThrows(NothingLeftException.class, () -> skips.score(ACCEPTED));
        ProxyReward<Outcome> stops = new ProxyReward<>(
                new Sequence(List.of(no, no, no)), TASK::question, CONFIG.withUnreadable(3, Unreadable.STOP));
        assertEquals(
                "answer: unreadable after 3 attempts: neither; neither; neither",
                assertThrows(UnreadableAnswerException.class, () -> stops.label(ACCEPTED))
                        .getMessage());
    }

    @Test
    void whatCannotBeReadTeachesNothing() {
        List<Double> learned = new ArrayList<>();
        EpisodeLearner<Outcome> learner = new EpisodeLearner<>() {
            private int played;

            @Override
            public Outcome play() {
                return new Outcome(new Proposal(1000 - played, played++), true);
            }

            @Override
            public void learn(double reward) {
                learned.add(reward);
            }

            @Override
            public Outcome show(int test) {
                return ACCEPTED;
            }
        };
        ProxyReward<Outcome> reward = new ProxyReward<>(
                new ScriptedLabeler<>(TASK::meets, 0, 0.5, 4),
                TASK::question,
                CONFIG.withUnreadable(1, Unreadable.SKIP));
        ProxyReward.Trained trained = reward.train(learner, 1_000, Progress.none(), Control.none());
        assertEquals(1_000, trained.learned() + trained.skipped());
        assertEquals(500, trained.skipped(), 60);
        assertEquals(trained.learned(), learned.size());
        assertEquals(0.7 * learned.size(), learned.stream().mapToDouble(r -> r).sum(), 40);
    }

    /** The agent does not exceed what its labels say, and does what they say where they are right. */
    @ParameterizedTest
    @EnumSource(
            value = Condition.class,
            names = {"SHARE_30", "DOLLARS_10"})
    void anAgentLearnsFromRightAnswers(Condition condition) {
        UltimatumTask task = new UltimatumTask(condition, 2);
        ProxyReward<Outcome> reward =
                new ProxyReward<>(new ScriptedLabeler<>(task::meets, 0, 0, 1), task::question, CONFIG);
        assertEquals(1, task.labelAccuracy(reward));
        ProxyRewardConfig fast = new ProxyRewardConfig(
                1,
                Unreadable.SKIP,
                CONFIG.dqn().withAdam(CONFIG.dqn().adam().withLearningRate(2e-3)),
                300,
                CONFIG.reinforce(),
                400);
        EpisodeLearner<Outcome> learner = task.learner(fast, 1);
        reward.train(learner, task.episodes(fast), Progress.none(), Control.none());
        assertTrue(task.agentAccuracy(learner) >= 0.9, condition + ": " + task.agentAccuracy(learner));
    }

    @Test
    void anAgentLearnsTheOppositeFromWrongAnswers() {
        MatrixTask task = new MatrixTask(Table.STAG, Objective.PARETO_OPTIMALITY, true, 1);
        ProxyReward<Integer> reward =
                new ProxyReward<>(new ScriptedLabeler<>(task::meets, 1, 0, 1), task::question, CONFIG);
        assertEquals(0, task.labelAccuracy(reward));
        EpisodeLearner<Integer> learner = task.learner(CONFIG, 1);
        reward.train(learner, task.episodes(CONFIG), Progress.none(), Control.none());
        assertEquals(0, task.agentAccuracy(learner));
    }

    @Test
    void theTrapOfTheEqualSplit() {
        assertEquals(1, new UltimatumTask(Condition.EQUAL, 1).rejectingAlways());
        double balanced = new UltimatumTask(Condition.EQUAL_BALANCED, 1).rejectingAlways();
        assertTrue(balanced > 0.25 && balanced < 0.75, "" + balanced);
    }

    @ParameterizedTest
    @EnumSource(Condition.class)
    void tasksAreDrawnFromTheSeedAndHeldApart(Condition condition) {
        UltimatumTask task = new UltimatumTask(condition, 5);
        assertEquals(50, task.held().size());
        assertEquals(task.held(), new UltimatumTask(condition, 5).held());
        Question question = task.question(ACCEPTED);
        assertEquals(10, question.examples().size());
        for (Outcome outcome : task.held()) {
            String asked = task.question(outcome).episode();
            assertTrue(
                    question.examples().stream()
                            .noneMatch(example -> example.episode().equals(asked)),
                    asked);
        }
    }

    @Test
    void theNegotiationIsJudgedOnBothKinds() {
        for (Style style : Style.values()) {
            NegotiationTask task = new NegotiationTask(style, 1);
            assertEquals(25, task.held().stream().filter(task::meets).count());
            assertEquals(
                    2,
                    task.question(task.held().get(0)).examples().stream()
                            .filter(Question.Example::yes)
                            .count());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "of $10.00, P2 gets $2.79|of ten dollars, PTWO",
                "$0.10|zero dollars and ten cents",
                "$845.07|eight hundred forty-five dollars and seven cents",
                "P1 gets -3 and P2 gets 21|P1 gets minus three and P2 gets twenty-one",
                "1 book, 2 hats and 0 balls.|one book, two hats and zero balls."
            })
    void numbersInWords(String text, String words) {
        String expected = words.replace("PTWO", "P2 gets two dollars and seventy-nine cents");
        assertEquals(expected, Numbers.inWords(text));
    }

    @Test
    void theLikelierOfYesAndNo() {
        assertEquals("yes", likelihood(-1, -2));
        assertEquals("no", likelihood(-2, -1));
        assertEquals("yes and no are equally likely, log p = -1.0", likelihood(-1, -1));
    }

    private static String likelihood(double yes, double no) {
        io.github.rlllm.api.ScoringModel scoring = new io.github.rlllm.api.ScoringModel() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                assertEquals(List.of(" Yes", " No"), continuations);
                return new double[] {yes, no};
            }

            @Override
            public int tokens(String context, String continuation) {
                return 1;
            }

            @Override
            public String model() {
                return "scripted";
            }
        };
        return new LikelihoodLabeler(scoring)
                .label(ACCEPTED, TASK.question(ACCEPTED), List.of())
                .fold(answer -> answer ? "yes" : "no", reason -> reason);
    }

    @Test
    void asksALanguageModelInTheWordsOfThePrompt() {
        List<Prompt> prompts = new ArrayList<>();
        LanguageLabeler labeler = new LanguageLabeler(
                prompt -> {
                    prompts.add(prompt);
                    return new Completion("Yes", 1, 1, Finish.STOP, "scripted");
                },
                "scripted");
        Question question = TASK.question(ACCEPTED);
        labeler.label(ACCEPTED, question, List.of("too vague"));
        assertEquals(question.prompt(), prompts.get(0).messages().get(0).text());
        assertEquals("""
                Your answer could not be read: too vague
                Answer with Yes or No, and nothing else.
                Answer:""", prompts.get(0).messages().get(1).text());
    }
}
