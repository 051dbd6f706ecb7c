package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.social.UltimatumGame;
import io.github.rlllm.engine.world.social.UltimatumGame.Outcome;
import io.github.rlllm.engine.world.social.UltimatumGame.Proposal;
import io.github.rlllm.llm4rl.proxyreward.Question.Example;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The Ultimatum game: which proposals should the responder accept? 10 proposals that the user has judged are the prompt's
 * examples, 50 others are those that the agent learns on, rewarded by the language model, and 50 more are the test. All are
 * drawn from the seed.
 */
public final class UltimatumTask implements ProxyTask<Outcome> {
    private static final int EXAMPLES = 10;
    private static final int PROPOSALS = 50;
    /** The examples show both answers at least so often, where the condition has both. */
    private static final int LEAST_OF_EACH = 2;

    private static final long TEN_DOLLARS = 1_000;

    /** What the user wants accepted. */
    public enum Condition {
        /** The responder gets at least 30 % of $10. */
        SHARE_30("at least 30 %"),
        /** The responder gets at least 60 % of $10. */
        SHARE_60("at least 60 %"),
        /** The responder gets at least $10, of sums from $0.10 to $1000. */
        DOLLARS_10("at least $10"),
        /** The responder gets at least $100, of sums from $0.10 to $1000. */
        DOLLARS_100("at least $100"),
        /**
         * Exactly 50/50, of $10, tested as published: on proposals of which none is exactly 50/50. A trap: whoever rejects
         * always is always right.
         */
        EQUAL("exactly 50/50, no such test proposal"),
        /** Exactly 50/50, of $10, tested on proposals of which half are. */
        EQUAL_BALANCED("exactly 50/50, half of the test");

        private final String words;

        Condition(String words) {
            this.words = words;
        }

        /**
         * The condition in a few words.
         *
         * @return words
         */
        public String words() {
            return words;
        }

        private boolean accepts(Proposal p) {
            return switch (this) {
                case SHARE_30 -> 100 * p.responder() >= 30 * p.total();
                case SHARE_60 -> 100 * p.responder() >= 60 * p.total();
                case DOLLARS_10 -> p.responder() >= 1_000;
                case DOLLARS_100 -> p.responder() >= 10_000;
                case EQUAL, EQUAL_BALANCED -> p.responder() == p.proposer();
            };
        }

        private String why(Proposal p) {
            return switch (this) {
                case SHARE_30, SHARE_60 -> "P2 gets " + Math.round(100 * p.share()) + " % of it.";
                case DOLLARS_10, DOLLARS_100 -> "P2 gets " + dollars(p.responder()) + ".";
                case EQUAL, EQUAL_BALANCED -> "The parts are " + (accepts(p) ? "equal." : "not equal.");
            };
        }

        private Proposal draw(RandomGenerator rng, boolean test) {
            long total = TEN_DOLLARS;
            if (this == DOLLARS_10 || this == DOLLARS_100) {
                total = Math.round(10 * Math.pow(10_000, rng.nextDouble()));
            }
            boolean half = this == EQUAL && !test || this == EQUAL_BALANCED;
            if (half && rng.nextBoolean()) {
                // Equal parts of $10 are one proposal alone; other sums make more of them.
                long part = test ? 50 * (1 + rng.nextInt(20)) : 50 * (1 + rng.nextInt(20)) + 25;
                return new Proposal(part, part);
            }
            long responder = rng.nextLong(total + 1);
            Proposal drawn = new Proposal(total - responder, responder);
            return this == EQUAL && test && accepts(drawn) ? draw(rng, true) : drawn;
        }
    }

    private final Condition condition;
    private final List<Example> examples;
    private final List<Proposal> training;
    private final List<Proposal> test;

