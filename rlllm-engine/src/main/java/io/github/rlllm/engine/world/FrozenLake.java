package io.github.rlllm.engine.world;

import java.util.ArrayList;
import java.util.List;

/**
 * The frozen lake: walk from S to G over frozen cells F without falling into a hole H. Observations are cell numbers,
 * row by row; actions 0 left, 1 down, 2 right, 3 up. On a slippery lake a move goes aside with probability
 * {@code (1 - successRate) / 2} to each side.
 *
 * <p>Dynamics and time limits are those of Gymnasium's FrozenLake-v1 (100 steps) and FrozenLake8x8-v1 (200 steps).
 */
public final class FrozenLake {
    private static final int ACTIONS = 4;

    private FrozenLake() {}

    /**
     * A lake's map and rules.
     *
     * @param map the rows, of equal length, of the letters S, F, H and G; at least one S
     * @param slippery whether moves go aside
     * @param successRate the probability that a move on a slippery lake goes where it was meant to, in (0, 1]
     * @param goalReward the reward of entering G
     * @param holeReward the reward of entering H
     * @param frozenReward the reward of entering any other cell
     * @param maxSteps the number of steps after which an episode is truncated, at least 1
     */
    public record Config(
            List<String> map,
            boolean slippery,
            double successRate,
            double goalReward,
            double holeReward,
            double frozenReward,
            int maxSteps) {
        /**
         * Checks and copies.
         *
         * @throws IllegalArgumentException if the map is not a rectangle of known letters with a start, or a figure is out
         *     of its range
         */
        public Config {
            map = List.copyOf(map);
            if (map.isEmpty() || map.get(0).isEmpty()) {
                throw new IllegalArgumentException("map: no cells (expected: at least one row and column)");
            }
            boolean start = false;
            for (String row : map) {
                if (row.length() != map.get(0).length() || !row.matches("[SFHG]*")) {
                    throw new IllegalArgumentException(
                            "map: row '" + row + "' (expected: " + map.get(0).length() + " letters of S, F, H, G)");
                }
                start |= row.indexOf('S') >= 0;
            }
            if (!start) {
                throw new IllegalArgumentException("map: no S (expected: at least one start)");
            }
            if (!(successRate > 0 && successRate <= 1)) {
                throw new IllegalArgumentException("successRate: " + successRate + " (expected: in (0, 1])");
            }
            if (maxSteps < 1) {
                throw new IllegalArgumentException("maxSteps: " + maxSteps + " (expected: >= 1)");
            }
        }

        /**
         * The standard slippery 4x4 lake.
         *
         * @return the configuration of FrozenLake-v1
         */
        public static Config defaults() {
            return new Config(List.of("SFFF", "FHFH", "FFFH", "HFFG"), true, 1.0 / 3.0, 1, 0, 0, 100);
        }

        /**
         * The same rules on another map.
         *
         * @param rows the rows
         * @return a changed copy
         */
        public Config withMap(String... rows) {
            return new Config(List.of(rows), slippery, successRate, goalReward, holeReward, frozenReward, maxSteps);
        }

        /**
         * The same lake, slippery or not.
         *
         * @param isSlippery whether moves go aside
         * @return a changed copy
         */
        public Config withSlippery(boolean isSlippery) {
            return new Config(map, isSlippery, successRate, goalReward, holeReward, frozenReward, maxSteps);
        }

        /**
         * The same lake with another probability of going straight.
         *
         * @param rate in (0, 1]
         * @return a changed copy
         */
        public Config withSuccessRate(double rate) {
            return new Config(map, slippery, rate, goalReward, holeReward, frozenReward, maxSteps);
        }

        /**
         * The same lake with other rewards.
         *
         * @param goal of entering G
         * @param hole of entering H
         * @param frozen of entering any other cell
         * @return a changed copy
         */
        public Config withRewards(double goal, double hole, double frozen) {
            return new Config(map, slippery, successRate, goal, hole, frozen, maxSteps);
        }

        /**
         * The same lake with another time limit.
         *
         * @param steps at least 1
         * @return a changed copy
         */
        public Config withMaxSteps(int steps) {
            return new Config(map, slippery, successRate, goalReward, holeReward, frozenReward, steps);
        }
    }

    /**
     * The 4x4 lake, 100 steps.
     *
     * @param slippery whether moves go aside
     * @return the world
     */
    public static TabularWorld fourByFour(boolean slippery) {
        return of(Config.defaults().withSlippery(slippery));
    }

    /**
     * The 8x8 lake, 200 steps.
     *
     * @param slippery whether moves go aside
     * @return the world
     */
    public static TabularWorld eightByEight(boolean slippery) {
        return of(Config.defaults()
                .withMap("SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG")
                .withSlippery(slippery)
                .withMaxSteps(200));
    }

    /**
     * A lake of one's own.
     *
     * @param config map and rules
     * @return the world
     */
    public static TabularWorld of(Config config) {
        int rows = config.map().size();
        int columns = config.map().get(0).length();
        Transition[][][] table = new Transition[rows * columns][ACTIONS][];
        double[] start = new double[rows * columns];
        int starts = String.join("", config.map()).replaceAll("[^S]", "").length();
        double aside = (1 - config.successRate()) / 2;
        for (int cell = 0; cell < table.length; cell++) {
            char letter = letter(config, cell);
            start[cell] = letter == 'S' ? 1.0 / starts : 0;
            for (int action = 0; action < ACTIONS; action++) {
                List<Transition> answers = new ArrayList<>();
                if (letter == 'G' || letter == 'H') {
                    answers.add(new Transition(1, cell, 0, true));
                } else if (config.slippery() && aside > 0) {
                    answers.add(enter(config, cell, (action + 3) % ACTIONS, aside));
                    answers.add(enter(config, cell, action, config.successRate()));
                    answers.add(enter(config, cell, (action + 1) % ACTIONS, aside));
                } else {
                    answers.add(enter(config, cell, action, 1));
                }
                table[cell][action] = answers.toArray(Transition[]::new);
            }
        }
        return new TabularWorld("FrozenLake", table, start, config.maxSteps());
    }

    private static char letter(Config config, int cell) {
        int columns = config.map().get(0).length();
        return config.map().get(cell / columns).charAt(cell % columns);
    }

    private static Transition enter(Config config, int cell, int direction, double probability) {
        int columns = config.map().get(0).length();
        int row = cell / columns;
        int column = cell % columns;
        switch (direction) {
            case 0 -> column = Math.max(column - 1, 0);
            case 1 -> row = Math.min(row + 1, config.map().size() - 1);
            case 2 -> column = Math.min(column + 1, columns - 1);
            default -> row = Math.max(row - 1, 0);
        }
        int next = row * columns + column;
        char letter = letter(config, next);
        double reward = switch (letter) {
            case 'G' -> config.goalReward();
            case 'H' -> config.holeReward();
            default -> config.frozenReward();
        };
        return new Transition(probability, next, reward, letter == 'G' || letter == 'H');
    }
}
