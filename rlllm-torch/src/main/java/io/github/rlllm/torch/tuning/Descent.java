package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.OutputLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** What all trainers do alike: gradients added up over micro-batches, one step of the optimiser, and the state of both. */
final class Descent {
    private final CausalLm model;
    private final AdamW optimiser;
    private final Optimisation settings;

    /** One step of the optimiser. */
    record Step(long number, double gradientNorm, double rate) {}

    /** The loss of scores, one a row. */
    @FunctionalInterface
    interface ScoreLoss {
        double at(double[] scores, double[] gradient);
    }

    Descent(CausalLm model, Optimisation settings) {
        this.model = model;
        this.settings = settings;
        this.optimiser = model.optimiser(settings.adam());
    }

    CausalLm model() {
        return model;
    }

    /** The examples of a batch, a pass's at a time. */
    <T> List<List<T>> passes(List<T> batch) {
        if (batch.isEmpty()) {
            throw new IllegalArgumentException("batch: 0 examples (expected: >= 1)");
        }
        List<List<T>> passes = new ArrayList<>();
        for (int from = 0; from < batch.size(); from += settings.microBatch()) {
            passes.add(batch.subList(from, Math.min(batch.size(), from + settings.microBatch())));
        }
        return passes;
    }

    /** Adds the gradient of a loss over completions; answers the loss. */
    double accumulate(CompletionBatch batch, double temperature, CompletionBatch.Loss loss) {
        return guarded(
                "log-probability",
                () -> model.accumulateLogProbs(
                        batch, temperature, (tokens, gradient) -> finite("loss", loss.at(tokens, gradient))));
    }

    /** Adds the gradient of a loss over the scores at the rows' last tokens; answers the loss. */
    double accumulateScores(int[][] rows, ScoreLoss loss) {
        OutputLoss atLast = (outputs, slopes) -> {
            double[] scores = new double[rows.length];
            double[] gradient = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                scores[i] = outputs[i][0];
            }
            double value = finite("loss", loss.at(scores, gradient));
            for (int i = 0; i < rows.length; i++) {
                slopes[i][0] = (float) gradient[i];
            }
            return value;
        };
        return guarded("score", () -> model.accumulateScores(rows, atLast));
    }

    /** Adds the gradient of a loss over the scalars before completions' tokens; answers the loss. */
    double accumulateValues(CompletionBatch batch, CompletionBatch.Loss loss) {
        return guarded(
                "value",
                () -> model.accumulateScalars(batch, (values, gradient) -> finite("loss", loss.at(values, gradient))));
    }

    /** One step with what was added up. */
    Step step() {
        double rate = settings.rate().at(optimiser.steps());
        double norm = guarded("gradient norm", () -> model.step(optimiser, rate));
        return new Step(optimiser.steps(), norm, rate);
    }

    /** Names the quantity and the step where the model or the optimiser finds what is not finite. */
    private double guarded(String quantity, DoubleSupplier work) {
        try {
            return work.getAsDouble();
        } catch (NotFiniteException e) {
            throw e;
        } catch (ArithmeticException e) {
            NotFiniteException failure = new NotFiniteException(quantity, Double.NaN, optimiser.steps() + 1);
            failure.initCause(e);
            throw failure;
        }
    }

    private double finite(String quantity, double value) {
        if (!Double.isFinite(value)) {
            throw new NotFiniteException(quantity, value, optimiser.steps() + 1);
        }
        return value;
    }

    byte[] save() {
        return new Checkpoint.Builder()
                .bytes("weights", model.save())
                .bytes("optimiser", optimiser.save())
                .build()
                .encode();
    }

    void restore(byte[] state) {
        Checkpoint saved = Checkpoint.ofState(state);
        byte[] adam = saved.bytes("optimiser");
        model.restore(saved.bytes("weights"));
        optimiser.restore(adam);
    }
}