    /**
     * A task.
     *
     * @param condition what the user wants accepted
     * @param seed draws the proposals
     */
    public UltimatumTask(Condition condition, long seed) {
        this.condition = Objects.requireNonNull(condition, "condition");
        RandomGenerator rng = SeededRandom.of(seed, "ultimatum, " + condition.words());
        Set<Proposal> seen = new HashSet<>();
        List<Proposal> shown;
        do {
            seen.clear();
            shown = draw(EXAMPLES, rng, false, seen);
        } while (fewestOfAnAnswer(shown) < LEAST_OF_EACH);
        examples = shown.stream()
                .map(p -> new Example(text(p), condition.accepts(p), ""))
                .toList();
        training = draw(PROPOSALS, rng, false, seen);
        test = draw(PROPOSALS, rng, true, seen);
    }

    private long fewestOfAnAnswer(List<Proposal> proposals) {
        long accepted = proposals.stream().filter(condition::accepts).count();
        return Math.min(accepted, proposals.size() - accepted);
    }

    /** Proposals of which no two are equal, where the condition has enough. */
    private List<Proposal> draw(int n, RandomGenerator rng, boolean testing, Set<Proposal> seen) {
        List<Proposal> drawn = new ArrayList<>();
        for (int tries = 0; drawn.size() < n; tries++) {
            Proposal p = condition.draw(rng, testing);
            if (seen.add(p) || tries > 20 * n) {
                drawn.add(p);
            }
        }
        return List.copyOf(drawn);
    }

    @Override
    public String name() {
        return "ultimatum, " + condition.words();
    }

    /** Asks whether to accept; for an episode in which the agent rejected, no is the answer that is wanted. */
    @Override
    public Question question(Outcome episode) {
        return new Question(
                Question.PROMPTS.fill("ultimatum game"), "", examples, text(episode.proposal()), episode.accepted());
    }

    /**
     * The question with one example and the user's reason for it, instead of ten.
     *
     * @param episode what came of it
     * @return the question
     */
    public Question explained(Outcome episode) {
        Proposal shown = training.get(0);
        Example example = new Example(
                text(shown),
                condition.accepts(shown),
                condition.why(shown) + " P2 should accept " + condition.words().replaceFirst(",.*", "") + ".");
        return new Question(
                Question.PROMPTS.fill("ultimatum game"),
                "",
                List.of(example),
                text(episode.proposal()),
                episode.accepted());
    }

    private static String text(Proposal p) {
        return Question.PROMPTS.fill(
                "ultimatum episode",
                "total",
                dollars(p.total()),
                "proposer",
                dollars(p.proposer()),
                "responder",
                dollars(p.responder()));
    }

    private static String dollars(long cents) {
        return String.format(Locale.ROOT, "$%d.%02d", cents / 100, cents % 100);
    }

    @Override
    public boolean meets(Outcome episode) {
        return condition.accepts(episode.proposal()) == episode.accepted();
    }

    @Override
    public List<Outcome> held() {
        return test.stream().map(p -> new Outcome(p, true)).toList();
    }

    @Override
    public double majority() {
        boolean accept = 2 * examples.stream().filter(Example::yes).count() >= examples.size();
        return share(p -> condition.accepts(p) == accept);
    }

    /**
     * How often whoever rejects everything is right on the test proposals.
     *
     * @return from 0 to 1; 1 in {@link Condition#EQUAL}, which is its trap
     */
    public double rejectingAlways() {
        return share(p -> !condition.accepts(p));
    }

    private double share(java.util.function.Predicate<Proposal> right) {
        return IntStream.range(0, test.size())
                        .filter(i -> right.test(test.get(i)))
                        .count()
                / (double) test.size();
    }

    @Override
    public EpisodeLearner<Outcome> learner(ProxyRewardConfig config, long seed) {
        UltimatumGame game = new UltimatumGame(training);
        return new ValueLearner<>(
                config.dqn(),
                game,
                game::outcome,
                i -> test.get(i).observation(),
                (i, action) -> new Outcome(test.get(i), action == UltimatumGame.ACCEPT),
                seed);
    }

    @Override
    public long episodes(ProxyRewardConfig config) {
        return config.dqn().schedule().steps();
    }

    @Override
    public int tests() {
        return test.size();
    }
}
