package io.github.rlllm.engine.evaluate;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;

/** An environment whose steps are counted at a meter. */
final class CountedEnvironment<O, A> implements Environment<O, A> {
    private final Environment<O, A> environment;
    private final Meter meter;

    CountedEnvironment(Environment<O, A> environment, Meter meter) {
        this.environment = environment;
        this.meter = meter;
    }

    @Override
    public Space<O> observationSpace() {
        return environment.observationSpace();
    }

    @Override
    public Space<A> actionSpace() {
        return environment.actionSpace();
    }

    @Override
    public O reset(long seed) {
        return environment.reset(seed);
    }

    @Override
    public Step<O> step(A action) {
        meter.count(1);
        return environment.step(action);
    }

    @Override
    public void close() {
        environment.close();
    }
}
