package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.engine.nn.Mlp;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a policy network's outputs mean. Actions are kept as rows of floats. Confined to one thread: {@link #gradient}
 * speaks of the batch that {@link #evaluate} saw last.
 *
 * @param <A> the type of an action
 */
interface PolicyHead<A> {
    /** The outputs that the policy network has. */
    int outputs();

    /** Networks besides the policy network that are trained with it. */
    List<Mlp> extra();

    /** The length of an action row. */
    int width();

    /** Draws an action row from one row of outputs; answers its log-probability in nats. */
    double sample(float[] output, RandomGenerator rng, float[] action);

    /** What the environment is given for an action row. */
    A action(float[] action);

    /** Log-probabilities in nats and entropies of the first n rows. */
    void evaluate(float[][] outputs, float[][] actions, int n, double[] logProbs, double[] entropies);

    /** Writes dLoss/dOutputs for dLoss/dLogProb of each row and dLoss/dEntropy, the same for all. */
    void gradient(int n, double[] byLogProb, double byEntropy, float[][] outputGradient);

    /** From a row of outputs, which is not kept, to its distribution; of the present parameters, thread-safe. */
    Function<float[], Distribution<A>> distributions();
}
