package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.program.RewardProgram;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A world as its learner meets it: observations scaled to -1 to 1 by the bounds of their space, the program's reward in the
 * place of the world's, and every reward divided by the running standard deviation of the discounted return, so that no
 * candidate wins or loses by its scale alone. The program gets copies of numbers and nothing of the world. Without a program the reward
 * is the task metric, paid at the end. Confined to one
 * thread.
 */
final class LearnerWorld<A> implements Environment<float[], A> {
    private static final double CLIP = 10;

    private final Environment<float[], A> world;
    private final Scaling scaling;
    private final Binding<A> binding;
    private final @Nullable RewardProgram reward;
    private final double[] inputs;
    private final double[] components;
    private final EpisodeLog log;
    private final LongConsumer counter;
    private final double gamma;
    private final TaskMetric<A> metric;
    private TaskMetric.@Nullable Meter<A> meter;
    private float[] before = new float[0];
    private double discounted;
    /** Welford's count, mean and sum of squares of the discounted return. */
    private double count;

    private double mean;
    private double squares;

    LearnerWorld(
            RewardTask<A> task,
            Environment<float[], A> world,
            @Nullable RewardProgram reward,
            EpisodeLog log,
            LongConsumer counter) {
        this.world = world;
        this.scaling = Scaling.of(world.observationSpace());
        this.binding = task.binding();
        this.reward = reward;
        this.metric = task.metric();
        this.log = log;
        this.counter = counter;
        this.gamma = task.learning().config().gamma();
        inputs = new double[task.schema().width()];
        components = new double[reward == null ? 0 : reward.components().size()];
    }

    @Override
    public Space<float[]> observationSpace() {
        return scaling.space();
    }

    @Override
    public Space<A> actionSpace() {
        return world.actionSpace();
    }

    @Override
    public float[] reset(long seed) {
        before = world.reset(seed);
        discounted = 0;
        meter = reward == null ? metric.begin(world) : null;
        return scaling.apply(before);
    }

    @Override
    public Step<float[]> step(A action) {
        counter.accept(1);
        Step<float[]> step = world.step(action);
        double total = reward == null ? sparse(action, step) : designed(reward, action, step);
        log.add(components, total);
        before = step.observation();
        return new Step<>(scaling.apply(before), scaled(total), step.ending());
    }

    private double designed(RewardProgram program, A action, Step<float[]> step) {
        binding.bind(before, action, step.observation(), inputs);
        return program.evaluate(inputs, components);
    }

    /** The task metric when the episode is over, 0 before. */
    private double sparse(A action, Step<float[]> step) {
        if (meter == null) {
            throw new IllegalStateException("LearnerWorld.step: no episode is running (expected: reset first)");
        }
        meter.step(action, step);
        return step.ending().over() ? meter.score().value() : 0;
    }

    private double scaled(double total) {
        discounted = discounted * gamma + total;
        count++;
        double delta = discounted - mean;
        mean += delta / count;
        squares += delta * (discounted - mean);
        double deviation = Math.sqrt(squares / count + 1e-8);
        return Math.max(-CLIP, Math.min(CLIP, total / deviation));
    }

    @Override
    public void close() {
        world.close();
    }
}
