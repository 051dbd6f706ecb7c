package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Message.Role;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.PromptText;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text2Reward, Xie et al. 2023: from a class-like description of what may be read and one sentence to a dense reward program;
 * train; let a person say what is wrong; write it again. A reward that cannot be used goes back with the reason, line and
 * column, a bounded number of times. Confined to one thread.
 */
public final class Text2Reward {
    private static final PromptText PROMPTS = PromptText.beside(Text2Reward.class, "prompts.txt");

    private final Proposer proposer;
    private final Encoder encoder;
    private final List<FewShot> library;
    private final Candidates candidates;
    private final Text2RewardConfig config;

    /** How a run ended. */
    public enum Ending {
        /** The person had nothing more to say. */
        SATISFIED,
        /** All rounds of feedback were spent. */
        ROUNDS_SPENT,
        /** No reward that could be used was proposed in the attempts that there are; the last record has the reason. */
        NO_REWARD
    }

    /**
     * One round: the rewards that were proposed, of which at most the last could be used.
     *
     * @param feedback what the person had said before; empty in the first round
     * @param attempts at least one
     */
    public record Round(String feedback, List<CandidateRecord> attempts) {
        /** Copies. */
        public Round {
            attempts = List.copyOf(attempts);
        }

        /**
         * The round's reward.
         *
         * @return the last attempt, which was trained with unless the run ended here
         */
        public CandidateRecord last() {
            return attempts.get(attempts.size() - 1);
        }
    }

    /**
     * A run.
     *
     * @param rounds at least one, in order
     * @param ending how it ended
     */
    public record Course(List<Round> rounds, Ending ending) {
        /** Copies. */
        public Course {
            rounds = List.copyOf(rounds);
        }
    }

    /**
     * A run's parts.
     *
     * @param proposer who writes rewards
     * @param encoder finds the nearest examples
     * @param library the examples
     * @param candidates compiles and trains
     * @param config settings
     */
    public Text2Reward(
            Proposer proposer,
            Encoder encoder,
            List<FewShot> library,
            Candidates candidates,
            Text2RewardConfig config) {
        this.proposer = Objects.requireNonNull(proposer, "proposer");
        this.encoder = Objects.requireNonNull(encoder, "encoder");
        this.library = List.copyOf(library);
        this.candidates = Objects.requireNonNull(candidates, "candidates");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * Generates, trains, listens, and generates again.
     *
     * @param task the task
     * @param person who watches
     * @param id the run's name, with which the ids of its rewards begin
     * @param seed decides the training, and what is random in proposals
     * @return what came of it
     */
    public Course run(RewardTask<?> task, Person person, String id, long seed) {
        List<Message> start = opening(task, encoder, library, config.examples());
        List<Message> conversation = start;
        List<Round> rounds = new ArrayList<>();
        CandidateRecord parent = null;
        String feedback = "";
        while (true) {
            String name = id + "-round-" + rounds.size();
            Round round = new Round(feedback, generate(task, conversation, parent, name, seed));
            rounds.add(round);
            if (!round.last().trained()) {
                return new Course(rounds, Ending.NO_REWARD);
            }
            if (rounds.size() > config.rounds()) {
                return new Course(rounds, Ending.ROUNDS_SPENT);
            }
            parent = round.last();
            Optional<String> said = person.says(parent);
            if (said.isEmpty()) {
                return new Course(rounds, Ending.SATISFIED);
            }
            feedback = said.get();
            conversation = plus(start, answer(parent.program()), PROMPTS.fill("feedback", "feedback", feedback));
        }
    }

    /**
     * What every request begins with: the description of what may be read, the nearest examples, and the task.
     *
     * @param task the task
     * @param encoder finds the nearest examples
     * @param library the examples
     * @param k how many are shown, at least 0
     * @return a message of the system and one of the user
     */
    public static List<Message> opening(RewardTask<?> task, Encoder encoder, List<FewShot> library, int k) {
        String examples = FewShot.nearest(encoder, library, task.sentence(), k).stream()
                .map(shot -> PROMPTS.fill(
                        "example",
                        "sentence",
                        shot.sentence(),
                        "inputs",
                        shot.inputs(),
                        "program",
                        shot.program().strip()))
                .collect(Collectors.joining("\n\n"));
        return List.of(
                new Message(Role.SYSTEM, PROMPTS.fill("system")),
                new Message(
                        Role.USER,
                        PROMPTS.fill(
                                "task",
                                "schema",
                                task.schema().description().strip(),
                                "examples",
                                examples,
                                "sentence",
                                task.sentence())));
    }

    /**
     * What follows a reward that cannot be used, and a round of feedback.
     *
     * @param reason why it cannot be used
     * @param said what the person says
     * @return both messages
     */
    public static List<String> answers(String reason, String said) {
        return List.of(PROMPTS.fill("error", "reason", reason), PROMPTS.fill("feedback", "feedback", said));
    }

    /** Asks until a reward can be trained with, at most so often; every failure goes back with its reason. */
    private List<CandidateRecord> generate(
            RewardTask<?> task, List<Message> asked, @Nullable CandidateRecord parent, String name, long seed) {
        List<CandidateRecord> records = new ArrayList<>();
        List<Message> conversation = asked;
        while (true) {
            String id = name + "-attempt-" + (records.size() + 1);
            Proposal proposal = proposer.propose(new ProposalRequest(id, task, conversation, parent, seed));
            // The seed decides all of a training: the same reward need not be trained with twice.
            CandidateRecord record = parent != null && same(proposal, parent)
                    ? new CandidateRecord(
                            id,
                            parent.program(),
                            parent.verdict(),
                            parent.reason(),
                            parent.score(),
                            parent.success(),
                            parent.figures(),
                            parent.traces())
                    : candidates.train(task, List.of(proposal), List.of(seed)).get(0);
            records.add(record);
            if (record.trained() || records.size() == config.attempts()) {
                return records;
            }
            conversation = plus(
                    conversation,
                    proposal.answer().isBlank() ? "(nothing)" : proposal.answer(),
                    PROMPTS.fill("error", "reason", record.reason()));
        }
    }

    private static boolean same(Proposal proposal, CandidateRecord parent) {
        return proposal.program().fold(program -> program.equals(parent.program()), reason -> false);
    }

    private static String answer(String program) {
        return "```\n" + program.strip() + "\n```";
    }

    private static List<Message> plus(List<Message> before, String answer, String next) {
        List<Message> all = new ArrayList<>(before);
        all.add(new Message(Role.ASSISTANT, answer));
        all.add(new Message(Role.USER, next));
        return List.copyOf(all);
    }
}
