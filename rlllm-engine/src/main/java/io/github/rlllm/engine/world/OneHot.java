package io.github.rlllm.engine.world;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;

/**
 * Shows the observations of a discrete space as one-hot {@code float[n]}, as networks want them. Closing it closes what
 * it wraps; a snapshot is the wrapped environment's.
 *
 * @param <A> the type of an action
 */
public final class OneHot<A> implements Environment<float[], A>, Snapshot {
    private final Environment<Integer, A> environment;
    private final Space.Box space;

    /**
     * Wraps an environment.
     *
     * @param environment an environment whose observation space is a {@link Space.Discrete}
     * @throws IllegalArgumentException if its observation space is another
     */
    public OneHot(Environment<Integer, A> environment) {
        Space<Integer> observations = environment.observationSpace();
        if (!(observations instanceof Space.Discrete)) {
            throw new IllegalArgumentException("observationSpace: " + observations + " (expected: discrete)");
        }
        this.environment = environment;
        this.space = Space.box(0, 1, ((Space.Discrete) observations).n());
    }

    @Override
    public Space<float[]> observationSpace() {
        return space;
    }

    @Override
    public Space<A> actionSpace() {
        return environment.actionSpace();
    }

    @Override
    public float[] reset(long seed) {
        return encode(environment.reset(seed));
    }

    @Override
    public Step<float[]> step(A action) {
        Step<Integer> step = environment.step(action);
        return new Step<>(encode(step.observation()), step.reward(), step.ending());
    }

    private float[] encode(int state) {
        float[] observation = new float[space.size()];
        observation[state] = 1;
        return observation;
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException if the wrapped environment has no snapshot
     */
    @Override
    public byte[] save() {
        return wrapped().save();
    }

    @Override
    public void restore(byte[] state) {
        wrapped().restore(state);
    }

    private Snapshot wrapped() {
        if (environment instanceof Snapshot snapshot) {
            return snapshot;
        }
        throw new UnsupportedOperationException(environment + " has no snapshot (expected: replay its actions)");
    }

    @Override
    public void close() {
        environment.close();
    }
}
