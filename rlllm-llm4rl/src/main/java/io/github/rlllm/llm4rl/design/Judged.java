package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A policy by the task metric: means over episodes.
 *
 * @param value the task metric
 * @param success the share of successes, 0 to 1
 * @param figures the metric's other figures, by name
 * @param failures the same figures over the episodes that failed alone; empty where none did
 */
public record Judged(double value, double success, Map<String, Double> figures, Map<String, Double> failures) {
    /** Copies. */
    public Judged {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }

    /**
     * Plays episodes with the most probable action of every step.
     *
     * @param <A> the type of an action
     * @param policy plays, on the world's own observations
     * @param worlds makes the world
     * @param metric what it is judged by
     * @param episodes at least 1
     * @param seed decides the episodes; equal seeds judge on equal episodes
     * @return the means
     */
    public static <A> Judged of(
            Policy<float[], A> policy,
            EnvironmentFactory<float[], A> worlds,
            TaskMetric<A> metric,
            int episodes,
            long seed) {
        return of(policy, worlds, metric, episodes, seed, count -> {});
    }

    /** The same; {@code counter} is told of each step before it is taken. */
    static <A> Judged of(
            Policy<float[], A> policy,
            EnvironmentFactory<float[], A> worlds,
            TaskMetric<A> metric,
            int episodes,
            long seed,
            LongConsumer counter) {
        if (episodes < 1) {
            throw new IllegalArgumentException("episodes: " + episodes + " (expected: >= 1)");
        }
        SeededRandom seeds = SeededRandom.of(seed, "judging");
        double value = 0;
        int successes = 0;
        Map<String, Double> figures = new LinkedHashMap<>();
        Map<String, Double> failures = new LinkedHashMap<>();
        try (Environment<float[], A> world = worlds.create()) {
            for (int episode = 0; episode < episodes; episode++) {
                TaskMetric.Score score = episode(policy, world, metric, seeds.nextLong(), counter);
                value += score.value();
                successes += score.success() ? 1 : 0;
                score.figures().forEach((name, figure) -> figures.merge(name, figure, Double::sum));
                if (!score.success()) {
                    score.figures().forEach((name, figure) -> failures.merge(name, figure, Double::sum));
                }
            }
        }
        int failed = episodes - successes;
        figures.replaceAll((name, sum) -> sum / episodes);
        failures.replaceAll((name, sum) -> sum / failed);
        return new Judged(value / episodes, successes / (double) episodes, figures, failures);
    }

    private static <A> TaskMetric.Score episode(
            Policy<float[], A> policy,
            Environment<float[], A> world,
            TaskMetric<A> metric,
            long seed,
            LongConsumer counter) {
        float[] seen = world.reset(seed);
        TaskMetric.Meter<A> meter = metric.begin(world);
        Step<float[]> step;
        do {
            counter.accept(1);
            A action = policy.at(seen).mode();
            step = world.step(action);
            meter.step(action, step);
            seen = step.observation();
        } while (!step.ending().over());
        return meter.score();
    }
}
