package io.github.rlllm.llm4rl.eureka;

import io.github.rlllm.api.Message;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.PromptText;
import io.github.rlllm.llm4rl.design.Proposal;
import io.github.rlllm.llm4rl.design.ProposalRequest;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardBrief;
import io.github.rlllm.llm4rl.design.Trace;
import io.github.rlllm.llm4rl.eureka.EurekaConfig.Feedback;
import io.github.rlllm.llm4rl.eureka.EurekaConfig.Parent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Eureka (Ma et al. 2023, algorithm 1): evolution of rewards in the context of a language model.
 *
 * <pre>{@code
 * for each restart:
 *   conversation = system, task
 *   for n = 1 .. N:
 *     R_1 .. R_K ~ proposer(conversation)
 *     s_k = F(policy trained with R_k), or why there is none; of the best few the mean of several trainings
 *     best = argmax s_k
 *     conversation = system, task, best's answer, reflection(traces and score of best, failures of the others)
 * train again with the best of all, on other seeds
 * }</pre>
 *
 * <p>Run again with the same seed and an evaluator whose journal was kept, it repeats no training that ended; a proposer that
 * replays its answers makes it repeat no call either. Thread-safe as its parts are.
 */
public final class Eureka {
    private static final PromptText PROMPTS = PromptText.beside(Eureka.class, "prompts.txt");
    private static final int MOST_REASONS = 16;
    private static final int LONGEST_REASON = 400;
    /** Seeds of training: those of a search and those of retraining never meet. */
    private static final long SEEDS_OF_ONE = 1_000_000;

    private static final long RETRAINING = SEEDS_OF_ONE / 2;

    private final Proposer proposer;
    private final Candidates candidates;
    private final EurekaConfig config;

    /**
     * The method.
     *
     * @param proposer proposes rewards
     * @param candidates trains with them
     * @param config the figures
     */
    public Eureka(Proposer proposer, Candidates candidates, EurekaConfig config) {
        this.proposer = proposer;
        this.candidates = candidates;
        this.config = config;
    }

    /**
     * Designs a reward for a task.
     *
     * @param task the task
     * @param seed decides everything random, 0 to a billion
     * @return every candidate, the best, and what came of it on seeds that it was not selected on
     */
    public EurekaRun run(RewardBrief task, long seed) {
        List<CandidateRecord> all = new ArrayList<>();
        List<CandidateRecord> finalists = new ArrayList<>();
        for (int restart = 1; restart <= config.restarts(); restart++) {
            for (Iteration iteration : search(task, seed, restart)) {
                all.addAll(iteration.candidates());
                finalists.addAll(iteration.finalists());
            }
        }
        Optional<CandidateRecord> best = best(finalists);
        List<Figures> retrained = best.map(reward -> candidates.test(
                        task, reward.id(), reward.program(), retrainingSeeds(seed, config.retrainings())))
                .orElse(List.of());
        return new EurekaRun(all, best, retrained);
    }

    /**
     * What came of an iteration.
     *
     * @param candidates all, in the order of the proposals
     * @param finalists those of them of which the best is chosen
     */
    private record Iteration(List<CandidateRecord> candidates, List<CandidateRecord> finalists) {}

    /** Algorithm 1, once. */
    private List<Iteration> search(RewardBrief task, long seed, int restart) {
        List<Iteration> all = new ArrayList<>();
        List<Message> conversation = question(task);
        CandidateRecord parent = null;
        for (int n = 1; n <= config.iterations(); n++) {
            List<Proposal> proposals = new ArrayList<>();
            for (int k = 1; k <= config.samples(); k++) {
                String id = id(seed, restart, n, k);
                proposals.add(proposer.propose(new ProposalRequest(
                        id,
                        task,
                        conversation,
                        parent,
                        SeededRandom.of(seed, id).nextLong())));
            }
            Iteration iteration = trained(task, proposals, selectionSeeds(seed, restart));
            all.add(iteration);
            if (config.feedback() == Feedback.NONE) {
                continue;
            }
            List<CandidateRecord> told = config.feedback() == Feedback.SHUFFLED
                    ? shuffled(iteration, SeededRandom.of(seed, "shuffled " + restart + " " + n))
                    : iteration.finalists();
            parent = parent(parent, best(told));
            conversation = reflected(task, parent, iteration.candidates(), proposals);
        }
        return all;
    }

    /** One training each, and for the best of them the others too, since one training says little. */
    private Iteration trained(RewardBrief task, List<Proposal> proposals, List<Long> seeds) {
        List<CandidateRecord> candidates = this.candidates.train(task, proposals, seeds.subList(0, 1));
        List<CandidateRecord> trained =
                candidates.stream().filter(CandidateRecord::trained).toList();
        if (seeds.size() == 1) {
            return new Iteration(candidates, trained);
        }
        List<CandidateRecord> first = trained.stream()
                .sorted(Comparator.comparingDouble(CandidateRecord::score).reversed())
                .limit(config.finalists())
                .toList();
        Map<String, CandidateRecord> finalists = new LinkedHashMap<>();
        for (CandidateRecord record : this.candidates.trainAgain(task, first, seeds.subList(1, seeds.size()))) {
            finalists.put(record.id(), record);
        }
        return new Iteration(
                candidates.stream()
                        .map(record -> finalists.getOrDefault(record.id(), record))
                        .toList(),
                List.copyOf(finalists.values()));
    }

