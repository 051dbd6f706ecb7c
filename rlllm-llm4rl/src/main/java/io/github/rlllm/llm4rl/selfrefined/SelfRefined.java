package io.github.rlllm.llm4rl.selfrefined;

import io.github.rlllm.api.Message;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.PromptText;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardBrief;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Self-refined rewards (Song et al. 2023).
 *
 * <pre>{@code
 * conversation = environment, task, observable states, rules
 * for round = 0 .. 5:
 *   R ~ proposer(conversation)
 *   train with R; success rate and areas of failure on evaluation episodes
 *   stop where the success rate is high enough
 *   conversation += R, evaluation
 * train again with the best R, on other seeds
 * }</pre>
 *
 * <p>Thread-safe as its parts are.
 */
public final class SelfRefined {
    private static final PromptText PROMPTS = PromptText.beside(SelfRefined.class, "prompts.txt");
    private static final long SEEDS_OF_ONE = 1_000_000;
    private static final long RETRAINING = SEEDS_OF_ONE / 2;

    private final Proposer proposer;
    private final Candidates candidates;
    private final SelfRefinedConfig config;

    /**
     * The method.
     *
     * @param proposer proposes rewards
     * @param candidates trains with them
     * @param config the figures
     */
    public SelfRefined(Proposer proposer, Candidates candidates, SelfRefinedConfig config) {
        this.proposer = proposer;
        this.candidates = candidates;
        this.config = config;
    }

    /**
     * Designs a reward for a task.
     *
     * @param task the task
     * @param seed decides everything random, 0 to a billion
     * @return every round, the reward that is kept, and what came of it on other seeds
     */
    public SelfRefinedRun run(RewardBrief task, long seed) {
        List<Message> conversation = new ArrayList<>(question(task));
        List<CandidateRecord> rounds = new ArrayList<>();
        CandidateRecord last = null;
        for (int round = 0; round <= config.rounds(); round++) {
            String id = "refined-seed" + seed + "-round" + round;
            Proposal proposal = proposer.propose(new ProposalRequest(
                    id, task, conversation, last, SeededRandom.of(seed, id).nextLong()));
            CandidateRecord record = candidates
                    .train(task, List.of(proposal), seeds(seed, 0, config.trainings()))
                    .get(0);
            rounds.add(record);
            if (record.trained() && record.success() >= config.success()) {
                break;
            }
            last = record.trained() ? record : last;
            conversation.add(new Message(Message.Role.ASSISTANT, proposal.answer()));
            conversation.add(new Message(Message.Role.USER, evaluation(record)));
        }
        CandidateRecord kept = best(rounds);
        List<Figures> retrained = kept == null
                ? List.of()
                : candidates.test(task, kept.id(), kept.program(), retrainingSeeds(seed, config.retrainings()));
        return new SelfRefinedRun(rounds, Optional.ofNullable(kept), retrained);
    }

    /** The prompt in its four parts. */
    private static List<Message> question(RewardBrief task) {
        return List.of(
                new Message(Message.Role.SYSTEM, PROMPTS.fill("system")),
                new Message(
                        Message.Role.USER,
                        String.join(
                                "\n\n",
                                PROMPTS.fill(
                                        "environment",
                                        "environment",
                                        task.schema().sentence()),
                                PROMPTS.fill("task", "task", task.sentence()),
                                PROMPTS.fill(
                                        "observable states",
                                        "states",
                                        task.schema().description()),
                                PROMPTS.fill("rules"))));
    }

    /** What the designer is told of a round. */
    private static String evaluation(CandidateRecord record) {
        if (!record.trained()) {
            return PROMPTS.fill("not usable", "reason", record.reason());
        }
        String failures = record.figures().entrySet().stream()
                .filter(figure -> figure.getKey().startsWith(CandidateTraining.FAILURE))
                .map(figure -> String.format(
                        Locale.ROOT,
                        "- %s: %.3f",
                        figure.getKey().substring(CandidateTraining.FAILURE.length()),
                        figure.getValue()))
                .collect(Collectors.joining("\n"));
        String components =
                record.traces().stream().map(trace -> "- " + trace.text()).collect(Collectors.joining("\n"));
        return PROMPTS.fill(
                "evaluation",
                "success",
                String.format(Locale.ROOT, "%.0f", 100 * record.success()),
                "failures",
                failures.isEmpty() ? "- none is known" : failures,
                "components",
                components);
    }

    /** The trained round of the greatest success, then of the greatest task metric; null where there is none. */
    static @Nullable CandidateRecord best(List<CandidateRecord> rounds) {
        CandidateRecord best = null;
        for (CandidateRecord record : rounds) {
            if (record.trained()
                    && (best == null
                            || record.success() > best.success()
                            || (record.success() == best.success() && record.score() > best.score()))) {
                best = record;
            }
        }
        return best;
    }

    /**
     * The seeds on which the kept reward is trained again; no round uses them.
     *
     * @param seed the run's seed
     * @param count how many
     * @return the seeds
     */
    public static List<Long> retrainingSeeds(long seed, int count) {
        return seeds(seed, RETRAINING, count);
    }

    private static List<Long> seeds(long seed, long offset, int count) {
        long first = seed * SEEDS_OF_ONE + offset;
        return LongStream.range(first, first + count).boxed().toList();
    }

    /**
     * The prompts.
     *
     * @return every section as a language model gets it, gaps in braces
     */
    public static String prompts() {
        return PROMPTS.whole();
    }
}
