package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.social.MatrixGame;
import io.github.rlllm.engine.world.social.MatrixGame.Objective;
import io.github.rlllm.engine.world.social.MatrixGame.Payoff;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A matrix game and an objective that is described, without an example: is the joint move what the user wants? */
public final class MatrixTask implements ProxyTask<Integer> {
    private static final String OPTIONS = "ABCD";
    private static final Map<Table, List<String>> MOVES = Map.of(
            Table.BATTLE, List.of("go to the opera", "go to the match"),
            Table.PRISONERS, List.of("stay silent", "confess"),
            Table.STAG, List.of("hunt the stag", "hunt the hare"),
            Table.CHICKEN, List.of("swerve", "drive on"));

    private final Table table;
    private final List<String> moves;
    private final Objective objective;

    /**
     * A task.
     *
     * @param table one of {@link Table#all()}
     * @param objective what the user wants
     * @param scrambled whether the payoffs are put under other joint moves, so that the game cannot be remembered
     * @param seed draws how
     * @throws IllegalArgumentException if the game is another
     */
    public MatrixTask(Table table, Objective objective, boolean scrambled, long seed) {
        List<String> names = MOVES.get(table);
        if (names == null) {
            throw new IllegalArgumentException("table: " + table.name() + " (expected: one of Table.all())");
        }
        this.moves = names;
        this.objective = Objects.requireNonNull(objective, "objective");
        this.table = scrambled ? table.scrambled(SeededRandom.of(seed, "scrambled " + table.name())) : table;
    }

    @Override
    public String name() {
        return table.name() + ", " + words();
    }

    private String words() {
        return objective.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public Question question(Integer outcome) {
        StringBuilder options = new StringBuilder();
        for (int i = 0; i < MatrixGame.OUTCOMES; i++) {
            Payoff payoff = table.payoffs().get(i);
            options.append(i == 0 ? "" : "\n").append(OPTIONS.charAt(i));
            options.append(". P1 chooses to ").append(moves.get(i / 2));
            options.append(", P2 chooses to ").append(moves.get(i % 2));
            options.append(": P1 gets ")
                    .append(payoff.first())
                    .append(" and P2 gets ")
                    .append(payoff.second());
        }
        Payoff chosen = table.payoffs().get(outcome);
        return new Question(
                Question.PROMPTS.fill("matrix game", "options", options.toString()),
                Question.PROMPTS.fill(words()),
                List.of(),
                Question.PROMPTS.fill(
                        "matrix episode",
                        "option",
                        OPTIONS.substring(outcome, outcome + 1),
                        "first",
                        Integer.toString(chosen.first()),
                        "second",
                        Integer.toString(chosen.second())),
                true);
    }

    @Override
    public boolean meets(Integer outcome) {
        return objective.met(table, outcome);
    }

    @Override
    public List<Integer> held() {
        return IntStream.range(0, MatrixGame.OUTCOMES).boxed().toList();
    }

    /** The commoner answer over all games and objectives is no. */
    @Override
    public double majority() {
        return held().stream().filter(outcome -> !meets(outcome)).count() / (double) MatrixGame.OUTCOMES;
    }

    @Override
    public EpisodeLearner<Integer> learner(ProxyRewardConfig config, long seed) {
        MatrixGame game = new MatrixGame(table);
        DqnConfig.Schedule s = config.dqn().schedule();
        DqnConfig dqn = config.dqn()
                .withSchedule(new DqnConfig.Schedule(
                        config.matrixEpisodes(), 20, s.trainEvery(), s.targetEvery(), s.batch(), s.replay()))
                .withAdam(AdamConfig.defaults().withLearningRate(0.01));
        return new ValueLearner<>(dqn, game, game::outcome, i -> new float[] {1}, (i, action) -> action, seed);
    }

    @Override
    public long episodes(ProxyRewardConfig config) {
        return config.matrixEpisodes();
    }

    @Override
    public int tests() {
        return 1;
    }
}