    private @Nullable CandidateRecord parent(@Nullable CandidateRecord before, Optional<CandidateRecord> now) {
        if (now.isEmpty()) {
            return before;
        }
        boolean keep = before != null
                && config.parent() == Parent.BEST_SO_FAR
                && before.score() >= now.get().score();
        return keep ? before : now.get();
    }

    /** What a proposer is asked first: the system's part, and the schema with the task's sentence. */
    private static List<Message> question(RewardBrief task) {
        return List.of(
                new Message(Message.Role.SYSTEM, PROMPTS.fill("system")),
                new Message(
                        Message.Role.USER,
                        PROMPTS.fill(
                                "task",
                                "sentence",
                                task.sentence(),
                                "schema",
                                task.schema().description())));
    }

    /** Section 3.3: the best answer and what came of it, or, where all failed, one of them and why. */
    private static List<Message> reflected(
            RewardBrief task,
            @Nullable CandidateRecord best,
            List<CandidateRecord> iteration,
            List<Proposal> proposals) {
        String failures = failures(iteration);
        List<Message> conversation = new ArrayList<>(question(task));
        if (best == null) {
            conversation.add(
                    new Message(Message.Role.ASSISTANT, proposals.get(0).answer()));
            conversation.add(new Message(Message.Role.USER, PROMPTS.fill("all failed", "failures", failures)));
            return conversation;
        }
        conversation.add(
                new Message(Message.Role.ASSISTANT, "```java\n" + best.program().strip() + "\n```"));
        String traces = best.traces().stream().map(Trace::text).collect(Collectors.joining("\n"));
        conversation.add(new Message(
                Message.Role.USER,
                PROMPTS.fill("reflection", "traces", traces, "failures", failures, "tips", PROMPTS.fill("tips"))));
        return conversation;
    }

    /** Why samples failed, one a line. */
    private static String failures(List<CandidateRecord> iteration) {
        List<CandidateRecord> failed =
                iteration.stream().filter(record -> !record.trained()).toList();
        if (failed.isEmpty()) {
            return PROMPTS.fill("no failures");
        }
        String reasons = failed.stream()
                .limit(MOST_REASONS)
                .map(record -> "- "
                        + record.reason()
                                .substring(
                                        0,
                                        Math.min(LONGEST_REASON, record.reason().length())))
                .collect(Collectors.joining("\n"));
        return PROMPTS.fill(
                "failures",
                "failed",
                Integer.toString(failed.size()),
                "samples",
                Integer.toString(iteration.size()),
                "reasons",
                reasons);
    }

    /** A control: a candidate is told of with score and traces of another, the next in a random order, if that is a finalist. */
    private static List<CandidateRecord> shuffled(Iteration iteration, SeededRandom rng) {
        List<CandidateRecord> order = new ArrayList<>(
                iteration.candidates().stream().filter(CandidateRecord::trained).toList());
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, rng.nextInt(i + 1));
        }
        List<CandidateRecord> told = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            CandidateRecord own = order.get(i);
            CandidateRecord other = order.get((i + 1) % order.size());
            if (iteration.finalists().contains(other)) {
                told.add(own.withResults(other));
            }
        }
        return told;
    }

    /** The trained candidate of the greatest score, the first of equals. */
    static Optional<CandidateRecord> best(List<CandidateRecord> records) {
        CandidateRecord best = null;
        for (CandidateRecord record : records) {
            if (record.trained() && (best == null || record.score() > best.score())) {
                best = record;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * One id, and so one seed, whatever the feedback: what a proposer draws without regard to it is the same reward with
     * reflection and with either control, which makes them comparable, and a journal trains it once.
     */
    private static String id(long seed, int restart, int iteration, int sample) {
        return "seed" + seed + "-restart" + restart + "-iteration" + iteration + "-sample" + sample;
    }

    private List<Long> selectionSeeds(long seed, int restart) {
        long first = seed * SEEDS_OF_ONE + restart * 1000L;
        return LongStream.range(first, first + config.selectionSeeds()).boxed().toList();
    }

    /**
     * The seeds on which the best of a run is trained again, and on which baselines are trained to be compared with it. No
     * search uses them.
     *
     * @param seed the run's seed
     * @param count how many
     * @return the seeds
     */
    public static List<Long> retrainingSeeds(long seed, int count) {
        long first = seed * SEEDS_OF_ONE + RETRAINING;
        return LongStream.range(first, first + count).boxed().toList();
    }

    /**
     * The human-normalised score: how far a method has come from the sparse reward, in units of how far the human reward has.
     *
     * @param method the task metric with the method's reward
     * @param sparse the task metric with the sparse reward
     * @param human the task metric with the human reward, other than {@code sparse}
     * @return (method - sparse) / |human - sparse|
     * @throws IllegalArgumentException if human and sparse are equal
     */
    public static double humanNormalised(double method, double sparse, double human) {
        if (human == sparse) {
            throw new IllegalArgumentException("human: " + human + " (expected: other than sparse)");
        }
        return (method - sparse) / Math.abs(human - sparse);
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
